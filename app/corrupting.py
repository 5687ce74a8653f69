"""One fault put into a true sentence: swapped names, another number, a "not", the opposite word.

The verifier learns from such sentences beside those that people wrote; they are false whatever the article is about.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from app.polarity import OPPOSITES
from index.language import Language, NameSpan

AUXILIARY = re.compile(
    r"\b(?:was|were|is|are|has|have|had|will|would|can|could|should|did|does|may|might)\b(?! not|n[’']t)"
)
NEGATION = re.compile(r"\b(?:not|never) |n[’']t\b")
# Between such words two names can change places and the sentence stays true.
SYMMETRIC = frozenset(["met", "married", "with", "and", "or", "between"])
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")
STEPS, SHARES, SMALL = (-3, -2, -1, 1, 2, 3, 5), (0.8, 0.9, 1.1, 1.25, 1.5), 100
YEARS = range(1500, 2101)
Names = Mapping[str, Sequence[str]]


def corrupted(
    sentence: str, names: Names, language: Language, chance: random.Random
) -> Iterator[tuple[str, str]]:
    """Yield `(kind, sentence)` for each fault that can be put in, in random order.

    `names` are the article's, by their kind.
    """
    spans = language.names(sentence)
    faults: list[tuple[str, Callable[[], str | None]]] = [
        ("negation", lambda: negated(sentence)),
        ("order", lambda: opposite(sentence, chance)),
        ("role", lambda: swapped(sentence, spans)),
        ("name", lambda: renamed(sentence, spans, names, chance)),
        ("number", lambda: recounted(sentence, chance)),
    ]
    chance.shuffle(faults)
    for kind, fault in faults:
        found = fault()
        if found is not None and found != sentence:
            yield kind, found


def negated(sentence: str) -> str | None:
    """Return the sentence with its first "not" taken out, or with one put in."""
    if NEGATION.search(sentence):
        return NEGATION.sub("", sentence, count=1)
    found = AUXILIARY.search(sentence)
    return f"{sentence[: found.end()]} not{sentence[found.end() :]}" if found else None


def opposite(sentence: str, chance: random.Random) -> str | None:
    """Return the sentence with one word turned into its opposite."""
    turned = [
        sentence[: found.start()] + other + sentence[found.end() :]
        for pair in OPPOSITES
        for word, other in (pair, pair[::-1])
        if (found := re.search(rf"\b{word}\b", sentence))
    ]
    return chance.choice(turned) if turned else None


def swapped(sentence: str, spans: Sequence[NameSpan]) -> str | None:
    """Return the sentence with two names of a kind in each other's place."""
    for n, one in enumerate(spans):
        for other in spans[n + 1 :]:
            between = sentence[one.end : other.start]
            words = re.findall(r"\w+", between.lower())
            alike = one.text in other.text or other.text in one.text
            if one.kind == other.kind and not alike and words and not SYMMETRIC & set(words):
                return (
                    sentence[: one.start] + other.text + between + one.text + sentence[other.end :]
                )
    return None


def renamed(
    sentence: str, spans: Sequence[NameSpan], names: Names, chance: random.Random
) -> str | None:
    """Return the sentence with one name replaced by another of the article."""
    known = [span for span in spans if span.kind]
    if not known:
        return None
    span = chance.choice(known)
    others = [n for n in names.get(span.kind, ()) if n not in sentence and span.text not in n]
    return sentence[: span.start] + chance.choice(others) + sentence[span.end :] if others else None


def recounted(sentence: str, chance: random.Random) -> str | None:
    """Return the sentence with one number in digits changed a little."""
    found = list(NUMBER.finditer(sentence))
    if not found:
        return None
    place = chance.choice(found)
    written = place.group().replace(",", "")
    value = float(written)
    step = value < SMALL or value in YEARS
    changed = max(value + chance.choice(STEPS) if step else value * chance.choice(SHARES), 1.0)
    text = f"{changed:.1f}" if "." in written else f"{int(changed):,}"
    text = text if "," in place.group() or "." in written else str(int(changed))
    return (
        None
        if text == place.group()
        else sentence[: place.start()] + text + sentence[place.end() :]
    )
