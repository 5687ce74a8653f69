import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from index.adding import Press, Printed, Tally
from index.errors import FixInput
from index.fetching import fetch
from index.followed import feeds, load, now, save, stale_feeds, unfollow
from index.following import follow, poll
from index.language import Language
from index.models import Embedder
from index.settings import IndexSettings
from index.store import ArticleStore
from tests.index.test_sources import BODY, post
from tests.web import Site, page, serve, settings_for


class Follower:
    """A newsroom's feed on loopback, and the index that follows it."""

    def __init__(self, site: Site, settings: IndexSettings, press: Press) -> None:
        self.site, self.settings, self.press = site, settings, press
        self.done: list[str] = []
        self.wrong: list[str] = []
        self.tally = Tally()
        self.url = f"{site.url}/feed"

    def names(self, *names: str, stamp: str = "") -> None:
        items = "".join(
            f"<item><title>{n}{stamp}</title><link>{self.site.url}/{n}</link></item>" for n in names
        )
        self.site.put("/feed", f"<rss version='2.0'><channel>{items}</channel></rss>")

    def poll(self) -> None:
        self.done.clear()
        self.wrong.clear()
        printed = Printed(self.done.append, self.wrong.append)
        poll(self.url, self.settings, lambda: self.press, printed, self.tally, Event())

    def ids(self) -> list[str]:
        return [article.id for article in self.press.store.articles()]


@pytest.fixture
def follower(tmp_path: Path, embedder: Embedder, language: Language) -> Iterator[Follower]:
    with serve() as site:
        press = Press(ArticleStore(tmp_path, embedder.digest), embedder, language)
        yield Follower(site, settings_for(tmp_path), press)


def test_new_and_changed_articles_are_picked_up_and_the_same_are_not_sent_again(
    follower: Follower,
) -> None:
    site = follower.site
    site.put("/a", page("Port sold", *BODY), ETag='"1"')
    follower.names("a")
    follower.poll()
    assert follower.done == ["a: added"]
    site.put("/b", page("Port bought", *BODY), ETag='"1"')
    follower.names("b", "a")
    follower.poll()
    assert follower.done == ["b: added"]
    # A correction that the feed doesn't mention.
    site.put("/a", page("Port sold", *BODY[:2], "The price was $US41 million."), ETag='"2"')
    follower.poll()
    assert follower.done == ["a: added"]
    assert "$US41 million" in follower.press.store.get("a").text
    follower.poll()
    assert follower.done == []
    assert [h.get("if-none-match") for path, h in site.asked if path == "/a"][-1] == '"2"'


def test_an_article_that_left_the_feed_stays_until_its_page_is_gone(follower: Follower) -> None:
    site = follower.site
    for name in ("a", "b", "c", "d"):
        site.put(f"/{name}", page(f"Port {name} sold", *BODY))
    follower.names("a", "b", "c", "d")
    follower.poll()
    follower.names("a")
    site.put("/b", "gone", 410)
    site.put("/c", "", 302, Location="/")
    site.put("/", page("The front page", *BODY))
    follower.poll()
    assert sorted(follower.done) == ["b: removed", "c: removed"]
    assert follower.ids() == ["a", "d"]
    site.put("/d", "out of order", 500)
    follower.poll()
    assert follower.ids() == ["a", "d"]
    assert len(follower.wrong) == 1
    follower.poll()
    assert follower.wrong == []


def test_a_page_that_comes_back_after_a_404_is_there_again(follower: Follower) -> None:
    follower.site.put("/a", page("Port sold", *BODY))
    follower.names("a")
    follower.poll()
    follower.names()
    follower.site.put("/a", "", 404)
    follower.poll()
    assert follower.ids() == []
    follower.site.put("/a", page("Port sold", *BODY))
    follower.poll()
    assert follower.ids() == ["a"]


def test_a_feed_that_fails_removes_nothing_is_told_once_and_becomes_stale(
    follower: Follower,
) -> None:
    follower.site.put("/a", page("Port sold", *BODY))
    follower.names("a")
    follower.poll()
    assert stale_feeds(follower.settings) == []
    follower.site.put("/feed", "", 404)
    follower.poll()
    assert len(follower.wrong) == 1
    follower.poll()
    assert follower.wrong == []
    assert follower.ids() == ["a"]
    feed = load(follower.settings.data_dir, follower.url)
    feed.last_read = (now() - timedelta(seconds=follower.settings.stale_after + 5)).isoformat()
    save(follower.settings.data_dir, feed)
    (stale,) = stale_feeds(follower.settings)
    assert stale.url == follower.url
    assert "404" in stale.problem
    follower.names("a")
    follower.poll()
    assert stale_feeds(follower.settings) == []


def test_a_feed_is_forgotten_only_where_it_is_followed(follower: Follower) -> None:
    follower.site.put("/a", page("Port sold", *BODY))
    follower.names("a")
    follower.poll()
    unfollow(follower.settings.data_dir, follower.url)
    assert feeds(follower.settings.data_dir) == []
    assert follower.ids() == ["a"]
    with pytest.raises(FixInput):
        unfollow(follower.settings.data_dir, follower.url)


def test_a_wordpress_site_is_followed_by_its_api_and_its_pages_status(follower: Follower) -> None:
    site = follower.site
    follower.url = f"{site.url}/wp-json/wp/v2/posts"
    asked = "/wp-json/wp/v2/posts?per_page=100&orderby=modified&_embed=author&page=1"

    def publish(*posts: dict[str, object]) -> None:

        for path in (asked, "/wp-json/wp/v2/posts"):
            site.put(path, json.dumps(posts), Content_Type="application/json")

    for number in (1, 2):
        site.put(f"/2025/post-{number}/", "<html><body>theme</body></html>")
    publish(post(site, 1), post(site, 2))
    follower.poll()
    assert follower.ids() == ["2025-post-1", "2025-post-2"]
    changed = {"rendered": f"<p>{BODY[1]}</p>", "protected": False}
    publish(post(site, 1, content=changed, modified_gmt="2025-11-25T10:00:00"))
    site.put("/2025/post-2/", "", 404)
    follower.poll()
    assert follower.ids() == ["2025-post-1"]
    assert follower.press.store.get("2025-post-1").text == BODY[1]
    follower.poll()
    assert follower.done == []


def test_following_stops_when_it_is_told_to_and_refuses_what_never_was_a_feed(
    follower: Follower,
) -> None:
    stop = Event()
    follower.site.put("/a", page("Port sold", *BODY))
    follower.names("a")

    def done(line: str) -> None:
        follower.done.append(line)
        stop.set()

    tally = follow(
        [follower.url], 3600, follower.settings, lambda: follower.press, Printed(done, print), stop
    )
    assert (tally.added, tally.failed) == (1, 0)
    with pytest.raises(FixInput):
        follow(
            [f"{follower.site.url}/a"],
            1,
            follower.settings,
            lambda: follower.press,
            Printed(done, print),
            Event(),
        )
    assert fetch(f"{follower.site.url}/a", follower.settings).content
