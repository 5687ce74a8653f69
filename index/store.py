"""Articles and their chunks, kept in Chroma.

Two kinds of collection: `articles` holds each article's text and current version, and one record
that names the chunk collection in force; `chunks-<digest>` holds one embedding model's chunks.
Publishing writes the new chunks, flips the article's record, then deletes the old chunks; a rebuild
fills a new collection beside the old one and switches by one write. So a crash leaves the old or the
new state whole. What was deleted from a data folder is gone from its files once the call returns.
"""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from index.article import Article, Chunk
from index.chroma import count_rows, delete_rows, nearest_chunks, put_chunks, put_records, rows
from index.compaction import MOST_REPLAYED
from index.corrections import corrections, dump_corrections, parse_corrections
from index.database import Database
from index.errors import FixInput
from index.models import Vectors
from index.records import (
    Publication,
    StoredChunks,
    article_of,
    chunk_ids,
    dump_metadata,
    parse_article,
    parse_chunk,
)
from index.server import ServerDatabase
from index.settings import ChromaServer
from index.verification import verify

Metadata = dict[str, Any]


class ArticleStore:
    """put, get and remove articles; `digest` names the embedding model that the caller uses."""

    def __init__(self, at: Path | ChromaServer, digest: str, rebuilding: bool = False) -> None:
        """Open the index in a folder or on a server, made where it is missing.

        Raises `FixSettings` where the folder or the server cannot be used, `TryAgain` where the server
        is away, and `RebuildIndex` where the index was made by another embedding model (unless
        `rebuilding`) or cannot be read.
        """
        self._database: Database | ServerDatabase = (
            ServerDatabase(at, digest, rebuilding)
            if isinstance(at, ChromaServer)
            else Database(at, digest, rebuilding)
        )
        self._digest = digest

    @property
    def mark(self) -> str:
        """What changes with every write by any process; "" before the first."""
        return self._database.mark

    def articles(self) -> list[Article]:
        """Return every article, in the order of their ids."""
        found = self._database.read(lambda: rows(self._database.records))
        return [parse_article(*found[article_id]) for article_id in sorted(found)]

    def count(self) -> int:
        """Return how many articles are stored."""
        return self._database.read(lambda: count_rows(self._database.records))

    def get(self, article_id: str) -> Article:
        """Return an article; raises `FixInput` where there is none of that id."""
        return parse_article(*self._row(article_id))

    def versions(self, article_ids: Sequence[str]) -> dict[str, str]:
        """Return the current version by id of those articles that there are."""
        found = self._found(list(article_ids)) if article_ids else {}
        return {article_id: metadata["version"] for article_id, (metadata, _) in found.items()}

    def chunks(self, article: Article) -> StoredChunks:
        """Return the chunks of exactly this version, fetched by id and in order.

        Raises `LookupError` where the version has been replaced meanwhile: read the article again.
        """

        def look() -> tuple[Metadata, int, Any]:
            metadata, _ = self._row(article.id)
            current = {**metadata, "version": article.version}
            ids = chunk_ids(article.id, current, self._database.in_force)
            include: Any = ["metadatas", "embeddings"]
            return metadata, len(ids), self._database.chunks.get(ids=ids, include=include)

        metadata, wanted, found = self._database.read(look)
        if len(found["ids"]) != wanted:
            raise LookupError(article.id)
        corrected = parse_corrections(metadata["corrections"])
        kept = zip(found["ids"], found["metadatas"], strict=True)
        chunks = [parse_chunk(article, *row, corrected) for row in kept]
        order = sorted(range(wanted), key=lambda n: chunks[n].number)
        vectors = np.asarray(found["embeddings"], dtype=np.float32)
        return StoredChunks(tuple(chunks[n] for n in order), vectors[order])

    def nearest(self, vector: Vectors, chunks: int) -> list[str]:
        """Return the ids of the articles that the chunks nearest to a unit vector belong to, best first."""
        found = self._database.read(lambda: nearest_chunks(self._database.chunks, vector, chunks))
        return list(dict.fromkeys(article_of(chunk_id) for chunk_id in found))

    def holds(self, article: Article, source: str) -> bool:
        """Return whether this very article is stored from this source.

        Raises `FixInput` where the id belongs to another source.
        """
        old = self._found([article.id]).get(article.id)
        if old is not None and old[0]["source"] != source:
            raise FixInput(
                f"The id {article.id!r} belongs to {old[0]['source']}; give another with --id."
            )
        return old is not None and old[0]["record"] == dump_metadata(article)

    def put(self, article: Article, chunks: Sequence[Chunk], vectors: Vectors, source: str) -> bool:
        """Publish one article, as `put_all` does; returns False where this very version was there already."""
        return self.put_all([Publication(article, StoredChunks(tuple(chunks), vectors), source)])[0]

    def put_all(self, publications: Sequence[Publication]) -> list[bool]:
        """Publish articles of different ids; returns for each whether it was not there already.

        Raises `FixInput` where an id belongs to another source and `TryAgain` where another process
        is writing.
        """
        database = self._database
        with database.writing():
            news = [not self.holds(p.article, p.source) for p in publications]
            fresh = [p for p, new in zip(publications, news, strict=True) if new]
            if not fresh:
                return news
            old = self._found([p.article.id for p in fresh])
            replaced = {
                p.article.id: old[p.article.id][0]
                for p in fresh
                if p.article.id in old and old[p.article.id][0]["version"] != p.article.version
            }
            unwritten = [p for p in fresh if p.article.id not in old or p.article.id in replaced]
            self._put_chunks(database.in_force, [p.made for p in unwritten])
            if old:
                database.expect_deletion()
            else:
                database.point_at(database.in_force)
            put_records(
                database.records,
                {p.article.id: self._row_of(p, old.get(p.article.id)) for p in fresh},
            )
            database.announce()
            self._delete_chunks(replaced)
            # A quarter, so that what a growing archive copies stays in proportion to its size.
            database.shorten(max(MOST_REPLAYED, database.chunks.count() // 4))
            return news

    def settle(self) -> None:
        """Make the store quick to open again after many articles; raises `TryAgain`."""
        with self._database.writing():
            self._database.shorten()

    def remove(self, article_id: str) -> None:
        """Remove an article, leaving none of its text in any file of a data folder.

        Raises `FixInput` where there is none of that id.
        """
        database = self._database
        with database.writing():
            metadata, _ = self._row(article_id)
            database.expect_deletion()
            delete_rows(database.records, [article_id])
            database.announce()
            self._delete_chunks({article_id: metadata})

    def rebuild(self, made: Callable[[Article], StoredChunks]) -> int:
        """Make every article's chunks anew and switch to them by one write; returns how many articles.

        Where it fails, what was in force stays in force. Raises `TryAgain` where another process
        is writing.
        """
        database = self._database
        with database.writing():
            articles = self.articles()
            name = f"chunks-{self._digest}-{uuid.uuid4().hex[:8]}"
            for article in articles:
                fresh = made(article)
                self._put_chunks(name, [fresh])
                self._update(article.id, {name: len(fresh.chunks)})
            database.chunks_beside(name)
            database.point_at(name)
            database.announce()
            database.expect_deletion()
            database.drop_other_chunks()
            return len(articles)

    def suggestions(self, article: Article) -> list[str] | None:
        """Return the suggested questions kept with this version, None where there are none yet."""
        kept = json.loads(str(self._row(article.id)[0]["suggestions"]))
        found: list[str] | None = kept.get(article.version)
        return found

    def keep_suggestions(self, article: Article, questions: Sequence[str]) -> None:
        """Keep suggested questions with this version of an article."""
        with self._database.writing():
            if self._row(article.id)[0]["version"] == article.version:
                kept = json.dumps({article.version: list(questions)}, ensure_ascii=False)
                self._update(article.id, {"suggestions": kept})

    def verify(self) -> list[str]:
        """Clear what a crash left behind; returns a line for each thing found.

        Raises `RebuildIndex` where an article's chunks are missing.
        """
        with self._database.writing():
            return verify(self._database)

    def _row_of(
        self, publication: Publication, old: tuple[Metadata, str] | None
    ) -> tuple[Metadata, str]:
        """Return an article's new record; what was corrected is told by the old one."""
        article, made = publication.article, publication.made
        dated = {}
        if old is not None:
            spans = [(s.start, s.end) for chunk in made.chunks for s in chunk.sentences]
            before, known = parse_article(*old), parse_corrections(old[0]["corrections"])
            today = datetime.now(UTC).date().isoformat()
            dated = corrections(before, known, article, spans, today)
        # The count is named after its collection, so that a rebuild can write its own beside it.
        metadata = {
            "version": article.version, self._database.in_force: len(made.chunks),
            "source": publication.source, "record": dump_metadata(article),
            "suggestions": "{}", "corrections": dump_corrections(dated),
        }  # fmt: skip
        return metadata, article.text

    def _put_chunks(self, collection: str, made: Sequence[StoredChunks]) -> None:
        chunks = [chunk for one in made for chunk in one.chunks]
        if chunks:
            vectors = np.concatenate([one.vectors for one in made if one.chunks])
            put_chunks(self._database.chunks_beside(collection), chunks, vectors)

    def _delete_chunks(self, old: Mapping[str, Metadata]) -> None:
        ids = [
            chunk_id
            for article_id, metadata in old.items()
            for chunk_id in chunk_ids(article_id, metadata, self._database.in_force)
        ]
        delete_rows(self._database.chunks_beside(self._database.in_force), ids)

    def _found(self, ids: list[str]) -> dict[str, tuple[Metadata, str]]:
        return self._database.read(lambda: rows(self._database.records, ids))

    def _row(self, article_id: str) -> tuple[Metadata, str]:
        found = self._found([article_id])
        if article_id not in found:
            raise FixInput(f"There is no article {article_id!r}: see `python -m index list`.")
        return found[article_id]

    def _update(self, article_id: str, metadata: Metadata) -> None:
        self._database.records.update(ids=[article_id], metadatas=[metadata])
