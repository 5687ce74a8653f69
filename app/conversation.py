"""A follow-up and what came before it become one question.

Without a language model, and without the earlier answers: the question before it is put in front, and the
cross-encoder, which is trained to read such pairs, finds what "he" or "that" means.
"""

import re
from collections.abc import Sequence

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
FEW_CONTENT_WORDS = 2
SHORT_QUESTION_WORDS = 6
ENDS = " ?.!"


def stand_alone(question: str, history: Sequence[str], language: Language) -> str:
    """Return a question with what it takes from the earlier ones, or as it is where it takes nothing."""
    if history and leans_on_history(question, language):
        return one_question(question, history)
    return question


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
    """Return whether a question cannot be understood without the one before it."""
    words = language.words(question)
    content = sum(1 for word in words if word.stem)
    if OPENING.match(question) or content <= 1:
        return True
    if any(w.text.lower() in POINTING and w.part in {"PRON", "DET", "ADV"} for w in words):
        return True
    return content <= FEW_CONTENT_WORDS and not any(word.part == "PROPN" for word in words)
