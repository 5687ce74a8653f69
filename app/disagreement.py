"""Do sentences of different articles tell different figures of the same thing?"""

import itertools
from collections.abc import Sequence

from app.quantities import Quantity, calendar_names, quantities
from app.quoting import Candidate
from index.language import Language

# So many of the shorter sentence's content words have to stand in the other, or they tell of different things.
LEAST_SHARED = 0.5
YEARS = range(1900, 2100)


def differ(chosen: Sequence[Candidate], language: Language) -> bool:
    """Return whether any two sentences of different articles are at odds."""
    return any(
        one.chunk.article_id != other.chunk.article_id and at_odds(one.quote, other.quote, language)
        for one, other in itertools.combinations(chosen, 2)
    )


def at_odds(one: str, other: str, language: Language) -> bool:
    """Return whether two sentences tell of the same thing with figures, or months and days, that do not agree."""
    words = [plain_words(text, language) for text in (one, other)]
    smaller = min(map(len, words))
    if not smaller or len(words[0] & words[1]) < LEAST_SHARED * smaller:
        return False
    days = [calendar_names(text) for text in (one, other)]
    if all(days) and not days[0] & days[1]:
        return True
    figures = [counted(text) for text in (one, other)]
    return any(
        bool(there := [q for q in figures[1] if q.unit == figure.unit])
        and not any(figure.agrees(q) for q in there)
        and not any(q.agrees(f) for q in there for f in figures[0] if f.unit == figure.unit)
        for figure in figures[0]
    )


def counted(text: str) -> list[Quantity]:
    """Return the figures of a sentence without the years that it names."""
    return [q for q in quantities(text) if q.unit or q.value not in YEARS]


def plain_words(text: str, language: Language) -> frozenset[str]:
    """Return the content words of a sentence that are no numbers."""
    return frozenset(w for w in language.content(text) if not any(c.isdigit() for c in w))
