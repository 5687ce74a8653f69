"""Follows feeds: new, changed and vanished articles.

An article that has fallen off the end of a feed stays; one whose page answers 404 or 410, or sends its
readers to the front page, has vanished and is removed at once. A 404 may be a deployment's hiccup, so
such a page is asked for again for a week and comes back with its answer; 410 means for good.
"""

import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import Event

from index.adding import Press, Printed, Tally, add, withdraw
from index.errors import FixInput, TryAgain
from index.feeds import Entry, Listing, listing_in
from index.fetching import FetchError, Mark, fetch
from index.followed import Feed, Followed, load, now, save
from index.settings import IndexSettings
from index.sources import Found, article_of_entry, fetch_page

# Besides new and changed entries, so many pages are asked a poll, those first that were asked longest ago.
RECHECKS = 50
ASKED_AGAIN_FOR = timedelta(days=7)


def follow(
    urls: Sequence[str],
    every_s: float,
    settings: IndexSettings,
    press: Callable[[], Press],
    printed: Printed,
    stop: Event,
) -> Tally:
    """Poll feeds every `every_s` seconds until `stop` is set; returns what was done.

    A feed or page that fails is told once and tried again; so is a store that another process writes
    to. Raises `FixInput` for an address that never was a feed.
    """
    tally = Tally()
    while True:
        for url in urls:
            poll(url, settings, press, printed, tally, stop)
        if stop.wait(every_s):
            return tally


def poll(
    url: str,
    settings: IndexSettings,
    press: Callable[[], Press],
    printed: Printed,
    tally: Tally,
    stop: Event,
) -> None:
    """Read one feed once and do what it asks for."""
    feed = load(settings.data_dir, url)
    try:
        fetched = fetch(url, settings, feed.mark)
        listing = (
            None
            if fetched.unchanged
            else listing_in(fetched, settings, newest_only=bool(feed.articles))
        )
        if listing is None and not fetched.unchanged:
            if not feed.last_read:
                raise NotAFeed(f"{url}: it is not a feed, a sitemap or a WordPress site.")
            raise FixInput("it is no feed any more.")
        # Known again only when all of it is done: a run that is cut off starts over.
        feed.etag = feed.modified = ""
        added = tally.added
        for entry in due(feed, listing):
            if stop.is_set():
                return
            ask(feed, entry, settings, press, printed, tally)
        feed.etag, feed.modified = fetched.mark.etag, fetched.mark.modified
        if tally.added > added:
            press().store.settle()
        feed.last_read, feed.problem = now().isoformat(), ""
    except NotAFeed:
        raise
    except FixInput as error:
        tell(feed, f"{url}: {error}", printed, tally)
    except TryAgain as error:
        printed.wrong(f"{url}: {error}")
    finally:
        if feed.last_read or feed.problem or feed.articles:
            save(settings.data_dir, feed)


class NotAFeed(FixInput):
    """An address that is to be followed and never was a feed."""


def due(feed: Feed, listing: Listing | None) -> list[Entry]:
    """Return what to ask for now: new and changed entries, those that just left the feed, the longest not asked."""
    first: list[Entry] = []
    if listing is not None:
        named = {entry.url for entry in listing.entries}
        is_partial = any(entry.record is not None for entry in listing.entries)
        for entry in listing.entries:
            if entry.url and (
                entry.url not in feed.articles or feed.articles[entry.url].digest != entry.digest
            ):
                first.append(entry)
        for url, known in feed.articles.items():
            if known.listed and url not in named and not is_partial:
                first.append(Entry(url, digest=known.digest))
            known.listed = url in named
    taken = {entry.url for entry in first}
    feed.articles = {
        url: known for url, known in feed.articles.items() if known.listed or not is_over(known)
    }
    waiting = sorted(
        (k.asked, url) for url, k in feed.articles.items() if url not in taken and not is_over(k)
    )
    return first + [Entry(url, digest=feed.articles[url].digest) for _, url in waiting[:RECHECKS]]


def is_over(known: Followed) -> bool:
    """Return whether a vanished page is not asked for any more."""
    return bool(known.gone) and (
        known.for_good or now() - datetime.fromisoformat(known.gone) > ASKED_AGAIN_FOR
    )


def ask(
    feed: Feed,
    entry: Entry,
    settings: IndexSettings,
    press: Callable[[], Press],
    printed: Printed,
    tally: Tally,
) -> None:
    """Ask for one article's page and publish, remove or leave it."""
    known = feed.articles.setdefault(entry.url, Followed())
    known.asked = now().isoformat()
    mark = Mark(known.etag, known.modified) if known.id else Mark()
    try:
        if known.by_record and entry.record is None:
            # The text came with the listing; the page only tells whether the article is still there.
            fetch_page(entry.url, settings)
        else:
            article, mark = article_of_entry(entry, settings, mark)
            if article is not None:
                add(Found(entry.url, article.url, article), press, printed, tally)
                known.id = article.id
        known.digest, known.gone, known.problem = entry.digest, "", ""
        known.by_record = known.by_record or entry.record is not None
        known.etag, known.modified = mark.etag, mark.modified
    except FetchError as error:
        is_gone = error.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
        if is_gone and known.id:
            vanish(known, error, press, printed, tally)
        elif not (is_gone and known.gone):
            tell(known, f"{entry.url}: {error}", printed, tally)
    except FixInput as error:
        tell(known, f"{entry.url}: {error}", printed, tally)


def vanish(
    known: Followed, error: FetchError, press: Callable[[], Press], printed: Printed, tally: Tally
) -> None:
    """Remove an article whose page has gone."""
    # Somebody may have removed it by hand.
    with contextlib.suppress(FixInput):
        withdraw(known.id, press, printed, tally)
    known.id, known.etag, known.modified = "", "", ""
    known.gone, known.for_good = now().isoformat(), error.status == HTTPStatus.GONE


def tell(known: Feed | Followed, problem: str, printed: Printed, tally: Tally) -> None:
    """Print a problem where it is a new one."""
    if known.problem != problem:
        printed.wrong(problem)
        tally.failed += 1
    known.problem = problem
