"""Which numbers, units and dates of a sentence a cited text does not have, nor gives by a sum of two of its own."""

import itertools
import re
from collections.abc import Iterator, Sequence

from app.quantities import (
    CLOCK,
    SHARE,
    Quantity,
    calendar_names,
    clock_times,
    in_digits,
    numerals,
    share_of,
    told,
)
from app.units import SIZES

COUNTED = 2
NEARLY_ONE = 1.5
PERIOD = re.compile(
    r"\b(?:an?|one|per|each|every)[\s-]+(hour|day|night|week|month|year)\b", re.IGNORECASE
)
PERIOD_WORDS = {"hour": "hour", "day": "day|daily", "night": "night", "week": "week", "month": "month", "year": "year|annual"}  # fmt: skip
# What two bare numbers of dates may differ by.
BETWEEN_DATES = {"day", "year"}


def unbacked(sentence: str, cited: str) -> list[str]:
    """Return what numbers, units, months and days of a sentence the cited text does not have.

    A bare "two" is not asked for: whoever writes "the two of them" counts what is told without a number. What two
    told numbers add up to, differ by or are of each other is left to the verifier.
    """
    there = told(cited)
    digits = SHARE.sub(lambda found: "" if is_told(found, there) else found.group(), in_digits(CLOCK.sub(" ", sentence)))  # fmt: skip
    wanted = [
        q for q in (*clock_times(sentence), *numerals(digits)) if q.unit or q.value != COUNTED
    ]
    results = list(reckoned(there))
    missing = [
        f"{q.value:g} {q.unit}".strip()
        for q in wanted
        if not any(map(q.agrees, there)) and not any(is_result(q, result) for result in results)
    ]
    missing += [p for p in periods_in(digits) if not is_period_told(p, cited, there)]
    return missing + sorted(calendar_names(sentence) - calendar_names(cited))


def is_result(wanted: Quantity, result: Quantity) -> bool:
    """Return whether a sum says a number; one without a unit says counts and shares only."""
    return wanted.agrees(result) and (result.unit != "" or wanted.unit in {"", "percent"})


def is_told(found: re.Match[str], there: Sequence[Quantity]) -> bool:
    """Return whether a share such as "one in eight" is told in some form."""
    share = share_of(found)
    return share is not None and any(map(share.agrees, there))


def periods_in(sentence: str) -> list[str]:
    """Return the periods that "a week" or "per year" names."""
    return sorted({found.lower() for found in PERIOD.findall(sentence)})


def is_period_told(period: str, cited: str, there: Sequence[Quantity]) -> bool:
    """Return whether the cited text names the period, or a time that is nearly one of it."""
    if re.search(PERIOD_WORDS[period], cited, re.IGNORECASE):
        return True
    kind, size = SIZES.get(period, (period, 1))
    times = [
        q.value * SIZES[q.unit][1] / size for q in there if SIZES.get(q.unit, ("", 0))[0] == kind
    ]
    return any(1 / NEARLY_ONE < time < NEARLY_ONE for time in times)


def reckoned(there: Sequence[Quantity]) -> Iterator[Quantity]:
    """Yield what two told numbers of one unit add up to, differ by, and what share the smaller and its rest are."""
    for one, other in itertools.combinations(there, 2):
        if one.unit and other.unit and one.unit != other.unit:
            continue
        small, large = sorted((one.value, other.value))
        unit, rough = one.unit or other.unit, one.rough or other.rough
        yield Quantity(large + small, unit, rough)
        yield Quantity(large - small, unit, rough)
        if not unit:
            yield from (Quantity(large - small, period) for period in sorted(BETWEEN_DATES))
        if 0 < small < large:
            yield from (Quantity(part, "", True) for part in (small / large, 1 - small / large))
