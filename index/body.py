"""Which pieces of a pruned page are its article.

Some pieces are sure: those that the JSON-LD's `articleBody` holds or, without one that agrees with
the page, those that trafilatura finds. What is set like them and stands among them belongs to the
article too, for trafilatura loses lists, headings and short lines.
"""

import re
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy

import trafilatura
from lxml.html import HtmlElement
from trafilatura.settings import Document

from index.blocks import Block
from index.boilerplate import is_prompt
from index.facts import Facts
from index.furniture import (
    CLOSED,
    MAX_LABEL_WORDS,
    is_credit,
    is_furniture,
    is_label,
    is_set_as_heading,
)
from index.layout import Piece, pieces_of
from index.pruning import ASKS, CORRECTION, GOOD_PART, dashed, letters
from index.structured import Structured

MIN_STATED_WORDS = 60
# The share of the JSON-LD's text that a page has to show for the JSON-LD to settle what is body; a
# page that shows less, and holds less altogether, has only the beginning of its article.
SETTLES = 0.8
HOLDS_LESS = 0.8
# A container has this share of the sure text.
WHOLE = 0.9
MAX_BOX_WORDS = 90
STANDFIRST = re.compile(
    r"(?:^|-)(?:standfirst|dek|deck|sub-?title|sub-?head(?:line|ing)?|sub-?hed|summary|lede|lead|intro|excerpt"
    r"|strapline|abstract|article-description|alternative-headline)(?:-|$)"
)


def body_of_page(
    tree: HtmlElement, structured: Structured, facts: Facts
) -> tuple[str, list[Block]]:
    """Return the standfirst and the headings and paragraphs of a pruned page's article."""
    pieces = pieces_of(tree)
    stated = letters(structured.body) if len(structured.body.split()) >= MIN_STATED_WORDS else ""
    shown = [p for p in pieces if len(p.key) >= 15 and p.key in stated]
    if sum(len(key) for key in {p.key for p in shown}) < SETTLES * max(len(stated), 1):
        shown = extracted(tree, pieces)
        if sum(len(p.key) for p in shown) < HOLDS_LESS * len(stated):
            return "", [Block(line) for line in structured.body.splitlines() if not is_prompt(line)]
    if not shown:
        return "", []
    first, kept = kept_pieces(pieces, shown, facts)
    if not is_article(kept, structured, container_of(shown)):
        return "", []
    standfirst = standfirst_of(pieces[:first], kept, {id(p) for p in shown}, facts)
    return standfirst, [Block(p.text, is_set_as_heading(p)) for p in kept if p.text != standfirst]


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
    places = Counter(p.place for p in sure if not p.is_heading and p.words > 8)
    inside = [
        n for n, p in enumerate(pieces) if container in (p.element, *p.element.iterancestors())
    ]
    held = [pieces[n] for n in inside]
    heads = {e for p in held for e in p.element.iterancestors("header")} - set(
        holding(sure, GOOD_PART)
    )
    foreign = {id(p) for p in held if is_furniture(p) or is_repeated(p, sure)} | prompting_boxes(
        held, container, places
    )
    foreign |= {
        id(p) for p in held if not p.is_heading and not heads.isdisjoint(p.element.iterancestors())
    }
    linked_lists = mostly_linked(pieces)
    top = next((n for n in inside if pieces[n].key == letters(facts.title)), -1)
    sure_places = [n for n in inside if id(pieces[n]) in certain]
    # What stands above the headline is a rubric.
    positions = [n for n in sure_places if n > top] or sure_places
    opening = [
        n for n in positions if id(pieces[n]) not in foreign and not is_label(pieces[n], facts)
    ]
    first, last = (opening or positions)[0], positions[-1]
    first = heading_above(first, inside[0], pieces, facts)
    chosen: dict[int, Piece] = {}
    seen: set[str] = set()
    for n in range(first, len(pieces)):
        piece = pieces[n]
        corrects = CORRECTION.match(piece.text) is not None and piece.words > 4
        if piece.key in seen or id(piece) in foreign or (n > inside[-1] and not corrects):
            continue
        if len(chosen) < 3 and is_label(piece, facts):
            continue
        if piece.is_heading:
            belongs = n < last and piece.key != letters(facts.title)
        elif id(piece) in certain or corrects:
            belongs = True
        elif parent_list(piece) is not None or piece.tag in {"tr", "dt", "dd", "pre"}:
            belongs = n < last and piece.linked < 0.5 and parent_list(piece) not in linked_lists
        elif n < last:
            belongs = piece.tag == "blockquote" or places[piece.place] >= 2
        else:
            belongs = (
                places[piece.place] >= 2
                and piece.words > 5
                and CLOSED.search(piece.text) is not None
            )
        if belongs:
            chosen[n] = piece
            seen.add(piece.key)
    directly = {p.place for n, p in chosen.items() if p.is_heading and n + 1 in chosen}
    return first, [
        p
        for n, p in chosen.items()
        if not p.is_heading or heads_text(n, pieces, chosen, directly, facts)
    ]


