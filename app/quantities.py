"""The numbers, sums and dates of a text, evened out so that "27 million US dollars" equals "US$27m"."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from text_to_num import text2num

from app.units import CURRENCY, MEASURES, SCALES, SIZES, unit_of

SMALL_WORDS = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    "sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
SPELLED = re.compile(
    rf"\b(?:an?\s+(?:hundred|thousand)|{SMALL_WORDS})(?:(?:[\s-]+(?:and\s+)?)(?:{SMALL_WORDS}|hundred|thousand))*\b",
    re.IGNORECASE,
)
PARTS = {
    "half": 1 / 2, "third": 1 / 3, "thirds": 1 / 3, "quarter": 1 / 4, "quarters": 1 / 4,
    "fifth": 1 / 5, "fifths": 1 / 5, "tenth": 1 / 10, "tenths": 1 / 10,
}  # fmt: skip
FRACTION = re.compile(
    r"\b(?:(?P<count>an?|one|\d)[\s-]+)?(?:(?<!first )(?<!second )(?<!latter )(?P<part>half)(?=\s+(?:of|an?|the|its|their|his|her|that|this)\b)"
    r"|(?P<parts>thirds?|quarters?|fifths?|tenths?)\b)",
    re.IGNORECASE,
)
# "Half a trillion", "half a year": the part goes before the word.
HALF = re.compile(
    r"\bhalf\s+(?:of\s+)?an?\s+(?=(?:hundred|thousand|million|billion|trillion|year|day|hour|mile|tonne|ton|kilo|litre|degree)\b)",
    re.IGNORECASE,
)
ONE_SCALE = re.compile(r"\bone (?=(?:million|billion|trillion)\b)", re.IGNORECASE)
AND_A_HALF = re.compile(r"\b(\d+) and a half\b")
LASTING = re.compile(
    r"\b(?P<count>\d+(?:\.\d+)?|an?|one) (?P<large>hour|year)s?,? (?:and )?(?P<rest>\d+) (?P<small>minute|month)s?\b",
    re.IGNORECASE,
)
SHARE = re.compile(
    r"\b(one|\d{1,3})(?: [a-z]+){0,2} (?:in|out of)(?: every)? (\d{1,3}|a?\s?hundred)\b",
    re.IGNORECASE,
)
ONE_UNIT = re.compile(
    r"\b(?:an?|one) (minute|hour|day|week|fortnight|month|year|decade|century|mile|kilometre|tonne)\b",
    re.IGNORECASE,
)
GROUPS = {"dozen": (12, ""), "decade": (10, "year"), "fortnight": (2, "week"), "century": (100, "year"), "pair": (2, ""), "couple": (2, "")}  # fmt: skip
GROUP = re.compile(rf"\b(?:an?|one|half an?)\s+({'|'.join(GROUPS)})\b", re.IGNORECASE)
BEFORE = r"(?:(?P<before>\$\s?US|\$|[€£¥₹]|\b(?:USD|EUR|GBP))\s?|(?<![\w.,]))"
UNITS = "|".join(
    sorted((re.escape(u) for u in {*MEASURES, *CURRENCY} if u[0].isalpha()), key=len, reverse=True)
)
NUMERAL = re.compile(
    rf"{BEFORE}(?P<number>\d[\d,]*(?:\.\d+)?|\.\d+)(?P<ordinal>st|nd|rd|th)?"
    rf"(?:[\s-]?(?P<scale>{'|'.join(sorted(SCALES, key=len, reverse=True))})\b)?"
    rf"(?:[\s-]*(?P<unit>%|(?:US\s|American\s|Canadian\s|Australian\s|square\s)?(?:{UNITS})s?\b))?",
    re.IGNORECASE,
)
CLOCK = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-3])(?::(?P<minute>[0-5]\d)(?:\s?(?P<half>[ap])\.?m\b)?|\.(?P<minutes>[0-5]\d)\s?(?P<halves>[ap])\.?m\b)",
    re.IGNORECASE,
)
MONTHS = "January February March April May June July August September October November December"
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
SHORT = {name[:3].lower(): name for name in f"{MONTHS} {DAYS}".split()}
CALENDAR = re.compile(
    rf"\b(?:(?:{'|'.join(f'{MONTHS} {DAYS}'.split())})\b|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun)\b(?!-)\.?)"
)
ABOUT = re.compile(
    r"\b(?:about|around|roughly|nearly|almost|some|approximately|just (?:over|under)|more than|less than|over|under|close to|up to|at least)\s+(?:\S+\s+)?$",
    re.IGNORECASE,
)
OR_SO = re.compile(r"\s*(?:\w+\s+)?(?:or|and) (?:so|more|less)\b", re.IGNORECASE)
TOLERANCE, EXACT, EXACT_WHOLE = 0.11, 2e-6, 1e-12


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as `value` with its `unit` ("" for a count); `rough` where the text says "about" or the like."""

    value: float
    unit: str
    rough: bool = False

    def agrees(self, other: "Quantity") -> bool:
        """Return whether both say the same; a missing unit is no contradiction."""
        whole = self.value.is_integer() and other.value.is_integer()
        allowed = TOLERANCE if self.rough or other.rough else EXACT_WHOLE if whole else EXACT
        if not self.unit or not other.unit or self.unit == other.unit:
            if math.isclose(self.value, other.value, rel_tol=allowed):
                return True
            # "A tenth" is "10 per cent"; two counts are not measured again.
            if "percent" not in {self.unit, other.unit}:
                return False
        (kind, size), (other_kind, other_size) = (
            SIZES.get(unit, (unit, 1)) for unit in (self.unit, other.unit)
        )
        return kind == other_kind and math.isclose(
            self.value * size, other.value * other_size, rel_tol=allowed
        )


