"""Lines among an article's that aren't its text: prompts, teasers, credits, bylines, dates."""

import re
from itertools import islice, takewhile

from lxml.html import HtmlElement

from index.boilerplate import MAX_ASKING_WORDS, QUOTED, is_prompt, speaks_to_reader
from index.dates import as_date
from index.facts import BY, Facts
from index.labels import names_of
from index.layout import MAX_BOLD_WORDS, Piece
from index.pruning import letters

LINKED, MOSTLY = 0.8, 0.6
MAX_LABEL_WORDS = 12
MAX_CAPTION_WORDS = 30
BOXES = {"div", "section", "span", "p"}
# What the element is called that names who said a quotation.
SPEAKER = {"author", "attribution", "cite", "citation", "speaker", "source"}
CLOSED = re.compile(r"[.!?…:;,][”’\"')\]]*$|[”\"]$")
# A crosshead in somebody's words.
WHOLLY_QUOTED = re.compile(r"^[‘“\"'][^.!‘’“”\"]*[’”\"']$")
DATED = re.compile(
    r"^(?:published|updated|posted|first published|last (?:updated|modified)|modified)\b"
    r"|^(?:exclusive|breaking(?: news)?|developing|analysis|watch|live|opinion|subscribers? only)\W*$"
    r"|^(?:(?:episode|video|show|podcast) )?(?:description|summary|synopsis|notes|transcript)\W*$"
    r"|^\d+\s*-?\s*min(?:ute)?s?\b(?: read)?|\b\d{1,2}[:.]\d\d\s*(?:am|pm|[A-Z]{2,4}|$)|\b\d{1,2}/\d{1,2}/\d{4}$",
    re.IGNORECASE,
)
AUTHOR = re.compile(
    r",? (?:is|are|was|writes?|covers?|reports?|works?|has (?:written|covered|reported)|joined|lives)\b"
)
CREDIT = re.compile(
    r"^\(?(?:photo(?:graph)?|image|picture|pictured|credit|illustration|graphic|caption|video|file (?:photo|image)|getty"
    r"|reuters|ap photo)s?(?: by| credit| courtesy)?\b\s*[:/|©(]|^(?:photo(?:graph(?:s|y)?)?s?|(?:picture|image|illustration|graphic)s?) by (?-i:[A-Z])[\w ,&’'-]{1,60}$|^sources?: [\w ,;&’'-]{2,80}$|^(?:getty images|reuters|afp|alamy)\b.{0,30}$|^[—–-] .{2,60}\(@\w+\)",
    re.IGNORECASE,
)
# What the paper says of itself or to its reader, and not what a writer says of the people in a text.
TO_READER = re.compile(
    r"\b(?:you|yours?|please)\b|\b(?:tell|contact|e-?mail|join|follow|support|help|write to|reach) us\b"
    r"|\bour (?:[\w-]+ ){0,2}(?:series|coverage|newsletters?|reporting|newsroom|podcasts?|readers?|journalism|projects?|archives?"
    r"|guides?|reporters?|stor(?:y|ies)|editors?|columnists?|site|website|app|edition|issue|magazine|paper)\b",
    re.IGNORECASE,
)
CREDITED = re.compile(
    r"\b(?:photo(?:graph)?|picture|image|illustration|photo credit|credit|foto|bild)\s?(?:by\b|:|/)\s?[\w /.&-]{2,40}\)?$"
    r"|(?:^|[.!?)] )(?-i:Photo|Picture|Pic|Image)s? courtesy(?: of)? [\w ,’'&-]{2,60}\.?$"
    r"|(?:^|[.!?)] )(?-i:(?:Graphic|Chart|Map|Source|Data)s?: ?[A-Z])[\w /,&’'-]{1,60}\.?$",
    re.IGNORECASE,
)


def is_furniture(piece: Piece) -> bool:
    """Return whether a piece is a prompt, a credit or nothing but a link."""
    # A label with a headline behind it is a teaser, too.
    share = LINKED if CLOSED.search(piece.text) or piece.tag not in {"p", "div"} else MOSTLY
    is_teaser = piece.linked >= share and piece.tag not in {"tr", "blockquote"}
    return (
        is_teaser
        or is_prompt(piece.text)
        or is_credit(piece.text)
        or is_open_quote(piece)
        or is_caption(piece)
    )


def is_caption(piece: Piece) -> bool:
    """Return whether a short piece is alone with a picture in a box.

    A paragraph is one only where it is left open, a quotation or a list's item never, and a table's row where it
    is the table's only one.
    """
    if piece.words > MAX_CAPTION_WORDS or piece.tag in {"blockquote", "li"}:
        return False
    if piece.element.tag == "tr":
        table = next(piece.element.iterancestors("table"), piece.element)
        return holds_only(table, piece.key) and next(table.iter("img"), None) is not None
    if piece.tag == "p" and CLOSED.search(piece.text):
        return False
    boxes = (e for e in (piece.element, *piece.element.iterancestors()) if e.tag in BOXES)
    return any(
        holds_only(box, piece.key) and next(box.iter("img", "amp-img"), None) is not None
        for box in islice(boxes, 3)
    )


