"""The names and quotations of a sentence, and which of them a cited text does not have."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

from app.quantities import CALENDAR
from app.units import MEASURES
from index.language import Language
from index.sentences import quotations

WORD = re.compile(r"[^\W_]+(?:[-&][^\W_]+|\.(?=[A-Z]))*")
OWNERSHIP = re.compile(r"[’']s?\b|[’'](?=\s|$)")
# Words that stand capitalised before a name and name nobody.
TITLES = frozenset(
    ["mr", "mrs", "ms", "mx", "dr", "prof", "professor", "sir", "dame", "lord", "lady", "president", "vice", "prime", "minister", "senator", "governor", "mayor", "councillor", "chief", "judge", "justice", "sheikh", "king", "queen", "prince", "princess", "general", "colonel", "captain", "rev", "reverend", "the", "a", "an", "of", "in", "i"]
)  # fmt: skip
JOINING = frozenset(["of", "and", "the", "for"])
# Capitalised words that name nobody: titles, abbreviations of common nouns, units.
UNNAMED = TITLES | {"tv", "ceo", "mp", "mps", "pm", "ok", "dollars", "dollar", *MEASURES}
# "Norway" and "Norwegian", "Republican" and "Republicans": what may follow the shared beginning.
ENDINGS = frozenset(
    ["", "a", "y", "n", "s", "es", "an", "ans", "ian", "ians", "ese", "ish", "ic", "ay", "egian", "egians", "i", "e", "ch", "ench", "ance", "any", "ain", "land", "landic"]
)  # fmt: skip
INFLECTIONS = frozenset(
    ["", "s", "es", "d", "ed", "ing", "e", "er", "ers", "ly", "y", "ies", "ied"]
)
SHARED_LETTERS = 4
# Countries go by several names; each row is one.
ONE_NAME = (
    frozenset(["us", "usa", "america", "american", "americans", "united states"]),
    frozenset(["uk", "britain", "british", "united kingdom"]),
    frozenset(["eu", "europe", "european", "european union"]),
    frozenset(["uae", "emirati", "emirates", "united arab emirates"]),
    frozenset(["netherlands", "dutch", "holland"]),
    frozenset(["denmark", "danish", "danes"]),
    frozenset(["switzerland", "swiss"]),
    frozenset(["greece", "greek", "greeks"]),
)
# A currency's country is part of the sum.
CURRENCY_OF = re.compile(
    r"\b(?:US|American|Canadian|Australian)\s?(?=\$|dollars?\b)|\$\s?US\s?(?=\d)"
)
MARKS = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "‑": "-", "\u00a0": " ", "…": "..."})
OPEN_MARK = re.compile(r"[“\"]([^”\"]*)$")


@dataclass(frozen=True, slots=True)
class Source:
    """What a sentence is held against: the `cited` text, and the `title` and headings over it.

    The whole `article` text only says which first name goes with a cited surname.
    """

    cited: str
    title: str
    article: str


def unsaid(sentence: str, cited: str) -> list[str]:
    """Return the quotations of a sentence that do not stand word for word in the cited text."""
    spans = quotations(sentence)
    quoted = [sentence[start:end] for start, end in spans]
    rest = sentence[spans[-1][1] :] if spans else sentence
    if opened := OPEN_MARK.search(rest):
        quoted.append(opened[1])
    there = f" {evened(cited)} "
    return [q for q in quoted if not re.search(rf"(?<!\w){re.escape(evened(q))}(?!\w)", there)]


def evened(text: str) -> str:
    """Return a quotation without its outer marks, with plain marks and single spaces, lower-cased."""
    plain = " ".join(text.translate(MARKS).split()).lower()
    return plain.strip(" \"'.,;:!?-")


def unnamed(sentence: str, runs: Sequence[str], source: Source) -> list[str]:
    """Return the names of a sentence, its `name_runs`, that neither the cited text nor the title has."""
    text = f"{source.cited}\n{source.title}"
    there, initials, missing = words_of(text), acronyms(text), []
    there += [name for row in ONE_NAME if any(is_said(n, text) for n in row) for name in row]
    for run in runs:
        words = [w for w in words_of(run) if w[0].isupper() and w.lower() not in UNNAMED]
        if sentence.startswith(run) and is_common(words, source.article):
            continue
        known = [w for w in words if is_there(w, there, initials)]
        if len(known) == len(words) or is_whole_name(run, known, source.article):
            continue
        if spelled_short(words, there):
            continue
        missing.append(" ".join(w for w in words if w not in known))
    return missing


def name_runs(sentence: str, language: Language) -> list[str]:
    """Return the names of a sentence: capitalised words, the first one only where it is a proper noun."""
    sentence = CURRENCY_OF.sub("", sentence)
    proper = language.names(sentence)
    spans = [(n.start, n.end) for n in proper]
    for found in WORD.finditer(sentence):
        inside = any(start <= found.start() < end for start, end in spans)
        opens = not sentence[: found.start()].strip(" “\"‘'(")
        after_mark = sentence[: found.start()].rstrip()[-1:] in {"“", '"', ":", ".", "?", "!"}
        if found.group()[0].isupper() and not (inside or opens or after_mark):
            spans.append((found.start(), found.end()))
    runs = [OWNERSHIP.sub("", sentence[start:end]) for start, end in sorted(spans)]
    return [CALENDAR.sub("", run).strip() for run in runs]


def is_common(words: list[str], article: str) -> bool:
    """Return whether a single word that opens a sentence is a form of one of the article's common words."""
    common = {w for w in words_of(article) if w.islower()}
    return len(words) == 1 and any(akin(words[0].lower(), w, INFLECTIONS) for w in common)


def is_said(name: str, text: str) -> bool:
    """Return whether a text has a name as a word; "US" is none where it is not in capitals."""
    if name in {"us", "uk", "eu", "uae"}:
        return re.search(rf"(?<![\w$]){name.upper()}\b(?!\$)", text.replace(".", "")) is not None
    return re.search(rf"\b{name}\b", text, re.IGNORECASE) is not None


def words_of(text: str) -> list[str]:
    """Return the words of a text without the marks of ownership."""
    return WORD.findall(OWNERSHIP.sub("", text.replace(".S.", "S").replace(".K.", "K")))


def acronyms(text: str) -> set[str]:
    """Return the initials in capitals of every two to five words in a row, "of", "and" and "the" left out."""
    letters = "".join(w[0].upper() for w in words_of(text) if w.lower() not in JOINING)
    return {letters[i : i + n] for n in range(2, 6) for i in range(len(letters) - n + 1)}


def is_there(word: str, there: list[str], initials: set[str]) -> bool:
    """Return whether a word of a name is in a text, as it is, as an adjective or as initials."""
    return word in initials or any(akin(word.lower(), other.lower()) for other in there)


def akin(one: str, other: str, endings: Set[str] = ENDINGS) -> bool:
    """Return whether two words differ by such endings only, as "america" and "american" do."""
    if one == other:
        return True
    shared = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    return shared >= SHARED_LETTERS and {one[shared:], other[shared:]} <= endings


def is_whole_name(run: str, known: list[str], article: str) -> bool:
    """Return whether the article has this very name and the cited text a part of it."""
    plain = " ".join(w for w in words_of(run) if w.lower() not in UNNAMED)
    return bool(known) and plain in " ".join(words_of(article))


def spelled_short(words: list[str], there: list[str]) -> bool:
    """Return whether the cited text has the initials of a name, such as "UN" for "United Nations"."""
    letters = "".join(w[0] for w in words if w[0].isupper())
    return len(letters) > 1 and letters in there
