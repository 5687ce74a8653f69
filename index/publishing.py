"""Articles are chunked, embedded and put into the store: what `index add` and the chat share."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

import numpy as np

from index.article import Article
from index.chunking import chunk_articles
from index.language import Language
from index.models import Embedder
from index.records import Publication, StoredChunks
from index.store import ArticleStore

Thing = TypeVar("Thing")

# About 600 chunks: enough to sort by length, and 2 MB of vectors.
BATCH_ARTICLES = 32


def publish(
    article: Article, source: str, store: ArticleStore, embedder: Embedder, language: Language
) -> bool:
    """Publish one article; returns False where this very version was there already.

    Raises `FixInput` where the id belongs to another source.
    """
    return next(published([(article, source)], store, embedder, language))


def publish_all(
    articles: Iterable[tuple[Article, str]],
    store: ArticleStore,
    embedder: Embedder,
    language: Language,
) -> Iterator[tuple[Article, bool]]:
    """Publish articles with their sources, many at a time; yields each with whether it was new or changed.

    Raises `FixInput` where an id belongs to another source; what came before in other batches stays.
    """
    waiting = iter(articles)
    while batch := list(islice(waiting, BATCH_ARTICLES)):
        for group in of_different_ids(batch, lambda sourced: sourced[0].id):
            changed = published(group, store, embedder, language)
            yield from zip((article for article, _ in group), changed, strict=True)
    store.settle()


def published(
    articles: Sequence[tuple[Article, str]],
    store: ArticleStore,
    embedder: Embedder,
    language: Language,
) -> Iterator[bool]:
    """Publish articles of different ids in one write; yields for each whether it was new or changed."""
    news = [(article, s) for article, s in articles if not store.holds(article, s)]
    made = prepared_all([article for article, _ in news], embedder, language)
    fresh = [Publication(a, chunks, s) for (a, s), chunks in zip(news, made, strict=True)]
    written = dict(zip((p.article.id for p in fresh), store.put_all(fresh), strict=True))
    return (written.get(article.id, False) for article, _ in articles)


def of_different_ids(
    things: Sequence[Thing], id_of: Callable[[Thing], str]
) -> Iterator[list[Thing]]:
    """Yield runs in which no article's id comes twice: a later version replaces an earlier one."""
    group: dict[str, Thing] = {}
    for thing in things:
        if id_of(thing) in group:
            yield list(group.values())
            group = {}
        group[id_of(thing)] = thing
    if group:
        yield list(group.values())


def prepared(article: Article, embedder: Embedder, language: Language) -> StoredChunks:
    """Return an article's chunks with their vectors."""
    return prepared_all([article], embedder, language)[0]


def prepared_all(
    articles: Sequence[Article], embedder: Embedder, language: Language
) -> list[StoredChunks]:
    """Return each article's chunks with their vectors, all embedded together."""
    made = chunk_articles(articles, language)
    vectors = embedder.encode([chunk.searched_text for chunks in made for chunk in chunks])
    ends = np.cumsum([len(chunks) for chunks in made])[:-1]
    parts = np.split(vectors, ends) if made else []
    return [StoredChunks(tuple(c), part) for c, part in zip(made, parts, strict=True)]
