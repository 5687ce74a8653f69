"""The demonstration page: a stored article set as a newspaper would, with the widget in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.page import reader_date
from index.article import Article

FOLDER = Path(__file__).with_name("widget")
# What the page fetches besides the widget.
DEMO_FILES = frozenset(["demo.css", "icon.svg"])
WORDS_A_MINUTE = 230
QUOTATION = re.compile(r"“[^“”]+”")
# A shorter quotation is a turn of phrase, a longer one would fill the page.
LEAST_QUOTED_WORDS, MOST_QUOTED_WORDS = 5, 28


@dataclass(frozen=True, slots=True)
class Part:
    """A section as it is set: its heading, "" for the opening, and its paragraphs."""

    heading: str
    paragraphs: list[str]


def demo_page(article: Article) -> str:
    """Return the page as HTML; its style sheet and the widget's script are asked for beside it."""
    templates = Environment(
        loader=FileSystemLoader(FOLDER), undefined=StrictUndefined,
        autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    parts = [part for part in set_parts(article) if part.paragraphs or part.heading]
    return templates.get_template("demo.html").render(
        article=article,
        published=reader_date(article.published),
        minutes=max(1, round(len(article.text.split()) / WORDS_A_MINUTE)),
        parts=parts,
        pull_quote=pull_quote(article),
    )


def set_parts(article: Article) -> Iterator[Part]:
    """Yield the opening without the standfirst, then every section."""
    spans = [
        (start, end)
        for start, end in article.paragraphs()
        if not (start == 0 and article.standfirst)
    ]
    starts = [section.start for section in article.sections]
    edges = [0, *starts, len(article.text) + 1]
    headings = ["", *(section.heading for section in article.sections)]
    for heading, first, last in zip(headings, edges, edges[1:], strict=False):
        yield Part(heading, [article.text[s:e] for s, e in spans if first <= s < last])


def pull_quote(article: Article) -> tuple[str, str] | None:
    """Return the longest quotation that fits, without its last comma, and the heading it stands under."""
    fitting = [
        (match.group(), article.heading_at(match.start()))
        for match in QUOTATION.finditer(article.text)
        if LEAST_QUOTED_WORDS <= len(match.group().split()) <= MOST_QUOTED_WORDS
    ]
    if not fitting:
        return None
    quote, heading = max(fitting, key=lambda found: len(found[0]))
    return re.sub(r"[,;]”$", "”", quote), heading
