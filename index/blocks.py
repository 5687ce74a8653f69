"""The headings and paragraphs of a source, and the article that they make."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from index.article import Article, Section, content_version
from index.errors import FixInput

MIN_WORDS = 3


@dataclass(frozen=True, slots=True)
class Block:
    """One line of a source: a heading or a paragraph."""

    text: str
    is_heading: bool = False


def build(
    article_id: str, title: str, blocks: Iterable[Block], *, standfirst: str = "", byline: str = "",
    url: str = "", published: str = "", modified: str = "", language: str = "", kind: str = "",
) -> Article:  # fmt: skip
    """Put an article together; raises `FixInput` where there is no sentence in it."""
    paragraphs: list[str] = [standfirst] if standfirst else []
    headings: list[tuple[str, int]] = []
    length = len(standfirst) + 1 if standfirst else 0
    for block in blocks:
        if block.is_heading:
            headings.append((block.text, length))
        else:
            paragraphs.append(block.text)
            length += len(block.text) + 1
    text = "\n".join(paragraphs)
    if len(text.split()) < MIN_WORDS:
        raise FixInput("there is no article text below the headline.")
    starts = [min(start, len(text)) for _, start in headings]
    ends = [max(start, next_start - 1) for start, next_start in itertools.pairwise(starts)]
    sections = tuple(
        Section(heading, start, end)
        for (heading, _), start, end in zip(headings, starts, [*ends, len(text)], strict=False)
    )
    return Article(
        id=article_id, version=content_version(title, sections, text), title=title,
        standfirst=standfirst, byline=byline, url=url, published=published,
        modified=modified or None, language=language or "en", kind=kind or "news", text=text,
        sections=sections,
    )  # fmt: skip


def collapse(text: str) -> str:
    """Return text on one line: runs of white space become one space, control characters go."""
    visible = "".join(c for c in text if c.isprintable() or c.isspace())
    return " ".join(visible.split())
