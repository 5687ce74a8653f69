"""A page's title, authors, dates, address, language and kind, from whatever states them best."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from dateutil.parser import ParserError
from dateutil.parser import parse as parse_date
from lxml.html import HtmlElement

from index.addresses import is_front_page, join, without_tracking
from index.blocks import collapse
from index.headline import meta_tags, meta_values, title_of
from index.kind import kind_of
from index.structured import Structured

BY = re.compile(
    r"^(?:(?:words|written|story|text|report|interview|analysis|review|posted|published|submitted|reported)\s+)?by[:\s]+|^view all posts by\s+",
    re.IGNORECASE,
)
JOB = re.compile(
    r",\s[^,]*\b(?:reporter|correspondent|editor|columnist|producer|writer|presenter|contributor)s?\b.*$",
    re.IGNORECASE,
)
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
LINES = {"p", "div", "span", "td", "time", "li", "small", "em"}
PARTICLES = {
    "and", "for", "of", "de", "da", "das", "dos", "del", "della", "di", "du", "la", "le", "el", "al", "bin", "bint", "ibn", "van", "von", "der",
    "den", "ten", "ter", "zu", "zur", "af", "av", "y", "e",
}  # fmt: skip
DEFAULTS = (datetime(2000, 1, 1), datetime(2001, 2, 2))
# RFC 822's zones and those that papers write besides.
ZONES = {
    name: hours * 3600
    for name, hours in {
        "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "ET": -5, "PT": -8,
        "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "SAST": 2, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
    }.items()
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """What goes into an article's record; "" where the page doesn't say."""

    title: str
    byline: str
    url: str
    published: str
    modified: str
    language: str
    kind: str
    description: str


def read_facts(tree: HtmlElement, structured: Structured, url: str = "") -> Facts:
    """Return a page's facts; `url` is where it was fetched from, "" for a file."""
    meta = meta_tags(tree)
    published = as_date(
        structured.published, *meta_values(meta, "article:published_time", "og:published_time",
        "datepublished", "date", "dc.date.issued", "dc.date", "pubdate", "publish-date", "publication_date",
        "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime"),
        *timed(tree, "datePublished", "schema:datePublished", "dc:created", "dc:date"), *article_times(tree),
        *said(tree, PUBLISHED),
    )  # fmt: skip
    modified = as_date(
        structured.modified, *meta_values(meta, "article:modified_time", "og:updated_time",
        "datemodified", "last-modified", "dc.date.modified", "revision_date"), *timed(tree, "dateModified", "schema:dateModified", "dc:modified"),
        *said(tree, MODIFIED),
    )  # fmt: skip
    title = title_of(tree, meta, structured)
    address = canonical(tree, meta, structured, url)
    language = (
        structured.language
        or tree.get("lang")
        or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
        or ""
    )
    language = language or next(
        iter(meta_values(meta, "content-language", "og:locale", "dc.language")), ""
    )
    return Facts(
        title=title,
        byline=byline_of(tree, meta, structured),
        url=address,
        published=published,
        modified=modified if modified[:19] != published[:19] else "",
        language=re.split(r"[-_,; ]", language.strip().lower())[0],
        kind=kind_of(tree, title, structured, meta, address or url),
        description=structured.description
        or next(iter(meta_values(meta, "og:description", "description")), ""),
    )


def byline_of(tree: HtmlElement, meta: dict[str, list[str]], structured: Structured) -> str:
    """Return the authors' names, separated by commas."""
    stated = structured.authors or tuple(
        v for v in meta_values(meta, "author", "article:author", "parsely-author", "dc.creator", "byl", "sailthru.author")
        if "://" not in v and not v.startswith("@")
    )  # fmt: skip
    if not stated:
        stated = tuple(visible_authors(tree))[:1]
    elif not any(map(people_in, stated)):
        # "Ana Ruiz Contributor" is told from "Evening Echo Reporter" by the name that the page shows.
        stated = tuple(n for n in visible_authors(tree) if any(n in text for text in stated))[:1]
    elif structured.contributors:
        # Some systems list further authors there; others, who took the pictures.
        marked = tree.xpath("//*[contains(@class, 'author') or contains(@class, 'byline')]")
        shown = " ".join(element.text_content() for element in marked)
        stated += tuple(name for name in structured.contributors if name in shown)
    names = [name for text in stated for name in people_in(text)]
    return ", ".join(dict.fromkeys(names))


def people_in(text: str) -> list[str]:
    """Return the names in what is stated as an author, without jobs, addresses and the paper's own name."""
    alone = re.split(r"\s*\|\s*|\s+\S+@", collapse(text).strip(" |"))[0]
    name = BY.sub("", JOB.sub("", alone)).strip(" ,|/")
    if re.search(r"\d", name) or JOB.match(f", {name}"):
        return []
    parts = re.split(r",? (?:and|&) ", name)
    return [part for part in (parts if all(" " in part for part in parts) else [name]) if part]


def visible_authors(tree: HtmlElement) -> Iterator[str]:
    """Yield what stands in the elements that are marked as author or byline."""
    marked = tree.xpath(
        "//*[@rel='author' or @itemprop='author' or contains(@class, 'byline') or contains(@class, 'author-name')"
        " or contains(@class, 'article-author')]"
    )
    named = (
        e
        for e in tree.iter("p", "div", "span", "font")
        if len(e) <= 3 and BY.match(collapse(e.text_content())[:60])
    )
    for element in [*marked, *named]:
        text = collapse(" ".join(element.itertext()))
        text = re.split(r"\s*[|•·]\s*|\s+(?:Published|Updated|Posted|on)\b|,? \d{1,2}[ :/]", text)[
            0
        ]
        name = BY.sub("", JOB.sub("", text).strip(" /|,"))
        if len(name.split()) > 1 and is_name(name):
            yield name


def is_name(text: str) -> bool:
    """Return whether a text may be somebody's name, or some people's: few words, in capitals but for particles."""
    words = text.split()
    return 0 < len(words) <= 12 and all(w[:1].isupper() or w in PARTICLES for w in words)


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


def said(tree: HtmlElement, pattern: re.Pattern[str]) -> Iterator[str]:
    """Yield the dates that lines between the headline and the text give, behind a word as `pattern` has it."""
    headline = next(tree.iter("h1"), None)
    if headline is None:
        return
    prose = 0
    for element in headline.xpath("following::*"):
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


def canonical(
    tree: HtmlElement, meta: dict[str, list[str]], structured: Structured, url: str
) -> str:
    """Return the address that the article goes by.

    A canonical link to the front page is a template's mistake and does not count.
    """
    links = [
        e.get("href")
        for e in tree.iter("link")
        if "canonical" in (e.get("rel") or "").lower().split()
    ]
    for stated in [*links, *meta_values(meta, "og:url"), structured.url]:
        if stated:
            address = join(url, stated)
            if address.startswith(("http://", "https://")) and (
                not is_front_page(address) or not url or is_front_page(url)
            ):
                return without_tracking(address)
    return without_tracking(url)
