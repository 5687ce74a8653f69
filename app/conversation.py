"""A follow-up and what came before it become a question that stands by itself.

Without a language model: a pronoun takes the name it most likely means, and a question that is
only half a question takes the words of the one before it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.language import Language, NameSpan, Word

PERSON_PRONOUNS = {"he", "she", "him", "her", "his", "hers"}
THING_PRONOUNS = {
    "it",
    "its",
    "this",
    "that",
    "these",
    "those",
    "they",
    "them",
    "their",
    "there",
    "one",
    "then",
}
OPENING = re.compile(
    r"\s*(?:and|but|so|or|also|then|what about|how about|what else|anything else)\b[ ,]*",
    re.IGNORECASE,
)
WHO = re.compile(r"\b(?:who|whose|whom|which (?:person|man|woman|people))\b", re.IGNORECASE)
FEW_CONTENT_WORDS = 2


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question as it was resolved, and the sentences it was answered with here."""

    question: str
    answer: str


def stand_alone(question: str, turns: Sequence[Turn], language: Language) -> str:
    """Return the question with what it takes from earlier turns, or as it is where it takes nothing."""
    if not turns:
        return question
    last = turns[-1]
    words = language.words(question)
    named = any(word.part == "PROPN" for word in words)
    pronouns = [word for word in words if word.text.lower() in PERSON_PRONOUNS]
    resolved = question
    if pronouns and (name := person_meant(last, language)):
        resolved = with_name(question, pronouns, name)
    leans = (
        any(w.text.lower() in THING_PRONOUNS and w.part in {"PRON", "DET", "ADV"} for w in words)
        or OPENING.match(question) is not None
        or sum(1 for word in words if word.stem) <= FEW_CONTENT_WORDS
    )
    if (pronouns and resolved != question and is_whole(words)) or not (leans or pronouns):
        return resolved
    if named and not OPENING.match(question) and not leans:
        return resolved
    return f"{last.question.rstrip(' ?.!')}: {OPENING.sub('', resolved, count=1) or resolved}"


def is_whole(words: Sequence[Word]) -> bool:
    """Return whether a question has enough content words to be searched by itself."""
    return sum(1 for word in words if word.stem) > 1 or (
        bool(words) and words[0].text.lower() in {"who", "who's"}
    )


def person_meant(turn: Turn, language: Language) -> str | None:
    """Return the person whom "he" or "she" means after this turn.

    After "who ...?" it is the person whom the answer brought; else the one in the question, else
    the first in the answer.
    """
    asked = people(language.names(turn.question))
    answered = people(language.names(turn.answer))
    known = {part.lower() for name in asked for part in name.split()}
    brought = [name for name in answered if not known & {part.lower() for part in name.split()}]
    if WHO.search(turn.question) and brought:
        return brought[0]
    return next(iter([*asked, *answered]), None)


def people(names: Sequence[NameSpan]) -> list[str]:
    """Return the names of people, and where none is labelled so, those that are not places."""
    found = [name.text for name in names if name.kind == "person"]
    return found or [name.text for name in names if name.kind == ""]


def with_name(question: str, pronouns: Sequence[Word], name: str) -> str:
    """Return the question with its first pronoun replaced by the name."""
    pronoun = pronouns[0]
    owning = pronoun.text.lower() in {"his", "hers"} or (
        pronoun.text.lower() == "her" and pronoun.role == "poss"
    )
    text = f"{name}’s" if owning else name
    return question[: pronoun.start] + text + question[pronoun.end :]
