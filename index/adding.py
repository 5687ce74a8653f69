"""What the sources hold goes into the store, one line an article, whatever becomes of the others."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby

from index.article import Article
from index.bulk import RayCluster
from index.errors import FixInput
from index.language import Language
from index.models import Embedder
from index.publishing import publish, publish_all
from index.sources import Found
from index.store import ArticleStore


@dataclass(frozen=True, slots=True)
class Press:
    """What articles pass on their way into the store: the models, or Ray where there are many."""

    store: ArticleStore
    embedder: Embedder
    language: Language
    cluster: RayCluster | None = None

    def publish_all(
        self, articles: Iterable[tuple[Article, str]]
    ) -> Iterator[tuple[Article, bool]]:
        """Publish articles with their sources; yields each with whether it was new or changed."""
        if self.cluster:
            return self.cluster.publish_all(articles, self.store)
        return publish_all(articles, self.store, self.embedder, self.language)


@dataclass(frozen=True, slots=True)
class Printed:
    """Where lines go: what changed, and what went wrong."""

    done: Callable[[str], None]
    wrong: Callable[[str], None]


@dataclass(slots=True)
class Tally:
    """How many articles a run added, found unchanged, removed and failed to read."""

    added: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: int = 0

    def __str__(self) -> str:
        return f"{self.added} added, {self.unchanged} unchanged, {self.removed} removed, {self.failed} failed"


def add_all(found: Iterable[Found], press: Callable[[], Press], printed: Printed) -> Tally:
    """Publish what was found, many at a time; `press` opens the store at the first article.

    Raises `TryAgain` and `FixSettings` where the store can't be written: then nothing else could be.
    """
    tally = Tally()
    for is_withdrawn, run in groupby(found, key=lambda each: bool(each.withdrawn)):
        if is_withdrawn:
            for each in run:
                try:
                    withdraw(each.withdrawn, press, printed, tally)
                except FixInput as error:
                    fail(each, str(error), printed, tally)
        else:
            add_run(run, press, printed, tally)
    return tally


def add_run(
    run: Iterable[Found], press: Callable[[], Press], printed: Printed, tally: Tally
) -> None:
    """Publish articles, telling of those that can't be read."""
    readable = with_articles(run, printed, tally)
    first = next(readable, None)
    if first is None:
        return
    opened = press()
    free = of_free_ids(chain([first], readable), opened.store, printed, tally)
    for article, changed in opened.publish_all(free):
        tally.added += changed
        tally.unchanged += not changed
        printed.done(f"{article.id}: {'added' if changed else 'unchanged'}")


def with_articles(run: Iterable[Found], printed: Printed, tally: Tally) -> Iterator[Found]:
    """Yield what has an article, and tell of the rest."""
    for each in run:
        if each.article is None:
            fail(each, each.problem, printed, tally)
            continue
        if each.note:
            printed.wrong(f"{each.name}: {each.note}")
        yield each


def of_free_ids(
    found: Iterable[Found], store: ArticleStore, printed: Printed, tally: Tally
) -> Iterator[tuple[Article, str]]:
    """Yield articles with their sources, and tell of those whose id belongs to another source."""
    origins: dict[str, str] = {}
    for each in found:
        if each.article is None:
            continue
        try:
            store.holds(each.article, each.origin)
            if (other := origins.setdefault(each.article.id, each.origin)) != each.origin:
                raise FixInput(
                    f"the id {each.article.id!r} belongs to {other}; give another with --id."
                )
        except FixInput as error:
            fail(each, str(error), printed, tally)
        else:
            yield each.article, each.origin


def fail(found: Found, problem: str, printed: Printed, tally: Tally) -> None:
    """Tell of something that couldn't be added."""
    printed.wrong(f"{found.name}: {problem}")
    tally.failed += 1


def add(found: Found, press: Callable[[], Press], printed: Printed, tally: Tally) -> bool:
    """Publish one article; returns False where this very version was there already.

    Raises `FixInput` where its id belongs to another source.
    """
    article, opened = found.article, press()
    if article is None:
        raise FixInput("there is no article in it.")
    if publish(article, found.origin, opened.store, opened.embedder, opened.language):
        tally.added += 1
        printed.done(f"{article.id}: added")
        return True
    tally.unchanged += 1
    return False


def withdraw(article_id: str, press: Callable[[], Press], printed: Printed, tally: Tally) -> None:
    """Remove an article that its source took back; raises `FixInput` where it isn't there."""
    press().store.remove(article_id)
    tally.removed += 1
    printed.done(f"{article_id}: removed")
