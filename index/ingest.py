"""A file becomes an `Article`: plain text, Markdown or HTML.

What goes is markup, boilerplate and surplus white space; every other character stays as it is.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from dateutil.parser import ParserError
from dateutil.parser import parse as parse_date

from index.article import Article
from index.blocks import Block, build, collapse
from index.errors import FixInput
from index.markup import from_html, from_markdown

MAX_BYTES = 10_000_000
# An underscore in front is the store's own.
ID = re.compile(r"(?!_)[a-z0-9._-]{1,128}")
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


def as_date(line: str) -> str:
    """Return the date that a short line begins with in ISO form, else ""."""
    if not is_short(line) or not (match := DATELINE.match(line)):
        return ""
    try:
        return parse_date(match.group()).date().isoformat()
    except (ParserError, OverflowError):
        return ""
