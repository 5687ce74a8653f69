"""What lists a newsroom's articles: RSS and Atom feeds, news sitemaps, WordPress's REST API."""

import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import feedparser
from lxml import etree

from index.addresses import is_front_page, join, without_tracking
from index.blocks import collapse
from index.dates import as_date
from index.errors import FixInput
from index.fetching import Fetched, Mark, fetch
from index.settings import IndexSettings
from index.wire import Record

# 50,000 addresses is a sitemap's own limit; a news sitemap has 1,000 at most.
MAX_SITEMAPS = 50
MAX_POST_PAGES = 500
POSTS_A_PAGE = 100
FEED = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]", re.IGNORECASE)
SITEMAP = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)
POSTS = re.compile(
    r"/wp-json/wp/v2/(?:posts|pages)/?(?:\?|$)|[?&]rest_route=/wp/v2/(?:posts|pages)/?(?:&|$)"
)

API_LINK = re.compile(rb"""<link[^>]+rel=["']https://api\.w\.org/["'][^>]*href=["']([^"']+)""")


@dataclass(frozen=True, slots=True)
class Entry:
    """One article that a listing names.

    `url` is "" where it has no link; `record` is its WordPress post, where the listing brings the text
    along; `bad_date` what stands where a date should; `digest` changes with what the listing says of it.
    """

    url: str
    title: str = ""
    published: str = ""
    modified: str = ""
    bad_date: str = ""
    record: Record | None = field(default=None, compare=False)
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing's entries as it was read, with what tells its server which version that was."""

    url: str
    entries: tuple[Entry, ...]
    mark: Mark


def listing_in(
    fetched: Fetched, settings: IndexSettings, newest_only: bool = False
) -> Listing | None:
    """Return the listing that an address answered with, None where it is none.

    `newest_only` reads the 100 posts of a WordPress site that changed last and not all of them.
    Raises `FixInput` for one that is broken, and `FetchError` where a part of it can't be had.
    """
    start = fetched.content[:4000]
    if SITEMAP.search(start):
        entries = list(sitemap_entries(fetched, settings))
    elif FEED.search(start):
        entries = list(feed_entries(fetched))
    elif (base := posts_address(fetched)) is not None:
        entries = list(posts(base, settings, newest_only))
    else:
        return None
    unique: dict[str, Entry] = {}
    for entry in entries:
        unique.setdefault(entry.url or entry.title, entry)
    return Listing(fetched.url, tuple(unique.values()), fetched.mark)


def feed_entries(fetched: Fetched) -> Iterator[Entry]:
    """Yield an RSS or Atom feed's entries."""
    # feedparser is given the bytes, for it would fetch an address itself.
    found = feedparser.parse(
        io.BytesIO(fetched.content), response_headers={"content-location": fetched.url}
    )
    if not found.version:
        raise FixInput("the feed is broken.")
    for item in found.entries:
        link = item.get("link") or next(
            (each.get("href") for each in item.get("links", []) if each.get("href")), ""
        )
        if not link and str(item.get("id", "")).startswith("http"):
            link = item["id"]
        title = collapse(str(item.get("title", "")))
        # Its own `get` gives the one date for the other.
        first, last = (str(dict.get(item, name) or "") for name in ("published", "updated"))
        published, modified, stated = as_date(first), as_date(last), first or last
        texts = [part.get("value") for part in item.get("content", [])]
        said = [title, item.get("summary"), first, last, texts]
        yield Entry(
            without_tracking(join(fetched.url, link)) if link else "", title, published, modified,
            "" if published or modified or not stated else stated, digest=digest_of(said),
        )  # fmt: skip


def sitemap_entries(fetched: Fetched, settings: IndexSettings) -> Iterator[Entry]:
    """Yield a sitemap's addresses; an index's sitemaps are read one level deep."""
    tree = parse_xml(fetched)
    if etree.QName(tree).localname == "sitemapindex":
        inner = [text_in(each, "loc") for each in children(tree, "sitemap")]
        for address in inner[:MAX_SITEMAPS]:
            yield from url_entries(parse_xml(fetch(join(fetched.url, address), settings)))
        if len(inner) > MAX_SITEMAPS:
            raise FixInput(
                f"the index names {len(inner)} sitemaps; give those that matter one by one."
            )
    else:
        yield from url_entries(tree)


def url_entries(tree: etree._Element) -> Iterator[Entry]:
    """Yield the addresses of one sitemap."""
    for each in children(tree, "url"):
        address = text_in(each, "loc")
        stated = text_in(each, "publication_date") or text_in(each, "lastmod")
        published, modified = (
            as_date(text_in(each, "publication_date")),
            as_date(text_in(each, "lastmod")),
        )
        said = [stated, text_in(each, "title"), text_in(each, "lastmod")]
        if address:
            yield Entry(
                without_tracking(address), text_in(each, "title"), published, modified,
                "" if published or modified or not stated else stated, digest=digest_of(said),
            )  # fmt: skip


def parse_xml(fetched: Fetched) -> etree._Element:
    """Return a sitemap's tree; entities are left alone, for they can unpack to gigabytes."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        tree = etree.fromstring(fetched.content, parser)
    except etree.XMLSyntaxError:
        tree = None
    if tree is None:
        raise FixInput("the sitemap is broken.")
    return tree


def children(tree: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the child elements of a name, whatever their namespace."""
    return (
        each for each in tree if isinstance(each.tag, str) and etree.QName(each).localname == name
    )


def text_in(element: etree._Element, name: str) -> str:
    """Return the text of the first element of a name, whatever its namespace, below this one."""
    for each in element.iter():
        if isinstance(each.tag, str) and etree.QName(each).localname == name:
            return collapse(each.text or "")
    return ""


def posts_address(fetched: Fetched) -> str | None:
    """Return the address of a WordPress site's posts, None where this is no such site.

    It is recognised by the posts themselves, the API's own index, or a front page that links to it.
    """
    if POSTS.search(fetched.url):
        return fetched.url
    if fetched.content[:1] == b"{" and b'"wp/v2"' in fetched.content:
        return fetched.url.rstrip("/") + "/wp/v2/posts"
    link = API_LINK.search(fetched.content) if is_front_page(fetched.url) else None
    if link is None:
        return None
    api = join(fetched.url, link[1].decode("utf-8", "replace"))
    return api.rstrip("/") + "/wp/v2/posts"


def posts(base: str, settings: IndexSettings, newest_only: bool) -> Iterator[Entry]:
    """Yield a WordPress site's posts with their texts, those that changed last first."""
    asked = {"per_page": str(POSTS_A_PAGE), "orderby": "modified", "_embed": "author"}
    number, total = 1, 1
    while number <= min(total, 1 if newest_only else MAX_POST_PAGES):
        separator = "&" if "?" in base else "?"
        fetched = fetch(f"{base}{separator}{urlencode({**asked, 'page': str(number)})}", settings)
        try:
            found = json.loads(fetched.content)
        except ValueError:
            raise FixInput("the site's API does not answer with JSON.") from None
        if not isinstance(found, list):
            raise FixInput("the site's API does not answer with posts.")
        for post in found:
            if isinstance(post, dict) and post.get("link"):
                yield Entry(
                    without_tracking(str(post["link"])),
                    record=post,
                    digest=digest_of([post.get("modified_gmt"), post.get("content")]),
                )
        total, number = fetched.pages, number + 1


def digest_of(said: Any) -> str:
    """Return the SHA-256 (hex, 16 places) of what a listing says of an entry."""
    return hashlib.sha256(json.dumps(said, default=str, ensure_ascii=False).encode()).hexdigest()[
        :16
    ]
