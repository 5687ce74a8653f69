"""Which pieces within an article's container are not its text, by what they say and how they are set."""

from collections import Counter
from collections.abc import Sequence

from lxml.html import HtmlElement

from index.boilerplate import is_prompt
from index.extent import MAX_BOX_WORDS, holding, parent_list
from index.furniture import addresses_reader, is_furniture, is_set_as_heading
from index.layout import Piece
from index.pruning import ASKS, CORRECTION, GOOD_PART

Places = Counter[tuple[str, ...]]


def foreign_among(
    held: Sequence[Piece], sure: Sequence[Piece], container: HtmlElement, places: Places
) -> set[int]:
    """Return the identities of the pieces in a container that are not the article's.

    `places` counts how often each place holds a paragraph that is surely the article's.
    """
    parents = Counter(p.element.getparent() for p in sure if p.tag == "p")
    heads = {e for p in held for e in p.element.iterancestors("header")} - set(
        holding(sure, GOOD_PART)
    )
    alike = [places[p.place] > 2 or parents[beside(p)] > 2 for p in held]
    # What opens an article may be set apart, and speak to its reader.
    begun = alike.index(True) if True in alike else len(held)
    return prompting_boxes(held, container, places) | {
        id(p)
        for n, p in enumerate(held)
        if is_furniture(p)
        or is_repeated(p, sure)
        or (
            not p.is_heading
            and (
                (n > begun and addresses_reader(p, alike[n]))
                or not heads.isdisjoint(p.element.iterancestors())
            )
        )
    }


def beside(piece: Piece) -> HtmlElement | None:
    """Return the element in which a piece stands, which for a list's item is the one that holds the list."""
    around = parent_list(piece)
    return (piece.element if around is None else around).getparent()


def prompting_boxes(pieces: Sequence[Piece], container: HtmlElement, places: Places) -> set[int]:
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
        if not CORRECTION.match(piece.text)
    }  # fmt: skip


def is_repeated(piece: Piece, sure: Sequence[Piece]) -> bool:
    """Return whether a longer sure piece says all that this one says, as a pull quote's paragraph does."""
    return (
        (piece.words > 3 or piece.tag == "blockquote") and not is_set_as_heading(piece)
        and any(piece.key in p.key for p in sure if len(p.key) > len(piece.key))
    )  # fmt: skip
