"""A follow-up and what came before it become one question.

Without a language model, and without the earlier answers: earlier questions are put in front, and the
cross-encoder, which is trained to read such pairs, finds what "he" or "that" means. Whether a question goes on from
the one before it or changes the topic cannot always be told from its words: then both ways are worth a try.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.language import Language

POINTING = frozenset(
    [
        "he",
        "she",
        "him",
        "her",
        "his",
        "hers",
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
    ]
)
OPENING = re.compile(
    r"\s*(?:and|but|so|or|also|then|what about|how about|what else|anything else)\b[ ,]*",
    re.IGNORECASE,
)
# A longer question without a name says what it is about (DECISIONS.md).
FEW_CONTENT_WORDS = 3
SHORT_QUESTION_WORDS = 6
ENDS = " ?.!"


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to understand a question: `searched` stands alone, `read` is what the cross-encoder reads.

    `earlier` are the questions that it goes on from, none where it is taken by itself.
    """

    searched: str
    read: str
    earlier: tuple[str, ...] = ()


def wordings(question: str, history: Sequence[str], language: Language) -> list[Wording]:
    """Return the ways to understand a question, the likelier first: after the earlier ones, and by itself.

    What opens with "and" or has no content ("why?") goes on in any case; "How big was the fine?" may
    change the topic.
    """
    alone = Wording(question, question)
    if not history or not leans_on_history(question, language):
        return [alone]
    joined = Wording(
        stand_alone(question, history, language), one_question(question, history), tuple(history)
    )
    goes_on = OPENING.match(question) or not content_words(question, language)
    return [joined] if goes_on else [joined, alone]


def stand_alone(question: str, history: Sequence[str], language: Language) -> str:
    """Return a question with the earlier ones in front that it goes on from, or as it is.

    An earlier question that itself goes on from the one before brings that one along.
    """
    parts = [question]
    for earlier in reversed(history):
        if not leans_on_history(parts[0], language):
            break
        parts.insert(0, earlier)
    return ": ".join([*(part.rstrip(ENDS) for part in parts[:-1]), question])


def one_question(question: str, history: Sequence[str]) -> str:
    """Return a follow-up with the question before it in front, as the reranker is trained to read it.

    A last question that is itself only half a question brings the one before it.
    """
    if not history:
        return question
    last = history[-1]
    if len(history) > 1 and len(last.split()) < SHORT_QUESTION_WORDS:
        last = f"{history[-2].rstrip(ENDS)}: {last}"
    return f"{last.rstrip(ENDS)}: {question}"


def leans_on_history(question: str, language: Language) -> bool:
    """Return whether a question may go on from the one before it: it points back, or names nothing.

    "Who is Ellison?" names its own subject; "Ellison?" is no sentence and goes on.
    """
    words = language.words(question)
    if OPENING.match(question):
        return True
    if any(w.text.lower() in POINTING and w.part in {"PRON", "DET", "ADV"} for w in words):
        return True
    if any(word.part == "PROPN" for word in words):
        is_sentence = any(word.part in {"VERB", "AUX"} for word in words)
        return not is_sentence and content_words(question, language) <= 1
    return content_words(question, language) <= FEW_CONTENT_WORDS


def content_words(question: str, language: Language) -> int:
    """Return how many words of a question say what it is about."""
    return sum(1 for word in language.words(question) if word.stem)
