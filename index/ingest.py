"""A file becomes an `Article`: plain text, Markdown or HTML.

What goes is markup, boilerplate and surplus white space; every other character stays as it is.
"""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import frontmatter
import trafilatura
from dateutil.parser import ParserError
from dateutil.parser import parse as parse_date
from markdown_it import MarkdownIt
from markdown_it.token import Token
from trafilatura.settings import Document
from yaml import YAMLError

from index.article import Article, Section, content_version
from index.errors import FixInput

MAX_BYTES = 10_000_000
MIN_WORDS = 3
ID = re.compile(r"[a-z0-9._-]{1,128}")
MAX_HEADING_WORDS = 12
CLOSING_PUNCTUATION = re.compile(r"[.!?…:;,][”’\"')\]]*$|[”\"]$")
BYLINE = re.compile(r"By [A-Z][^.!?]{1,100}$")
BOILERPLATE = re.compile(
    r"\b(?:log ?in|log ?out|sign (?:in|up|out)|subscrib\w+|register|create (?:an|a free) account|"
    r"(?:leave|post|add|write|view|show|read|load|see)(?: (?:a|all|your|more|the|\d+))* (?:comments?|repl(?:y|ies))|"
    r"comments?(?: \(?\d+\)?)?$|join the (?:conversation|discussion|debate)|have your say|newsletters?|"
    r"already a (?:member|subscriber)|share this|follow us|read more|more from|most (?:read|viewed|popular)|"
    r"related (?:articles|stories|topics)|more related|back to top|all rights reserved|advertisement|"
    r"terms of (?:use|service)|privacy policy|commenting as|©)",
    re.IGNORECASE,
)
MAX_BOILERPLATE_WORDS = 25
DATELINE = re.compile(
    r"(?:\w+, )?(?:\d{4}-\d\d-\d\d|\d{1,2} [A-Z][a-z]+\.? \d{4}|[A-Z][a-z]+\.? \d{1,2}, \d{4})\b"
)
MAX_HEAD_LINES = 4


@dataclass(frozen=True, slots=True)
class Block:
    """One line of a source: a heading or a paragraph."""

    text: str
    is_heading: bool = False


def read_article(path: Path, article_id: str | None = None) -> Article:
    """Read a `.txt`, `.md` or `.html` file.

    Raises `FixInput` with one line that says what is wrong with the file or the id.
    """
    suffix = path.suffix.lower()
    if suffix not in {".txt", ".md", ".markdown", ".html", ".htm"}:
        raise FixInput(f"{path}: Footnote reads .txt, .md and .html files.")
    content = read_text(path)
    identity = article_id or path.stem.lower().replace(" ", "-")
    if not ID.fullmatch(identity):
        raise FixInput(f"{identity!r} cannot be an id: use --id with a-z, 0-9, '.', '_' and '-'.")
    try:
        if suffix == ".txt":
            return from_text(content, identity)
        if suffix in {".md", ".markdown"}:
            return from_markdown(content, identity)
        return from_html(content, identity)
    except FixInput as error:
        raise FixInput(f"{path}: {error}") from None


def read_text(path: Path) -> str:
    """Return a file's characters; UTF-8, or UTF-16 with its mark."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise FixInput(
                f"{path}: {size / 1e6:.0f} MB is too large for an article (10 MB at most)."
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise FixInput(f"{path}: there is no such file.") from None
    except OSError as error:
        raise FixInput(f"{path}: cannot be read ({error.strerror}).") from None
    if not content.strip():
        raise FixInput(f"{path}: the file is empty.")
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise FixInput(f"{path}: not readable as text; save it as UTF-8.") from None
    if "\x00" in text:
        raise FixInput(f"{path}: a binary file, not an article.")
    return text


def from_text(content: str, article_id: str) -> Article:
    """Read plain text: headline first, then a paragraph a line, short open lines as headings."""
    lines = [line for raw in content.splitlines() if (line := collapse(raw))]
    lines = without_boilerplate(lines)
    if not lines:
        raise FixInput("there is no text in it.")
    title, rest = lines[0], lines[1:]
    byline, published, rest = byline_and_date(rest)
    return build(article_id, title, headed(rest), byline=byline, published=published)


def byline_and_date(lines: list[str]) -> tuple[str, str, list[str]]:
    """Take the byline and the date from the short lines below a headline.

    A line without "By" is a byline only where the date follows it at once.
    """
    byline, published = "", ""
    for position, line in enumerate(lines[:MAX_HEAD_LINES]):
        if not is_short(line):
            return byline, published, lines[position:]
        follows = as_date(lines[position + 1]) if position + 1 < len(lines) else ""
        if not byline and (BYLINE.match(line) or (follows and not as_date(line))):
            byline = line
        elif not published and as_date(line):
            published = as_date(line)
        else:
            return byline, published, lines[position:]
    return byline, published, lines[MAX_HEAD_LINES:]


def headed(lines: Sequence[str]) -> list[Block]:
    """Mark the headings among plain lines; three short lines or more in a row are a list."""
    short = [is_short(line) for line in lines]
    blocks = []
    for position, line in enumerate(lines):
        first = last = position
        while first > 0 and short[first - 1]:
            first -= 1
        while last + 1 < len(lines) and short[last + 1]:
            last += 1
        blocks.append(Block(line, short[position] and last - first < 2))
    return blocks


def is_short(line: str) -> bool:
    """Return whether a line has a heading's form."""
    return len(line.split()) <= MAX_HEADING_WORDS and not CLOSING_PUNCTUATION.search(line)


