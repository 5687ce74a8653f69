"""What is known of followed feeds between runs, a small file a feed in the data folder."""

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from index.errors import FixInput, FixSettings
from index.fetching import Mark
from index.settings import IndexSettings

FOLDER = "feeds"


@dataclass(slots=True)
class Followed:
    """A followed article: its id ("" while it couldn't be read), its page's mark, and when it was asked for.

    `gone` is when its page vanished, `for_good` whether with 410, `problem` the last one told, `listed`
    whether the feed still names it, `by_record` whether its text came with the listing.
    """

    id: str = ""
    digest: str = ""
    etag: str = ""
    modified: str = ""
    asked: str = ""
    gone: str = ""
    problem: str = ""
    listed: bool = True
    for_good: bool = False
    by_record: bool = False


@dataclass(slots=True)
class Feed:
    """What is known of a followed feed; moments are in ISO form, UTC."""

    url: str
    last_read: str = ""
    since: str = ""
    problem: str = ""
    etag: str = ""
    modified: str = ""
    articles: dict[str, Followed] = field(default_factory=dict)

    @property
    def mark(self) -> Mark:
        """What its server knows the last version by."""
        return Mark(self.etag, self.modified)


@dataclass(frozen=True, slots=True)
class StaleFeed:
    """A feed that was last read well too long ago, "" for never, and why."""

    url: str
    last_read: str
    problem: str


def now() -> datetime:
    """Return this moment, UTC."""
    return datetime.now(UTC)


def path_of(folder: Path, url: str) -> Path:
    """Return the file that keeps what is known of a feed."""
    return folder / FOLDER / f"{sha256(url.encode()).hexdigest()[:16]}.json"


def load(folder: Path, url: str) -> Feed:
    """Return what is known of a feed, an empty record of one that is new."""
    try:
        return parse_feed(path_of(folder, url).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Feed(url, since=now().isoformat())


def parse_feed(text: str) -> Feed:
    """Return the feed that a file keeps."""
    record = json.loads(text)
    articles = {url: Followed(**known) for url, known in record.pop("articles").items()}
    return Feed(**record, articles=articles)


def save(folder: Path, feed: Feed) -> None:
    """Keep what is known of a feed, in one step; raises `FixSettings` where the folder cannot be written."""
    path = path_of(folder, feed.url)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(feed), ensure_ascii=False, indent=1), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise FixSettings(
            f"The data folder {folder} cannot be written ({error.strerror})."
        ) from None


def feeds(folder: Path) -> list[Feed]:
    """Return what is known of every followed feed, in the order of their addresses."""
    found = [
        parse_feed(path.read_text(encoding="utf-8")) for path in (folder / FOLDER).glob("*.json")
    ]
    return sorted(found, key=lambda feed: feed.url)


def stale_feeds(settings: IndexSettings) -> list[StaleFeed]:
    """Return the followed feeds that were last read well longer than `settings.stale_after` seconds ago.

    That is so for a feed that fails and for one that nobody follows any more; `unfollow` forgets it.
    """
    limit = now() - timedelta(seconds=settings.stale_after)
    return [
        StaleFeed(feed.url, feed.last_read, feed.problem)
        for feed in feeds(settings.data_dir)
        if datetime.fromisoformat(feed.last_read or feed.since) < limit
    ]


def unfollow(folder: Path, url: str) -> None:
    """Forget a feed; its articles stay. Raises `FixInput` where it isn't followed."""
    try:
        path_of(folder, url).unlink()
    except FileNotFoundError:
        raise FixInput(f"{url} is not followed.") from None
