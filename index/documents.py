"""PDF and Word files become the lines of an article."""

import io
import itertools
import re
import statistics
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from xml.etree.ElementTree import ParseError

import docx
from docx.opc.exceptions import OpcError
from docx.table import Table
from lxml.etree import LxmlError
from pypdf import PasswordType, PdfReader
from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

from index.blocks import Block, collapse
from index.errors import FixInput

MAX_PAGES = 300
# What a Word file may unpack to: a text of a million words has about 30 MB of XML.
MAX_UNPACKED_BYTES = 100_000_000
MAX_PARTS = 5_000
# pypdf's notes say that a broken file may raise what they don't list.
BROKEN = (
    PyPdfError, OpcError, LxmlError, ParseError, zipfile.BadZipFile, ValueError, KeyError, TypeError, AttributeError,
    IndexError, OSError, AssertionError, RecursionError, NotImplementedError, OverflowError, UnicodeError,
)  # fmt: skip
# A line whose type is this much larger than the body's is a heading.
HEADING_SIZE = 1.12
MAX_HEADING_WORDS = 20
SMALL_PRINT = 0.9
PAGE_NUMBER = re.compile(r"(?:page )?\W*\d+(?: of \d+|/\d+)?\W*", re.IGNORECASE)
SHORT_LINE = 0.8
SPACE_ABOVE = 1.25
ENDED = re.compile(r"[.!?…:][”’\"')\]]*$")


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line of a PDF: the size of its type and its height on the page, both in points."""

    text: str
    size: float
    height: float


@dataclass(frozen=True, slots=True)
class Manuscript:
    """What a document holds: "" for what it doesn't say."""

    title: str
    standfirst: str
    author: str
    created: str
    blocks: tuple[Block, ...]


def read_pdf(content: bytes) -> Manuscript:
    """Return a PDF's text; raises `FixInput` for one that is broken, encrypted or only pictures."""
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise FixInput("the PDF is encrypted; save it without a password.")
        if len(reader.pages) > MAX_PAGES:
            raise FixInput(f"the PDF has more than {MAX_PAGES} pages.")
        pages = [list(lines_of(page)) for page in reader.pages]
        about = reader.metadata
        author = collapse(str(about.author or "")) if about else ""
    except DependencyError:
        raise FixInput("the PDF is encrypted; save it without a password.") from None
    except LimitReachedError:
        raise FixInput("the PDF unpacks to more than can be read.") from None
    except BROKEN as error:
        if isinstance(error, FixInput):
            raise
        raise FixInput("the PDF is broken.") from None
    lines = [line for page in without_running_titles(pages) for line in page]
    if not any(char.isalpha() for line in lines for char in line.text):
        raise FixInput(
            "the PDF has no text; if it is a scan, put it through text recognition first."
        )
    return manuscript_of(flowed(lines), author)


def manuscript_of(blocks: Sequence[Block], author: str = "", created: str = "") -> Manuscript:
    """Return blocks with the first heading as title, or the first line where there is none near the top."""
    top = next((n for n, block in enumerate(blocks[:4]) if block.is_heading), 0)
    rest = (*blocks[:top], *blocks[top + 1 :])
    return Manuscript(blocks[top].text if blocks else "", "", author, created, rest)


def lines_of(page: Any) -> Iterator[Line]:
    """Yield a page's lines, from the pieces of text that pypdf shows with their place and size."""
    parts: list[tuple[str, float, float]] = []

    def visit(text: str, matrix: Any, placed: Any, font: Any, size: float) -> None:
        scale = abs(float(matrix[3] or 1) * float(placed[3] or placed[1] or 1))
        height = float(matrix[5]) + float(placed[5]) * float(matrix[3] or 1)
        parts.append((text, round(float(size or 0) * scale, 1), height))

    page.extract_text(visitor_text=visit)
    pending: list[tuple[str, float, float]] = []
    for text, size, height in [*parts, ("\n", 0.0, 0.0)]:
        first, *others = text.split("\n")
        pending.append((first, size, height))
        for other in others:
            printed = [part for part in pending if part[0].strip()]
            if printed:
                widest = max(printed, key=lambda part: len(part[0]))
                yield Line(collapse("".join(part[0] for part in pending)), widest[1], widest[2])
            pending = [(other, size, height)]