def without_boilerplate(lines: Sequence[str]) -> list[str]:
    """Drop log-in, comment and sharing prompts from the end, and the short lines among them."""
    end = len(lines)
    for position in range(len(lines) - 1, 0, -1):
        line = lines[position]
        if len(line.split()) <= MAX_BOILERPLATE_WORDS and BOILERPLATE.search(line):
            end = position
        elif not is_short(line):
            break
    return list(lines[:end])


def from_markdown(content: str, article_id: str) -> Article:
    """Read Markdown with optional front matter (title, standfirst, byline, published, ...)."""
    try:
        post = frontmatter.loads(content)
    except YAMLError as error:
        raise FixInput(f"the front matter is not YAML ({str(error).splitlines()[0]}).") from None
    blocks = markdown_blocks(post.content)
    title = collapse(str(post.get("title") or ""))
    if not title:
        if not blocks:
            raise FixInput("there is no text in it.")
        title, blocks = blocks[0].text, blocks[1:]
    elif blocks and blocks[0].is_heading and blocks[0].text == title:
        blocks = blocks[1:]
    fields = {
        name: as_text(post.get(name))
        for name in ("standfirst", "byline", "url", "published", "modified", "language", "kind")
    }
    return build(article_id, title, blocks, **fields)


def markdown_blocks(content: str) -> list[Block]:
    """Return the headings and paragraphs of a Markdown body; a table row is a paragraph."""
    tokens = MarkdownIt("commonmark").enable("table").parse(content)
    blocks: list[Block] = []
    row: list[str] = []
    in_row = False
    for position, token in enumerate(tokens):
        if token.type in {"tr_open", "tr_close"}:
            if token.type == "tr_close" and row:
                blocks.append(Block(" | ".join(row)))
            row, in_row = [], token.type == "tr_open"
        elif token.type == "inline":
            text = collapse(inline_text(token))
            if in_row:
                row.append(text)
            elif text:
                blocks.append(Block(text, tokens[position - 1].type == "heading_open"))
        elif token.type in {"fence", "code_block"}:
            blocks.extend(
                Block(text) for line in token.content.splitlines() if (text := collapse(line))
            )
    return blocks


def inline_text(token: Token) -> str:
    """Return an inline token's characters without its markup."""
    parts = []
    for child in token.children or []:
        if child.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif child.type in {"text", "code_inline"}:
            parts.append(child.content)
    return "".join(parts)


def from_html(content: str, article_id: str) -> Article:
    """Read a page with trafilatura, which leaves navigation, teasers and comments out."""
    document = trafilatura.bare_extraction(
        content, include_comments=False, include_tables=True, with_metadata=True
    )
    if not isinstance(document, Document) or document.body is None:
        raise FixInput("no article was found in this page.")
    blocks = []
    for element in document.body.iter("head", "p", "quote", "item", "row"):
        if any(parent.tag in {"quote", "item", "row"} for parent in element.iterancestors()):
            continue
        text = collapse(
            " ".join(" ".join(element.itertext()).split())
            if element.tag == "row"
            else "".join(element.itertext())
        )
        if text:
            blocks.append(Block(text, element.tag == "head"))
    title = collapse(document.title or "")
    if blocks and blocks[0].is_heading and (not title or blocks[0].text in title):
        title, blocks = title or blocks[0].text, blocks[1:]
    return build(
        article_id, title or (blocks[0].text if blocks else ""), blocks,
        byline=document.author or "", url=document.url or "", published=document.date or "",
    )  # fmt: skip


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


def as_text(value: Any) -> str:
    """Return a front matter value as text; dates in ISO form."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return collapse(str(value)) if value is not None else ""


def as_date(line: str) -> str:
    """Return the date that a short line begins with in ISO form, else ""."""
    if not is_short(line) or not (match := DATELINE.match(line)):
        return ""
    try:
        return parse_date(match.group()).date().isoformat()
    except (ParserError, OverflowError):
        return ""
