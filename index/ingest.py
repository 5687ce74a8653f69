"""A file becomes an `Article`: plain text, Markdown, HTML, PDF or Word.

What goes is markup, boilerplate and surplus white space; every other character stays as it is.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dateutil.parser import ParserError
from dateutil.parser import parse as parse_date

from index.article import Article
from index.blocks import Block, build, collapse
from index.boilerplate import is_prompt
from index.documents import Manuscript, read_docx, read_pdf
from index.errors import FixInput
from index.markup import from_markdown
from index.naming import check_id, id_of_name
from index.pages import from_html

SUFFIXES = {".txt", ".md", ".markdown", ".html", ".htm", ".pdf", ".docx"}
MAX_BYTES = 10_000_000
MAX_DOCUMENT_BYTES = 50_000_000
MAX_HEADING_WORDS = 12
CLOSING_PUNCTUATION = re.compile(r"[.!?…:;,][”’\"')\]]*$|[”\"]$")
BYLINE = re.compile(r"By [A-Z][^.!?]{1,100}$")
DATELINE = re.compile(
    r"(?:\w+, )?(?:\d{4}-\d\d-\d\d|\d{1,2} [A-Z][a-z]+\.? \d{4}|[A-Z][a-z]+\.? \d{1,2}, \d{4})\b"
)
MAX_HEAD_LINES = 4


def read_article(path: Path, article_id: str | None = None) -> Article:
    """Read a `.txt`, `.md`, `.html`, `.pdf` or `.docx` file.

    Raises `FixInput` with one line that says what is wrong with the file or the id.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise FixInput(f"{path}: Footnote reads {', '.join(sorted(SUFFIXES))} files.")
    content = read_file(path)
    try:
        return article_from(content, suffix, article_id or id_of_name(path.stem))
    except FixInput as error:
        raise FixInput(f"{path}: {error}") from None


def article_from(
    content: bytes, suffix: str, article_id: str, url: str = "", charset: str = ""
) -> Article:
    """Read an article's bytes; `suffix` says what they are. Raises `FixInput`."""
    check_id(article_id)
    if suffix in {".html", ".htm"}:
        return from_html(content, article_id, url, charset)
    if suffix == ".pdf":
        return from_manuscript(read_pdf(content), article_id, url)
    if suffix == ".docx":
        return from_manuscript(read_docx(content), article_id, url)
    text = text_of(content)
    article = from_text(text, article_id) if suffix == ".txt" else from_markdown(text, article_id)
    return replace(article, url=article.url or url)


def read_file(path: Path) -> bytes:
    """Return a file's bytes; raises `FixInput` where it cannot be read, is empty or too large."""
    limit = MAX_DOCUMENT_BYTES if path.suffix.lower() in {".pdf", ".docx"} else MAX_BYTES
    try:
        size = path.stat().st_size
        if size > limit:
            raise FixInput(
                f"{path}: {size / 1e6:.0f} MB is too large for an article ({limit // 1_000_000} MB at most)."
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise FixInput(f"{path}: there is no such file.") from None
    except OSError as error:
        raise FixInput(f"{path}: cannot be read ({error.strerror}).") from None
    if not content.strip():
        raise FixInput(f"{path}: the file is empty.")
    return content


def text_of(content: bytes) -> str:
    """Return a text's characters; UTF-8, or UTF-16 with its mark."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise FixInput("not readable as text; save it as UTF-8.") from None
    if "\x00" in text:
        raise FixInput("a binary file, not an article.")
    return text


def from_manuscript(manuscript: Manuscript, article_id: str, url: str = "") -> Article:
    """Read what a PDF or Word file holds: byline and date stand below the headline, or in the file's own record."""
    lines = list(
        itertools.takewhile(
            lambda block: not block.is_heading, manuscript.blocks[: MAX_HEAD_LINES + 1]
        )
    )
    byline, published, rest = byline_and_date([block.text for block in lines])
    kept = [
        *manuscript.blocks[len(lines) - len(rest) : len(lines)],
        *manuscript.blocks[len(lines) :],
    ]
    last = len(without_boilerplate([manuscript.title, *(block.text for block in kept)])) - 1
    return build(
        article_id, manuscript.title, kept[:last], standfirst=manuscript.standfirst,
        byline=byline or manuscript.author, published=published, url=url,
    )  # fmt: skip


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
        if is_prompt(line):
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