def heading_above(first: int, top: int, pieces: Sequence[Piece], facts: Facts) -> int:
    """Return where the heading over the first paragraph stands, `first` where it has none of its own."""
    for n in range(first - 1, top - 1, -1):
        if pieces[n].is_heading and pieces[n].tag != "h1" and not is_label(pieces[n], facts):
            return (
                n if pieces[n].words <= MAX_LABEL_WORDS and not is_furniture(pieces[n]) else first
            )
        if not is_label(pieces[n], facts):
            break
    return first


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


def prompting_boxes(
    pieces: Sequence[Piece], container: HtmlElement, places: Counter[tuple[str, ...]]
) -> set[int]:
    """Return the identities of the pieces in a container's boxes that sign readers up for something."""
    boxes: dict[HtmlElement, list[Piece]] = {}
    for piece in pieces:
        chain = [piece.element, *piece.element.iterancestors()]
        box = next((e for e in chain if e.getparent() is container), None)
        if box is not None and box is not piece.element:
            boxes.setdefault(box, []).append(piece)
    return {
        id(piece)
        for box, held in boxes.items()
        if sum(p.words for p in held) <= MAX_BOX_WORDS
        and (any(is_prompt(p.text) for p in held) or any(ASKS in e.attrib for e in box.iter()))
        and not any(places[p.place] > 2 for p in held)
        for piece in held
    }  # fmt: skip


def is_repeated(piece: Piece, sure: Sequence[Piece]) -> bool:
    """Return whether a longer sure piece says all that this one says, as a pull quote's paragraph does."""
    return (
        piece.words > 3 and not piece.is_heading
        and any(piece.key in p.key for p in sure if len(p.key) > len(piece.key))
    )  # fmt: skip


def container_of(sure: Sequence[Piece]) -> HtmlElement:
    """Return the innermost element that holds nearly all of the sure text."""
    return max(holding(sure, WHOLE), key=lambda e: sum(1 for _ in e.iterancestors()))


def holding(sure: Sequence[Piece], share: float) -> list[HtmlElement]:
    """Return the elements that hold this share of the sure text or more."""
    held: Counter[HtmlElement] = Counter()
    for piece in sure:
        for element in (piece.element, *piece.element.iterancestors()):
            held[element] += len(piece.key)
    total = sum(len(p.key) for p in sure)
    return [e for e in held if held[e] >= share * total]


def mostly_linked(pieces: Sequence[Piece]) -> set[HtmlElement]:
    """Return the lists in which more than half of the text is links: teasers, tags."""
    total: Counter[HtmlElement] = Counter()
    linked: Counter[HtmlElement] = Counter()
    for piece in pieces:
        if (parent := parent_list(piece)) is not None:
            total[parent] += len(piece.key)
            linked[parent] += round(len(piece.key) * piece.linked)
    return {e for e in total if linked[e] > 0.5 * total[e]}


def parent_list(piece: Piece) -> HtmlElement | None:
    """Return the list that a piece is an item of."""
    if piece.tag != "li":
        return None
    return next((e for e in piece.element.iterancestors() if e.tag in {"ul", "ol"}), None)


def standfirst_of(
    before: Sequence[Piece], kept: Sequence[Piece], sure: set[int], facts: Facts
) -> str:
    """Return the standfirst: what is called so, what the page's description repeats, or what is `sure`.

    `before` are the pieces above the body, `sure` the identities of those that belong to the article.
    """
    described = letters(facts.description)
    opening = {p.key for p in kept[:1] if not p.is_heading}
    fitting = [
        p for p in [*before, *(p for p in kept[:1] if p.is_heading)]
        if 5 <= p.words <= 90 and p.linked < 0.5 and p.key not in opening and not is_prompt(p.text) and not is_credit(p.text) and not is_label(p, facts)
    ]  # fmt: skip
    for piece in fitting:
        around = [piece.element, *list(piece.element.iterancestors())[:3]]
        called = any(STANDFIRST.search(name) for e in around for name in dashed(e))
        if called or (len(described) > 30 and piece.key == described):
            return piece.text
    # A long heading above the body, or a paragraph that is surely the article's.
    return next(
        (
            p.text
            for p in fitting
            if (p.is_heading and p.words >= 10) or (id(p) in sure and p.words >= 8)
        ),
        "",
    )
