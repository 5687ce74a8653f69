"""The stored articles, and the last few of them made ready to be asked."""

import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from index.article import Article, Chunk
from index.errors import FixInput, RebuildIndex
from index.language import Language
from index.models import Embedder
from index.publishing import publish
from index.retrieval import ArticleSearch
from index.store import ArticleStore

KEPT = 16
WORD = re.compile(r"[^\W_]+(?:[-.&][^\W_]+)*")


@dataclass(frozen=True)
class KnownArticle:
    """An article version made ready for search, with its words and its names."""

    search: ArticleSearch

    @property
    def article(self) -> Article:
        """The article itself."""
        return self.search.article

    @property
    def chunks(self) -> Sequence[Chunk]:
        """Its chunks, in order."""
        return self.search.chunks

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of headline, headings and text, lower-cased."""
        headings = " ".join(section.heading for section in self.article.sections)
        text = f"{self.article.title} {headings} {self.article.text}"
        return frozenset(WORD.findall(text.lower()))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The words of its proper nouns as the article writes them."""
        proper = {name for c in self.chunks for span in c.sentences for name in span.names}
        return tuple(sorted(w for w in set(WORD.findall(self.article.text)) if w.lower() in proper))


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
            raise FixInput("There is no article yet: run `python -m index add SOURCE`.")
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
        known = KnownArticle(ArticleSearch.prepare(article, stored))
        with self._lock:
            self._known[key] = known
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return known

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
