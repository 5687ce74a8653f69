"""Which pieces of a pruned page are its article.

Some pieces are sure: those that the JSON-LD's `articleBody` holds or, without one that agrees with
the page, those that trafilatura finds. What is set like them and stands among them belongs to the
article too, for trafilatura loses lists, headings and short lines.
"""

from collections import Counter
from collections.abc import Sequence
from copy import deepcopy

import trafilatura
from lxml.html import HtmlElement
from trafilatura.settings import Document

from index.blocks import Block
from index.boilerplate import is_prompt
from index.extent import (
    MIN_TEXT_WORDS,
    above_paragraphs,
    container_of,
    end_of_article,
    heading_above,
    mostly_linked,
    outside_container,
    parent_list,
    with_what_goes_on,
    without_appeal,
    without_asking,
    without_tail,
)
from index.facts import Facts
from index.foreign import foreign_among
from index.furniture import (
    CLOSED,
    MOSTLY,
    is_cell,
    is_label,
    is_set_as_heading,
    speaker_of,
)
from index.layout import Piece, pieces_of
from index.pruning import CORRECTION, letters
from index.standfirst import standfirst_of
from index.structured import Structured

MIN_STATED_WORDS = 60
# The share of the JSON-LD's text that a page has to show for the JSON-LD to settle what is body; a
# page that shows less, and holds less altogether, has only the beginning of its article.
SETTLES = 0.8
HOLDS_LESS = 0.8


def body_of_page(
    tree: HtmlElement, structured: Structured, facts: Facts
) -> tuple[str, list[Block]]:
    """Return the standfirst and the headings and paragraphs of a pruned page's article."""
    pieces = pieces_of(tree)
    stated = letters(structured.body) if len(structured.body.split()) >= MIN_STATED_WORDS else ""
    shown = [p for p in pieces if len(p.key) >= 15 and p.key in stated]
    if sum(len(key) for key in {p.key for p in shown}) < SETTLES * max(len(stated), 1):
        shown = with_what_goes_on(pieces, extracted(tree, pieces))
        if sum(len(p.key) for p in shown) < HOLDS_LESS * len(stated):
            return "", [Block(line) for line in structured.body.splitlines() if not is_prompt(line)]
    # A headline may be set again far below its article, among teasers.
    shown = [p for p in shown if p.key != letters(facts.title)]
    shown = shown[: end_of_article(pieces, shown)]
    if not shown:
        return "", []
    first, kept = kept_pieces(pieces, shown, facts)
    if not is_article(kept, structured, container_of(shown)):
        return "", []
    kept = without_tail(without_asking(without_appeal(kept), pieces), facts)
    standfirst = standfirst_of(
        [p for p in pieces[:first] if not is_cell(p)], kept, {id(p) for p in shown}, facts
    )
    # In bold, questions are an interview's, unless other bold lines are headings.
    bold = {p.place for p in kept if not p.is_heading and is_set_as_heading(p)}
    headings = {id(p) for p in kept if is_set_as_heading(p, p.place in bold)}
    return standfirst, [Block(p.text, id(p) in headings) for p in kept if p.text != standfirst]


def is_article(kept: Sequence[Piece], structured: Structured, container: HtmlElement) -> bool:
    """Return whether what was kept is an article and not a front page's teasers or a list of links."""
    total = sum(len(p.text) for p in kept)
    sentences = sum(len(p.text) for p in kept if p.words > 6 and CLOSED.search(p.text))
    if structured.type:
        return total > 0
    cards = [len("".join(e.itertext())) for e in container.iter("article") if e is not container]
    return sentences > 0.4 * total and not (len(cards) > 3 and max(cards) < 0.5 * total)


