"""What one question is asked of: an article, or those of the archive that are nearest to it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from app.quoting import Candidate
from index.article import Article, Chunk
from index.retrieval import ArticleSearch

WORD = re.compile(r"[^\W_]+(?:[-.&][^\W_]+)*")


@dataclass(frozen=True)
class KnownArticle:
    """An article version made ready for search, with its words and its names."""

    article: Article
    search: ArticleSearch

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
    def names(self) -> frozenset[str]:
        """The words of its proper nouns as the article writes them."""
        proper = {name for c in self.chunks for span in c.sentences for name in span.names}
        return frozenset(w for w in WORD.findall(self.article.text) if w.lower() in proper)


@dataclass(frozen=True)
class Shelf:
    """The articles that a question is asked of, at least one; `is_archive` where they were found for it."""

    known: tuple[KnownArticle, ...]
    is_archive: bool = False

    @property
    def only(self) -> KnownArticle | None:
        """The one article that is asked, None where the archive is."""
        return None if self.is_archive else self.known[0]

    @cached_property
    def search(self) -> ArticleSearch:
        """The chunks of all of them."""
        if len(self.known) == 1:
            return self.known[0].search
        return ArticleSearch.pooled([one.search for one in self.known])

    @property
    def words(self) -> frozenset[str]:
        """Every word of theirs, lower-cased."""
        return frozenset[str]().union(*(one.words for one in self.known))

    @property
    def names(self) -> frozenset[str]:
        """The words of their proper nouns."""
        return frozenset[str]().union(*(one.names for one in self.known))

    def holder(self, candidate: Candidate) -> Article:
        """Return the article that a sentence stands in."""
        return next(k.article for k in self.known if k.article.id == candidate.chunk.article_id)

    def newest_first(self, chosen: Sequence[Candidate]) -> list[Candidate]:
        """Return sentences by article, the latest one first; those of one article stay in their order."""

        def latest(candidate: Candidate) -> tuple[str, str]:
            article = self.holder(candidate)
            return article.modified or article.published, article.id

        return sorted(chosen, key=latest, reverse=True)
