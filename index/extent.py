"""Where an article begins and ends among a page's pieces, and which element holds it."""

import re
from collections import Counter
from collections.abc import Sequence

from lxml.html import HtmlElement

from index.boilerplate import SPEECH, gives_address, is_asking, is_prompt, speaks_to_reader
from index.facts import Facts
from index.furniture import (
    CLOSED,
    LINKED,
    MAX_LABEL_WORDS,
    introduces_nothing,
    is_furniture,
    is_label,
    tells_of_author,
)
from index.layout import Piece
from index.pruning import CORRECTION

# A container has this share of the sure text.
WHOLE = 0.9
# The boxes under an article come after this share of the sure text, and hold so many links that stand
# alone, at least this share of their pieces.
MOST = 0.5
LONE_LINKS = 2
LONE_SHARE = 0.2
MAX_BOX_WORDS = 90
# A paragraph of the text has more words than these.
MIN_TEXT_WORDS = 8
# An appeal has at most so many paragraphs.
MOST_APPEALING = 8
PAYING = re.compile(r"subscri|donat|support|member|contribut", re.IGNORECASE)
# An author's description is among so many pieces at the end.
TAIL = 4


def end_of_article(pieces: Sequence[Piece], sure: Sequence[Piece]) -> int:
    """Return how many of the sure pieces come before the boxes under an article.

    The boxes begin where most of the text has been read and, before any more text, a link stands alone, more
    of which follow, or a heading asks for something, and where no text that follows is set as any before.
    """
    if not sure:
        return 0
    numbers = {id(p): n for n, p in enumerate(pieces)}
    text_pieces = {id(p) for p in sure if not p.is_heading and p.linked < LINKED}
    total = sum(len(p.key) for p in sure)
    read = 0
    for n, piece in enumerate(sure[:-1], start=1):
        read += len(piece.key)
        following = pieces[numbers[id(piece)] + 1 : numbers[id(sure[-1])] + 1]
        lone = [m for m, p in enumerate(following) if p.linked >= LINKED]
        text = next((m for m, p in enumerate(following) if id(p) in text_pieces), len(following))
        linked = len(lone) >= max(LONE_LINKS, LONE_SHARE * len(following)) and lone[0] < text
        asked = any(p.is_heading and is_prompt(p.text) for p in following[:text])
        if read >= MOST * total and (linked or asked):
            before = {p.place for p in sure[:n]}
            if all(p.place not in before for p in sure[n:]):
                return n
    return len(sure)


def with_what_goes_on(pieces: Sequence[Piece], sure: Sequence[Piece]) -> list[Piece]:
    """Return the sure pieces and those after them that stand in another element of the same class.

    Some papers break an article's text into several elements, with advertisements between; another
    article's text would come after its headline.
    """
    around = Counter(p.place[2:] for p in sure if p.tag == "p" and p.words > MIN_TEXT_WORDS)
    alike = {place for place, count in around.items() if count > 1 and not place[0].endswith(".")}
    numbers = {id(p): n for n, p in enumerate(pieces)}
    found = list(sure)
    for piece in pieces[numbers[id(sure[-1])] + 1 :] if sure else ():
        if piece.place[2:] in alike and piece.tag != "div":
            found.append(piece)
        elif piece.is_heading:
            break
    return found


def without_asking(kept: Sequence[Piece], pieces: Sequence[Piece]) -> list[Piece]:
    """Return an article's pieces without the few at its end that go on where a prompt began to ask.

    A box without a frame of its own asks for readers' stories, and says in lines after it how to send them.
    """
    told = next((n for n in range(len(kept), 0, -1) if not is_asking(kept[n - 1].text)), 0)
    numbers = {id(p): n for n, p in enumerate(pieces)}
    after = pieces[numbers[id(kept[told - 1])] + 1 :] if told else ()
    prompts = (numbers[id(p)] for p in after if is_prompt(p.text) and is_asking(p.text))
    begins = next(prompts, len(pieces))
    box = [p for p in kept[told:] if numbers[id(p)] > begins and not CORRECTION.match(p.text)]
    lines = [p.text for p in pieces[begins : begins + 1]] + [p.text for p in box]
    if not any(map(gives_address, lines)) or sum(p.words for p in box) > MAX_BOX_WORDS:
        return list(kept)
    return [p for p in kept if p not in box]


def without_appeal(kept: Sequence[Piece]) -> list[Piece]:
    """Return an article's pieces without those under a rule at its end in which the paper asks for money.

    They speak to the reader, quote nobody, and hold a link to where one pays.
    """
    for n in range(max(1, len(kept) - MOST_APPEALING), len(kept)):
        above = kept[n].element.getprevious()
        tail = kept[n:]
        if (
            above is not None and above.tag == "hr" and speaks_to_reader(tail[0].text)
            and any(PAYING.search(a.get("href") or "") for p in tail for a in p.element.iter("a"))
            and not any(SPEECH.search(p.text) for p in tail)
        ):  # fmt: skip
            return list(kept[:n])
    return list(kept)


def without_tail(kept: Sequence[Piece], facts: Facts) -> list[Piece]:
    """Return an article's pieces without those at its end that tell of its author or announce nothing.

    A correction below them stays.
    """
    told = [p for n, p in enumerate(kept) if n < len(kept) - TAIL or not tells_of_author(p, facts)]
    for n in range(len(told) - 1, -1, -1):
        if not CORRECTION.match(told[n].text):
            if not introduces_nothing(told[n]):
                break
            del told[n]
    return told


def above_paragraphs(first: int, pieces: Sequence[Piece], facts: Facts) -> int:
    """Return where the text begins that stands, in no element of its own, before the first paragraph."""
    own = pieces[first].element
    while first and pieces[first - 1].element in (own, own.getparent()):
        piece = pieces[first - 1]
        if (
            piece.words <= MIN_TEXT_WORDS
            or not CLOSED.search(piece.text)
            or is_furniture(piece)
            or is_label(piece, facts)
        ):
            break
        first -= 1
    return first


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


def container_of(sure: Sequence[Piece]) -> HtmlElement:
    """Return the innermost element that holds nearly all of the sure text."""
    return max(holding(sure, WHOLE), key=lambda e: sum(1 for _ in e.iterancestors()))


def outside_container(first: int, pieces: Sequence[Piece], sure: Sequence[Piece]) -> Sequence[int]:
    """Return the numbers of the sure paragraphs right before the container in which its own are set alike.

    Some pages set the paragraphs that every reader may see apart from the rest.
    """
    certain = {id(p) for p in sure}
    around = Counter(p.place[2] for p in sure if p.tag == "p")
    n = first
    while n and id(pieces[n - 1]) in certain and around[pieces[n - 1].place[2]] > 2:
        if not CLOSED.search(pieces[n - 1].text):
            break
        n -= 1
    return range(n, first)


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
