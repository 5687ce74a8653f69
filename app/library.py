"""The stored articles, and the last few of them made ready to be asked."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from itertools import zip_longest
from urllib.parse import urlsplit

from app.shelf import KnownArticle, Shelf
from index.article import Article
from index.errors import FixInput, RebuildIndex
from index.language import Language
from index.models import Embedder, Vectors
from index.publishing import publish
from index.retrieval import ArticleSearch
from index.store import ArticleStore

KEPT = 16
EMPTY = "There is no article yet: run `python -m index add SOURCE`."
# The nearest chunks of an archive, and of how many articles a question is asked.
NEAREST_CHUNKS = 48
ASKED_OF = 8


class Library:
    """Hands out articles by id; safe to call from several threads."""

    def __init__(self, store: ArticleStore) -> None:
        self._store = store
        self._known: OrderedDict[tuple[str, str], KnownArticle] = OrderedDict()
        self._mark = store.mark
        self._pages: tuple[str, dict[str, list[str]]] | None = None
        self._lock = threading.Lock()

    def articles(self) -> list[Article]:
        """Return the stored articles in the order of their ids."""
        return self._store.articles()

    def article(self, article_id: str | None) -> Article:
        """Return an article, or the only one for None; raises `FixInput`."""
        if article_id is not None:
            return self._store.get(article_id)
        articles = self._store.articles()
        if len(articles) == 1:
            return articles[0]
        if not articles:
            raise FixInput(EMPTY)
        names = ", ".join(article.id for article in articles)
        raise FixInput(f"There are several articles, name one with --article: {names}")

    def at(self, url: str) -> list[Article]:
        """Return the articles whose canonical URL names the same page."""
        # Every view of a page may ask this, and reading 1,000 articles takes 175 ms.
        mark = self._store.mark
        if self._pages is None or self._pages[0] != mark:
            found: dict[str, list[str]] = {}
            for article in self._store.articles():
                if article.url:
                    found.setdefault(same_page(article.url), []).append(article.id)
            self._pages = (mark, found)
        there = []
        for article_id in self._pages[1].get(same_page(url), []):
            # Another process may have withdrawn it just now.
            with suppress(FixInput):
                there.append(self._store.get(article_id))
        return there

    def publish(
        self, article: Article, source: str, embedder: Embedder, language: Language
    ) -> bool:
        """Publish an article; returns False where this very version was there already.

        Raises `FixInput` where the id belongs to another source and `TryAgain` where another
        process is writing.
        """
        return publish(article, source, self._store, embedder, language)

    def remove(self, article_id: str) -> None:
        """Withdraw an article; raises `FixInput` and `TryAgain` as the store does."""
        self._store.remove(article_id)
        with self._lock:
            for key in [key for key in self._known if key[0] == article_id]:
                del self._known[key]

    def count(self) -> int:
        """Return how many articles are stored; raises `RebuildIndex` where they cannot be read."""
        return self._store.count()

    def known(self, article_id: str | None) -> KnownArticle:
        """Return an article's current version ready for search, read again where it was replaced meanwhile."""
        self._forget()
        article = self.article(article_id)
        key = (article.id, article.version)
        with self._lock:
            # The same text with a corrected address or date is the same version and another article.
            if key in self._known and self._known[key].article == article:
                self._known.move_to_end(key)
                return self._known[key]
        try:
            stored = self._store.chunks(article)
        except LookupError:
            if self.article(article.id).version == article.version:
                raise RebuildIndex(
                    f"Chunks are missing of {article.id}: run `python -m index rebuild`."
                ) from None
            return self.known(article.id)
        known = KnownArticle(article, ArticleSearch.prepare(article, stored))
        with self._lock:
            self._known[key] = known
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return known

    def shelf(self, article_id: str | None) -> Shelf:
        """Return one article, or the only one for None, to be asked; raises `FixInput`."""
        return Shelf((self.known(article_id),))

    def archive(self, questions: Vectors) -> Shelf:
        """Return the articles nearest to a question, given as the unit vectors of its wordings.

        Raises `FixInput` where there is no article.
        """
        nearest = [self._store.nearest(vector, NEAREST_CHUNKS) for vector in questions]
        ids = dict.fromkeys(one for by_rank in zip_longest(*nearest) for one in by_rank if one)
        found: list[KnownArticle] = []
        for article_id in ids:
            # Another process may have withdrawn it just now.
            with suppress(FixInput):
                found.append(self.known(article_id))
            if len(found) == ASKED_OF:
                break
        if not found:
            raise FixInput(EMPTY)
        return Shelf(tuple(found), is_archive=True)

    def _forget(self) -> None:
        """Drop what was removed or replaced since the last question: its text stays nowhere."""
        mark = self._store.mark
        with self._lock:
            if mark == self._mark:
                return
            versions = self._store.versions([article_id for article_id, _ in self._known])
            for article_id, version in list(self._known):
                if versions.get(article_id) != version:
                    del self._known[article_id, version]
            self._mark = mark

    def suggestions(self, article: Article) -> list[str] | None:
        """Return the suggested questions kept with this version, None where there are none yet."""
        return self._store.suggestions(article)

    def keep_suggestions(self, article: Article, questions: Sequence[str]) -> None:
        """Keep suggested questions with this version; raises `TryAgain` while another process writes."""
        self._store.keep_suggestions(article, questions)


def same_page(url: str) -> str:
    """Return what two spellings of one page's URL have in common: no scheme, fragment or last slash."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}{query}"
