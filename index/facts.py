"""A page's title, authors, dates, address, language and kind, from whatever states them best."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from index.addresses import is_front_page, join, without_tracking
from index.blocks import collapse
from index.dates import MODIFIED, PUBLISHED, article_times, as_date, said, timed
from index.headline import heading_of, meta_tags, meta_values, title_of
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
PARTICLES = {
    "and", "for", "of", "de", "da", "das", "dos", "del", "della", "di", "du", "la", "le", "el", "al", "bin", "bint", "ibn", "van", "von", "der",
    "den", "ten", "ter", "zu", "zur", "af", "av", "y", "e",
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
    title = title_of(tree, meta, structured)
    heading = heading_of(tree, title)
    # Where a section's name is the h1, the date may stand between it and the headline.
    top = next(tree.iter("h1"), heading)
    published = as_date(
        structured.published, *meta_values(meta, "article:published_time", "og:published_time",
        "datepublished", "date", "dc.date.issued", "dc.date", "pubdate", "publish-date", "publication_date",
        "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime"),
        *timed(tree, "datePublished", "schema:datePublished", "dc:created", "dc:date"), *article_times(tree),
    ) or as_date(*said(top, PUBLISHED))  # fmt: skip
    modified = as_date(
        structured.modified, *meta_values(meta, "article:modified_time", "og:updated_time",
        "datemodified", "last-modified", "dc.date.modified", "revision_date"), *timed(tree, "dateModified", "schema:dateModified", "dc:modified"),
    ) or as_date(*said(top, MODIFIED))  # fmt: skip
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
        kind=kind_of(heading, title, structured, meta, address or url),
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
        if len(e.xpath("*[not(self::br)]")) <= 3 and BY.match(collapse(e.text_content())[:60])
    )
    for element in [*marked, *named]:
        text = first_line(element)
        text = re.split(r"\s*[|•·]\s*|\s+(?:Published|Updated|Posted|on)\b|,? \d{1,2}[ :/]", text)[
            0
        ]
        name = BY.sub("", JOB.sub("", text).strip(" /|,"))
        if len(name.split()) > 1 and is_name(name):
            yield name


def first_line(element: HtmlElement) -> str:
    """Return an element's text up to its first line break that follows some."""
    text = ""
    for node in element.xpath(".//text() | .//br"):
        if isinstance(node, str):
            text = f"{text} {node}"
        elif text.strip():
            break
    return collapse(text)


def is_name(text: str) -> bool:
    """Return whether a text may be somebody's name, or some people's: few words, in capitals but for particles."""
    words = text.split()
    return 0 < len(words) <= 12 and all(w[:1].isupper() or w in PARTICLES for w in words)


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