def extracted(tree: HtmlElement, pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces that trafilatura takes for the article."""
    document = trafilatura.bare_extraction(
        deepcopy(tree), include_comments=False, include_tables=True
    )
    if not isinstance(document, Document) or document.body is None:
        return []
    lines = [
        letters("".join(e.itertext()))
        for e in document.body.iter("head", "p", "quote", "item", "row", "cell")
    ]
    single, whole = set(lines), "\n".join(lines)
    return [p for p in pieces if p.key in single or (len(p.key) > 40 and p.key in whole)]


def kept_pieces(
    pieces: Sequence[Piece], sure: Sequence[Piece], facts: Facts
) -> tuple[int, list[Piece]]:
    """Return where the article begins among the pieces, and those that belong to it."""
    certain = {id(p) for p in sure}
    container = container_of(sure)
    places = Counter(p.place for p in sure if not p.is_heading and p.words > MIN_TEXT_WORDS)
    around = {p.element.getparent() for p in sure if p.tag == "p"}
    inside = [
        n for n, p in enumerate(pieces) if container in (p.element, *p.element.iterancestors())
    ]
    inside = [*outside_container(inside[0], pieces, sure), *inside]
    held = [pieces[n] for n in inside]
    foreign = foreign_among(held, sure, container, places)
    linked_lists = mostly_linked(pieces)
    top = next((n for n in inside if pieces[n].key == letters(facts.title)), -1)
    sure_places = [n for n in inside if id(pieces[n]) in certain]
    # What stands above the headline is a rubric.
    positions = [n for n in sure_places if n > top] or sure_places
    opening = [
        n
        for n in positions
        if id(pieces[n]) not in foreign
        and not is_label(pieces[n], facts)
        and not is_cell(pieces[n])
    ]
    first, last = (opening or positions)[0], positions[-1]
    first = heading_above(above_paragraphs(first, pieces, facts), inside[0], pieces, facts)
    chosen: dict[int, Piece] = {}
    seen: set[str] = set()
    for n in range(first, len(pieces)):
        piece = pieces[n]
        # Between paragraphs there may be text in no element of its own.
        is_set_alike = places[piece.place] >= 2 or (
            piece.element in around and piece.words > MIN_TEXT_WORDS
        )
        # A link to the page of corrections is none.
        corrects = (
            CORRECTION.match(piece.text) is not None and piece.words > 4 and piece.linked < MOSTLY
        )
        if piece.key in seen or id(piece) in foreign or (n > inside[-1] and not corrects):
            continue
        if len(chosen) < 3 and is_label(piece, facts):
            continue
        quotation = speaker_of(piece)
        if quotation is not None:
            before = chosen.get(n - 1)
            belongs = before is not None and quotation in before.element.iterancestors()
        elif piece.is_heading:
            belongs = n < last and piece.key != letters(facts.title)
        elif id(piece) in certain or corrects:
            belongs = True
        elif parent_list(piece) is not None or piece.tag in {"tr", "dt", "dd", "pre"}:
            belongs = n < last and piece.linked < 0.5 and parent_list(piece) not in linked_lists
        elif n < last:
            belongs = piece.tag == "blockquote" or is_set_alike
        else:
            belongs = is_set_alike and piece.words > 5 and CLOSED.search(piece.text) is not None
        if belongs:
            chosen[n] = piece
            seen.add(piece.key)
    directly = {p.place for n, p in chosen.items() if p.is_heading and n + 1 in chosen}
    return first, [
        p
        for n, p in chosen.items()
        if not p.is_heading or heads_text(n, pieces, chosen, directly, facts)
    ]


def heads_text(
    n: int,
    pieces: Sequence[Piece],
    chosen: dict[int, Piece],
    directly: set[tuple[str, ...]],
    facts: Facts,
) -> bool:
    """Return whether a heading has the article's text under it.

    Teasers in a box between them don't count, and neither does a single one where headings that are
    set the same stand `directly` over text.
    """
    if n + 2 in chosen and pieces[n].place in directly:
        return True
    parent = pieces[n].element.getparent()
    for m in range(n + 1, len(pieces)):
        if m in chosen:
            return True
        chain = [pieces[m].element, *pieces[m].element.iterancestors()]
        child = next((e for e in chain if e.getparent() is parent), None)
        boxed = (
            child is not None
            and child is not pieces[m].element
            and child.tag in {"div", "section", "figure"}
        )
        if not boxed and not is_label(pieces[m], facts):
            return False
    return False