def without_running_titles(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """Drop what stands at the edges of pages: page numbers, small print, what half of the pages repeat."""
    edges = Counter(
        shape for page in pages for shape in {numberless(line) for line in [*page[:2], *page[-2:]]}
    )
    running = {shape for shape, count in edges.items() if count > 1 and count >= len(pages) / 2}
    usual = usual_size([line for page in pages for line in page])
    kept = []
    for page in pages:
        at_edge = {0, 1, len(page) - 2, len(page) - 1}
        kept.append(
            [
                line
                for n, line in enumerate(page)
                if n not in at_edge
                or not (
                    numberless(line) in running
                    or PAGE_NUMBER.fullmatch(line.text)
                    or (
                        line.size < SMALL_PRINT * usual
                        and len(line.text.split()) < MAX_HEADING_WORDS
                    )
                )
            ]
        )
    return kept


def usual_size(lines: Sequence[Line]) -> float:
    """Return the size of type, in points, that most of the text is set in; 0 where there is none."""
    held = Counter[float]()
    for line in lines:
        held[line.size] += len(line.text)
    return max(held, key=lambda size: held[size], default=0.0)


def numberless(line: Line) -> str:
    """Return a line's text with each number as "#"."""
    return re.sub(r"\d+", "#", line.text)


def flowed(lines: Sequence[Line]) -> list[Block]:
    """Join printed lines to paragraphs and headings."""
    usual = usual_size(lines)
    width = statistics.quantiles(
        [len(line.text) for line in lines if line.size == usual] * 2, n=10
    )[-1]
    steps = [
        a.height - b.height
        for a, b in itertools.pairwise(lines)
        if a.size == b.size == usual and a.height > b.height
    ]
    leading = statistics.median(steps) if steps else 0.0
    known = " ".join(line.text for line in lines)
    blocks: list[Block] = []
    for before, line in zip([None, *lines], lines, strict=False):
        heads = line.size > HEADING_SIZE * usual and len(line.text.split()) <= MAX_HEADING_WORDS
        if before is not None and not begins_paragraph(before, line, leading, width):
            text = joined(blocks[-1].text, line.text, known)
            blocks[-1] = Block(
                text, blocks[-1].is_heading and len(text.split()) <= MAX_HEADING_WORDS
            )
        else:
            blocks.append(Block(line.text, heads))
    return blocks


def begins_paragraph(before: Line, line: Line, leading: float, width: float) -> bool:
    """Return whether a line begins anew: by its size, by the space above it or by a short line before it."""
    if abs(before.size - line.size) > 0.6:
        return True
    step = before.height - line.height
    if step > SPACE_ABOVE * max(leading, line.size):
        return True
    # At the top of a page or a column only the line before can tell.
    ended = ENDED.search(before.text) is not None
    return ended and len(before.text) < SHORT_LINE * width


def joined(text: str, line: str, known: str) -> str:
    """Join a line to the text before it; a hyphen at its end goes where the document has the word without."""
    if not re.search(r"\w[-\u00ad\u2010]$", text) or not line[:1].islower():
        return f"{text} {line}"
    stem, rest = re.findall(r"\w+", text)[-1], re.findall(r"\w+", line)[0]
    keeps = f"{stem}-{rest}" in known and f"{stem}{rest}" not in known
    return f"{text if keeps else text[:-1]}{line}"


def read_docx(content: bytes) -> Manuscript:
    """Return a Word file's text; raises `FixInput` for one that is broken or unpacks to too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            # zipfile stops reading a part at the size that it states here.
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
                raise FixInput("the Word file unpacks to more than can be read.")
        document = docx.Document(io.BytesIO(content))
        blocks: list[tuple[str, Block]] = []
        for item in document.iter_inner_content():
            if isinstance(item, Table):
                rows = (
                    " ".join(dict.fromkeys(collapse(cell.text) for cell in row.cells))
                    for row in item.rows
                )
                blocks.extend(("", Block(text)) for row in rows if (text := collapse(row)))
            elif text := collapse(item.text):
                style = (item.style.name or "" if item.style else "").lower()
                blocks.append((style, Block(text, style.startswith(("title", "heading")))))
        about = document.core_properties
        author = collapse(about.author or "")
    except BROKEN as error:
        if isinstance(error, FixInput):
            raise
        raise FixInput("the Word file is broken or not one.") from None
    if not blocks:
        raise FixInput("there is no text in it.")
    standfirst = next((b.text for style, b in blocks[:4] if style == "subtitle"), "")
    found = manuscript_of(
        [block for style, block in blocks if style != "subtitle"],
        "" if author == "python-docx" else author,
    )
    return replace(found, standfirst=standfirst)
