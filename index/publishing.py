"""An article is chunked, embedded and put into the store: what `index add` and the chat share."""

from index.article import Article
from index.chunking import chunk_article
from index.language import Language
from index.models import Embedder
from index.records import StoredChunks
from index.store import ArticleStore


def publish(
    article: Article, source: str, store: ArticleStore, embedder: Embedder, language: Language
) -> bool:
    """Publish one article; returns False where this very version was there already.

    Raises `FixInput` where the id belongs to another source.
    """
    if store.holds(article, source):
        return False
    made = prepared(article, embedder, language)
    return store.put(article, made.chunks, made.vectors, source)


def prepared(article: Article, embedder: Embedder, language: Language) -> StoredChunks:
    """Return an article's chunks with their vectors."""
    chunks = chunk_article(article, language)
    return StoredChunks(tuple(chunks), embedder.encode([chunk.searched_text for chunk in chunks]))