def quantities(text: str) -> list[Quantity]:
    """Return the numbers of a text in the order of their forms; dates' days and years are among them."""
    digits = in_digits(CLOCK.sub(" ", text))
    return [*clock_times(text), *numerals(digits)]


def told(text: str) -> list[Quantity]:
    """Return everything that a text can be said to tell: its numbers, its shares, "a year" as one year."""
    digits = in_digits(CLOCK.sub(" ", text))
    shares = [share for found in SHARE.finditer(digits) if (share := share_of(found))]
    ones = [Quantity(1.0, unit_of(found[1])) for found in ONE_UNIT.finditer(digits)]
    return [*quantities(text), *shares, *ones]


def clock_times(text: str) -> Iterator[Quantity]:
    """Yield times such as "7.30pm" as minutes after midnight, of the half of the day that is named."""
    for found in CLOCK.finditer(text):
        minutes = int(found["hour"]) % 12 * 60 + int(found["minute"] or found["minutes"])
        half = (found["half"] or found["halves"] or "").lower()
        yield Quantity(float(minutes), f"{half}m" if half else "")


def share_of(found: re.Match[str]) -> Quantity | None:
    """Return "two in five" as 0.4; None for what only looks like it, such as "12 people in 10 days"."""
    part = 1.0 if found[1].lower() == "one" else float(found[1])
    whole = float(found[2]) if found[2].isdigit() else 100.0
    return Quantity(part / whole, "") if 0 < part <= whole else None


def in_digits(text: str) -> str:
    """Return a text with its spelled numbers, fractions and groups as digits."""
    text = HALF.sub("0.5 ", GROUP.sub(grouped, text))
    text = SPELLED.sub(spelled_out, ONE_SCALE.sub("1 ", AND_A_HALF.sub(r"\1.5", text)))
    text = AND_A_HALF.sub(r"\1.5", text)
    return LASTING.sub(added, FRACTION.sub(divided, text))


def added(found: re.Match[str]) -> str:
    """Return "an hour and 50 minutes" as "110 minutes", "1 year and 2 months" as "14 months"."""
    size = 60 if found["large"].lower() == "hour" else 12
    count = float(found["count"]) if found["count"][0].isdigit() else 1.0
    return f"{count * size + float(found['rest']):g} {found['small']}"


def grouped(found: re.Match[str]) -> str:
    """Return "a dozen" as "12", "half a decade" as "5 year"."""
    count, unit = GROUPS[found[1].lower()]
    if found.group().lower().startswith("half"):
        return f"{count / 2:g} {unit}"
    return f"{count} {unit}".strip()


def divided(found: re.Match[str]) -> str:
    """Return "two-thirds" as its decimal share; an ordinal such as "third place" as it is."""
    count, part = (found["count"] or "").lower(), (found["part"] or found["parts"]).lower()
    if part != "half" and not count:
        return found.group()
    times = float(count) if count.isdigit() else 1.0
    return f"{times * PARTS[part]:.6f}"


def spelled_out(found: re.Match[str]) -> str:
    """Return "two hundred and five" as "205"; "one" alone is mostly no number and stays."""
    words = re.sub(r"^an?\s+", "one ", found.group().lower()).replace("-", " ")
    if words == "one":
        return found.group()
    try:
        return str(text2num(words, "en"))
    except ValueError:
        return found.group()


def numerals(text: str) -> Iterator[Quantity]:
    """Yield the numbers written in digits with scale and unit."""
    for found in NUMERAL.finditer(text):
        value = float(found["number"].replace(",", "").rstrip("."))
        value *= SCALES.get((found["scale"] or "").lower(), 1)
        unit = unit_of(found["unit"] or found["before"] or "")
        rough = bool(ABOUT.search(text[: found.start()]) or OR_SO.match(text[found.end() :]))
        yield Quantity(value, unit, rough)


def calendar_names(text: str) -> set[str]:
    """Return the months and days of the week that a text names, written out."""
    return {SHORT[name[:3].lower()] for name in CALENDAR.findall(text)}
