"""The dates that a page states: in microdata, in time elements, in the lines under its headline."""

import re
from collections.abc import Iterator
from datetime import datetime

from dateutil.parser import ParserError
from dateutil.parser import parse as parse_date
from lxml.html import HtmlElement

from index.blocks import collapse

# A line that says nothing else.
PUBLISHED = re.compile(
    r"^(?:first )?(?:published|posted)(?: on| at)?\s*:?\s+(\S.{5,40})$", re.IGNORECASE
)
MODIFIED = re.compile(
    r"^(?:last )?(?:updated|modified)(?: on| at)?\s*:?\s+(\S.{5,40})$", re.IGNORECASE
)
MAX_DATE_LINE = 120
# The second paragraph of so many words is the text's; the first may be a standfirst.
PROSE_WORDS = 12
LINES = {"p", "div", "span", "td", "time", "li", "small", "em", "i"}
DEFAULTS = (datetime(2000, 1, 1), datetime(2001, 2, 2))
# RFC 822's zones and those that papers write besides.
ZONES = {
    name: hours * 3600
    for name, hours in {
        "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "ET": -5, "PT": -8,
        "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "SAST": 2, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
    }.items()
}  # fmt: skip


def timed(tree: HtmlElement, *names: str) -> list[str]:
    """Return the moments that microdata or RDFa gives for a property of one of these names."""
    marked = "//*[contains(concat(' ', @itemprop, ' ', @property, ' '), concat(' ', $name, ' '))]"
    found = [element for name in names for element in tree.xpath(marked, name=name)]
    return [
        e.get("datetime") or e.get("content") or e.get("title") or collapse(e.text_content())
        for e in found
    ]


def article_times(tree: HtmlElement) -> list[str]:
    """Return the moments of the time elements above or beside the headline, in the page's order."""
    marked = tree.xpath(
        "//time[@pubdate or contains(@class, 'publish') or contains(@class, 'entry-date')]"
    )
    inside = tree.xpath(
        "//article//time[@datetime] | //main//header//time[@datetime] | //header//time[@datetime]"
    )
    return [moment for e in [*marked, *inside] if (moment := e.get("datetime"))]


def said(heading: HtmlElement | None, pattern: re.Pattern[str]) -> Iterator[str]:
    """Yield the dates that lines between a headline and the text give, behind a word as `pattern` has it."""
    if heading is None:
        return
    prose = 0
    for element in heading.xpath("following::*"):
        if element.tag not in LINES:
            continue
        text = element.text_content()
        prose += element.tag == "p" and len(text.split()) >= PROSE_WORDS
        if prose > 1:
            return
        if len(text) <= MAX_DATE_LINE:
            parts = re.split(r"\s*[|•·]\s*", collapse(text))
            yield from (found[1] for part in parts if (found := pattern.match(part)))


def as_date(*stated: str) -> str:
    """Return the first of these that is a whole date, in ISO form; "" where none is."""
    for text in stated:
        if not re.search(r"\d{4}", text or ""):
            continue
        try:
            moment, other = (
                parse_date(text.strip(), tzinfos=offset, default=default) for default in DEFAULTS
            )
        except (ParserError, OverflowError, ValueError):
            continue
        # A month or a year alone is no date: the parser would make up the rest.
        if moment.date() != other.date():
            continue
        has_time = re.search(r"\d\d?:\d\d", text) is not None
        return moment.isoformat() if has_time else moment.date().isoformat()
    return ""


def offset(name: str | None, seconds: int | None) -> int | None:
    """Return a time zone's seconds from UTC, None for a name that means nothing."""
    return seconds if seconds is not None else ZONES.get(name or "")
