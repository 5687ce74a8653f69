"""Units and currencies under one name each, with the sizes of those that measure the same."""

import re

SCALES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "lakh": 1e5, "million": 1e6, "mn": 1e6, "m": 1e6,
    "billion": 1e9, "bn": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12,
}  # fmt: skip
CURRENCY = {
    "$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₹": "rupee", "dollar": "dollar", "dollars": "dollar",
    "euro": "euro", "euros": "euro", "pound": "pound", "pounds": "pound", "sterling": "pound", "cent": "cent",
    "cents": "cent", "pence": "penny", "penny": "penny", "p": "penny", "yen": "yen", "rupees": "rupee", "francs": "franc",
    "kroner": "krone", "kronor": "krone", "crowns": "krone", "usd": "dollar", "eur": "euro", "gbp": "pound",
}  # fmt: skip
MEASURES = {
    "percentage point": "point", "percentage points": "point", "%": "percent", "per cent": "percent",
    "percent": "percent", "pc": "percent", "kilometre": "km", "kilometer": "km", "km": "km", "mile": "mile", "metre": "metre",
    "meter": "metre", "centimetre": "cm", "centimeter": "cm", "cm": "cm", "millimetre": "mm", "millimeter": "mm", "mm": "mm",
    "foot": "foot", "feet": "foot", "inch": "inch", "inches": "inch", "yard": "yard", "hectare": "hectare", "acre": "acre",
    "gram": "gram", "kilo": "kg", "kilogram": "kg", "kilogramme": "kg", "kg": "kg", "tonne": "tonne", "ton": "ton", "stone": "stone",
    "litre": "litre", "liter": "litre", "gallon": "gallon", "second": "second", "minute": "minute", "hour": "hour", "day": "day",
    "night": "day", "week": "week", "month": "month", "year": "year", "decade": "decade", "century": "century", "centurie": "century", "degree": "degree", "megawatt": "megawatt",
    "mw": "megawatt", "gigawatt": "gigawatt", "gw": "gigawatt", "kilowatt": "kilowatt", "kw": "kilowatt", "mph": "mph", "kph": "kph",
    "knot": "knot", "watt": "watt", "volt": "volt", "byte": "byte", "mg": "mg", "milligram": "mg", "am": "am", "a.m.": "am", "pm": "pm", "p.m.": "pm",
}  # fmt: skip
# Units that measure the same, with their size.
SIZES = {
    "minute": ("minute", 1), "hour": ("minute", 60), "day": ("minute", 1440), "week": ("minute", 10080),
    "month": ("month", 1), "year": ("month", 12), "decade": ("month", 120), "century": ("month", 1200), "km": ("metre", 1000), "metre": ("metre", 1), "cm": ("metre", 0.01),
    "mm": ("metre", 0.001), "kg": ("gram", 1000), "gram": ("gram", 1), "mg": ("gram", 0.001), "penny": ("pound", 0.01),
    "pound": ("pound", 1), "gigawatt": ("megawatt", 1000), "megawatt": ("megawatt", 1), "percent": ("", 0.01),
}  # fmt: skip


def unit_of(written: str) -> str:
    """Return a unit's canonical name, "" for none."""
    text = re.sub(r"^(?:us|american|canadian|australian)\s", "", " ".join(written.lower().split()))
    square, text = text.startswith("square "), text.removeprefix("square ")
    if "$" in text:
        return "dollar"
    name = MEASURES.get(text) or CURRENCY.get(text) or MEASURES.get(text.rstrip("s")) or ""
    return f"square {name}" if square else name