def holds_only(element: HtmlElement, key: str) -> bool:
    """Return whether an element has no more letters than these."""
    count = 0
    for text in element.itertext():
        count += len(letters(text))
        if count > len(key):
            return False
    return True


def is_open_quote(piece: Piece) -> bool:
    """Return whether a piece is set as a quotation and ends without a mark, as pull quotes do."""
    if speaker_of(piece) is not None:
        return False
    is_quote = piece.tag == "blockquote" or any(
        "".join(q.itertext()).strip() == piece.text for q in piece.element.iter("q")
    )
    return (
        is_quote
        and piece.words <= MAX_LABEL_WORDS * 2
        and not CLOSED.search(piece.text)
        and not QUOTED.search(piece.text)
    )


def speaker_of(piece: Piece) -> HtmlElement | None:
    """Return the quotation whose speaker a piece names."""
    chain = [piece.element, *piece.element.iterancestors()]
    inside = list(takewhile(lambda e: e.tag != "blockquote", chain))
    # A cite that follows a quotation's paragraphs is a line of the quotation itself.
    own = [
        e
        for e in piece.element
        if isinstance(e.tag, str) and letters(e.text_content()) == piece.key
    ]
    if not any(e.tag in {"footer", "cite"} or names_of(e) & SPEAKER for e in (*inside, *own)):
        return None
    return next((e for e in chain if e.tag == "blockquote"), None)


def addresses_reader(piece: Piece, is_set_alike: bool) -> bool:
    """Return whether the paper speaks to its reader in a short piece that is set unlike the text, or slanted."""
    if piece.tag == "blockquote" or piece.words > MAX_ASKING_WORDS:
        return False
    if not is_set_alike:
        return speaks_to_reader(piece.text)
    # "We stood there until the ringing had stopped" may be a stage direction in an interview.
    return is_slanted(piece) and speaks_to_reader(piece.text) and bool(TO_READER.search(piece.text))


def is_slanted(piece: Piece) -> bool:
    """Return whether nearly all of a piece is in italics."""
    slanted = piece.element.xpath(
        "self::i | self::em | .//i[not(ancestor::i)] | .//em[not(ancestor::em)]"
    )
    return sum(len(letters(e.text_content())) for e in slanted) >= LINKED * len(piece.key)


def is_credit(text: str) -> bool:
    """Return whether a line names who took a picture, at its beginning or, as a caption does, at its end."""
    words = len(text.split())
    return (words <= 25 and CREDIT.match(text) is not None) or (
        words <= 50 and CREDITED.search(text) is not None
    )


def is_label(piece: Piece, facts: Facts) -> bool:
    """Return whether a piece is the headline again, a byline, a date or the time it takes to read."""
    text = piece.text
    if piece.key == letters(facts.title):
        return True
    # A sentence may name an hour; a label opens with what it is.
    if piece.words > MAX_LABEL_WORDS + 3 or (CLOSED.search(text) and not DATED.match(text)):
        return False
    names = [letters(name) for name in facts.byline.split(",") if name.strip()]
    is_byline = bool(BY.match(text.lstrip("—–- "))) or any(name in piece.key for name in names)
    return is_byline or bool(DATED.search(text)) or (piece.words <= 8 and as_date(text) != "")


def is_cell(piece: Piece) -> bool:
    """Return whether a piece is a table's row without a sentence, as in the box of facts above a review."""
    return piece.element.tag == "tr" and not CLOSED.search(piece.text)


def introduces_nothing(piece: Piece) -> bool:
    """Return whether a piece at an article's end announces what is not its text: a document, a video."""
    is_open = piece.words <= MAX_LABEL_WORDS and piece.text.endswith(":")
    return is_open or is_set_as_heading(piece)


def tells_of_author(piece: Piece, facts: Facts) -> bool:
    """Return whether a piece begins with an author's name and says who that is, as below an article."""
    opening = next(
        (n for n in facts.byline.split(", ") if n.strip() and piece.text.startswith(n)), ""
    )
    return bool(opening) and AUTHOR.match(piece.text[len(opening) :]) is not None


def is_set_as_heading(piece: Piece, may_ask: bool = False) -> bool:
    """Return whether a piece is a heading, or a short open line, a question if it `may_ask`, all in bold."""
    if piece.is_heading:
        return True
    return (
        piece.strong
        and piece.tag in {"p", "div"}
        and piece.words <= MAX_BOLD_WORDS
        # "Serves 6 | Prep 15 minutes" is a row of facts.
        and " | " not in piece.text
        and (
            not CLOSED.search(piece.text.rstrip("?'’”\"") if may_ask else piece.text)
            or WHOLLY_QUOTED.match(piece.text) is not None
        )
    )
