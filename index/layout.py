"""A page's tree as its reader sees it: headings, paragraphs, list items, quotations, table rows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from index.blocks import collapse
from index.labels import names_of
from index.pruning import INLINE, letters

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
BREAK = "\x00"
BOLD = {"b", "bold", "strong"}
# So many words in bold may be a heading.
MAX_BOLD_WORDS = 12
# Inline text with whether it is a link and whether it is bold.
Part = tuple[str, bool, bool]

# Some papers end an article with an ornament.
END_MARK = re.compile(r"\s*[■◼▪♦◆●]$")


@dataclass(slots=True)
class Piece:
    """One line of a page; `linked` is the share of its letters that are links, 0 to 1.

    `place` names its element and what stands around it, the same for pieces that are set alike.
    """

    text: str
    tag: str
    element: HtmlElement
    linked: float
    strong: bool
    place: tuple[str, ...]
    key: str = field(default="")

    def __post_init__(self) -> None:
        self.key = letters(self.text)

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())

    @property
    def is_heading(self) -> bool:
        """Whether it is set as a heading."""
        return self.tag in HEADINGS


@dataclass(slots=True)
class Run:
    """Text under way: inline text, each part with whether it is a link and bold, until the next block begins."""

    parts: list[tuple[str, bool, bool]] = field(default_factory=list)

    def add(self, text: str | None, in_link: bool, in_strong: bool) -> None:
        """Add a part; BREAK stands for a line break."""
        if text:
            self.parts.append((text, in_link, in_strong))


def pieces_of(tree: HtmlElement) -> list[Piece]:
    """Return the lines of a tree in its order; a table row is one line."""
    return list(walk(tree, "div"))


def walk(element: HtmlElement, tag: str) -> Iterator[Piece]:
    """Yield the pieces in an element; `tag` is the nearest one that says what its text is."""
    if element.tag == "tr":
        yield from row(element)
        return
    own = heading_by_role(element) or (
        element.tag
        if element.tag in HEADINGS | {"p", "li", "blockquote", "pre", "dt", "dd"}
        else tag
    )
    if tag == "blockquote" and own == "p":
        own = "blockquote"
    if tag == "li" and own == "p":
        own = "li"
    run = Run()
    run.add(element.text, False, False)
    for child in element:
        if not isinstance(child.tag, str):
            run.add(child.tail, False, False)
            continue
        if child.tag == "br":
            run.add(BREAK, False, False)
        elif is_inline(child):
            gather(child, run, False, False)
        else:
            yield from flush(run, element, own)
            run = Run()
            yield from walk(child, own)
        run.add(child.tail, False, False)
    yield from flush(run, element, own)


def heading_by_role(element: HtmlElement) -> str:
    """Return the tag of the heading that an element is by its role and level, or as a fold's summary; else ""."""
    if element.tag == "summary":
        return "h3"
    level = element.get("aria-level") or "2"
    return f"h{level}" if element.get("role") == "heading" and f"h{level}" in HEADINGS else ""


def is_inline(element: HtmlElement) -> bool:
    """Return whether an element flows in its line."""
    named = element.tag in INLINE or ("-" in element.tag and not element.tag.startswith("amp-"))
    return named and all(
        e.tag in INLINE or e.tag == "br" or not isinstance(e.tag, str)
        for e in element.iterdescendants()
    )


def gather(element: HtmlElement, run: Run, in_link: bool, in_strong: bool) -> None:
    """Add an inline element's text to a run."""
    in_link = in_link or (element.tag == "a" and element.get("href") is not None)
    in_strong = in_strong or is_strong(element)
    run.add(element.text, in_link, in_strong)
    for child in element:
        if child.tag == "br":
            run.add(BREAK, False, False)
        elif isinstance(child.tag, str):
            gather(child, run, in_link, in_strong)
        run.add(child.tail, in_link, in_strong)


def is_strong(element: HtmlElement) -> bool:
    """Return whether an inline element is set in bold, by its tag or its class."""
    return element.tag in BOLD or not BOLD.isdisjoint(names_of(element))


def flush(run: Run, element: HtmlElement, tag: str) -> Iterator[Piece]:
    """Yield what a run holds: one piece, or several where two line breaks in a row part it.

    A short line in bold between single ones is a piece, too: a heading that is set so.
    """
    line: list[Part] = []
    begins = breaks = 0
    for part in [*run.parts, (BREAK, False, False), (BREAK, False, False)]:
        if part[0] == BREAK:
            breaks += 1
            is_apart = tag != "tr" and is_bold_line(line[begins:])
            if is_apart:
                yield from piece_of(line[:begins], element, tag)
                line = line[begins:]
            if is_apart or breaks == 2:
                yield from piece_of(line, element, tag)
                line = []
            else:
                line.append((" ", False, False))
            begins = len(line)
        else:
            breaks = breaks if not part[0].strip() else 0
            line.append(part)


def is_bold_line(line: Sequence[Part]) -> bool:
    """Return whether a line has few words, all of them bold, and does not end like a sentence."""
    text = collapse("".join(part for part, _, _ in line))
    is_bold = all(in_strong for part, _, in_strong in line if letters(part))
    return (
        bool(letters(text))
        and is_bold
        and len(text.split()) <= MAX_BOLD_WORDS
        and text[-1] not in ".:"
    )


def piece_of(line: Sequence[Part], element: HtmlElement, tag: str) -> Iterator[Piece]:
    """Yield the piece that a line makes, none where it has no letters."""
    text = END_MARK.sub("", collapse("".join(part for part, _, _ in line)))
    if count := len(letters(text)):
        # A link may hold whole blocks: a teaser's headline, picture and summary.
        is_within = any(e.tag == "a" and e.get("href") for e in (element, *element.iterancestors()))
        linked = sum(len(letters(part)) for part, in_link, _ in line if in_link or is_within)
        strong = sum(len(letters(part)) for part, _, in_strong in line if in_strong)
        yield Piece(
            text, tag, element, linked / count, strong / count > 0.9, place_of(element, tag)
        )


def row(element: HtmlElement) -> Iterator[Piece]:
    """Yield a table row as one piece; a table for layout is read like any other element."""
    cells = [child for child in element if child.tag in {"td", "th"}]
    if any(
        next(cell.iter("p", "div", "table", "ul", "h2"), None) is not None
        and len(letters(cell.text_content())) > 300
        for cell in cells
    ):
        for cell in cells:
            yield from walk(cell, "div")
        return
    run = Run()
    for cell in cells:
        gather(cell, run, False, False)
        run.add(" ", False, False)
    yield from flush(run, element, "tr" if len(cells) > 1 else "p")


def place_of(element: HtmlElement, tag: str) -> tuple[str, ...]:
    """Return the names of an element and the two around it, their numbers left out."""
    found = [tag]
    for _, each in zip(range(3), [element, *element.iterancestors()], strict=False):
        found.append(f"{each.tag}.{re.sub(r'[0-9]+', '', each.get('class') or '')}")
    return tuple(found)
