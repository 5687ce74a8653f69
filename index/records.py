"""Articles and chunks as Chroma keeps them, flat metadata and the article's text, and back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from index.article import Article, Chunk, SentenceSpan
from index.models import Vectors


@dataclass(frozen=True, slots=True)
class StoredChunks:
    """One article version's chunks with their unit vectors, `(len(chunks), dimensions)`."""

    chunks: tuple[Chunk, ...]
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class Publication:
    """An article with its chunks, and the source that it came from."""

    article: Article
    made: StoredChunks
    source: str

    def under(self, article_id: str) -> "Publication":
        """Return the same publication under another id."""
        chunks = tuple(
            replace(c, id=f"{article_id}:{c.version}:{c.number}", article_id=article_id)
            for c in self.made.chunks
        )
        made = StoredChunks(chunks, self.made.vectors)
        return Publication(replace(self.article, id=article_id), made, self.source)


def dump_metadata(article: Article) -> str:
    """Return an article without its text as JSON."""
    return json.dumps(article.metadata(), ensure_ascii=False, sort_keys=True)


def parse_article(metadata: dict[str, Any], text: str) -> Article:
    """Return the article that a record holds."""
    return Article.from_json({**json.loads(str(metadata["record"])), "text": text})


def chunk_metadata(chunk: Chunk) -> dict[str, str | int]:
    """Return what Chroma keeps beside a chunk's vector."""
    sentences = [
        [s.start, s.end, sorted(s.stems), sorted(s.names), sorted(s.kinds), s.leans_back]
        for s in chunk.sentences
    ]
    return {
        "number": chunk.number,
        "start": chunk.start,
        "end": chunk.end,
        "heading": chunk.heading,
        "sentences": json.dumps(sentences, ensure_ascii=False),
    }


def chunk_ids(article_id: str, metadata: Mapping[str, Any], collection: str) -> list[str]:
    """Return the ids of an article's chunks in a collection, by the article's record."""
    count = int(metadata[collection])
    return [f"{article_id}:{metadata['version']}:{n}" for n in range(count)]


def article_of(chunk_id: str) -> str:
    """Return the id of the article that a chunk belongs to."""
    return chunk_id.split(":", 1)[0]


def parse_chunk(
    article: Article, chunk_id: str, metadata: Any, corrected: Mapping[tuple[int, int], str]
) -> Chunk:
    """Return the chunk that a record holds, its text taken from the article.

    `corrected` has the date by the span of each sentence that was corrected.
    """
    start, end = int(metadata["start"]), int(metadata["end"])
    sentences = tuple(
        SentenceSpan(
            left, right, frozenset(stems), frozenset(names), frozenset(kinds), leans,
            corrected.get((left, right)),
        )
        for left, right, stems, names, kinds, leans in json.loads(metadata["sentences"])
    )  # fmt: skip
    return Chunk(
        chunk_id, article.id, article.version, int(metadata["number"]), metadata["heading"],
        start, end, article.text[start:end], sentences,
    )  # fmt: skip
