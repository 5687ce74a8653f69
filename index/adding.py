"""What the sources hold goes into the store, one line an article, whatever becomes of the others."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from index.errors import FixInput
from index.language import Language
from index.models import Embedder
from index.publishing import publish
from index.sources import Found
from index.store import ArticleStore


@dataclass(frozen=True, slots=True)
class Shelf:
    """The store with the models that fill it."""

    store: ArticleStore
    embedder: Embedder
    language: Language


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


def add_all(found: Iterable[Found], shelf: Callable[[], Shelf], printed: Printed) -> Tally:
    """Publish what was found; `shelf` opens the store at the first article.

    Raises `TryAgain` and `FixSettings` where the store can't be written: then nothing else could be.
    """
    tally = Tally()
    for each in found:
        try:
            if each.problem:
                raise FixInput(each.problem)
            if each.note:
                printed.wrong(f"{each.name}: {each.note}")
            if each.withdrawn:
                withdraw(each.withdrawn, shelf, printed, tally)
            elif not add(each, shelf, printed, tally) and each.article:
                printed.done(f"{each.article.id}: unchanged")
        except FixInput as error:
            printed.wrong(f"{each.name}: {error}")
            tally.failed += 1
    return tally


def add(found: Found, shelf: Callable[[], Shelf], printed: Printed, tally: Tally) -> bool:
    """Publish one article; returns False where this very version was there already.

    Raises `FixInput` where its id belongs to another source.
    """
    article, opened = found.article, shelf()
    if article is None:
        raise FixInput("there is no article in it.")
    if publish(article, found.origin, opened.store, opened.embedder, opened.language):
        tally.added += 1
        printed.done(f"{article.id}: added")
        return True
    tally.unchanged += 1
    return False


def withdraw(article_id: str, shelf: Callable[[], Shelf], printed: Printed, tally: Tally) -> None:
    """Remove an article that its source took back; raises `FixInput` where it isn't there."""
    shelf().store.remove(article_id)
    tally.removed += 1
    printed.done(f"{article_id}: removed")
