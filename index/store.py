"""Articles and their chunks, kept in Chroma.

Two kinds of collection: `articles` holds each article's text and current version, and one record
that names the chunk collection in force; `chunks-<digest>` holds one embedding model's chunks.
Publishing writes the new chunks, flips the article's record, then deletes the old chunks; a rebuild
fills a new collection beside the old one and switches by one write. So a crash leaves the old or the
new state whole. Each write replaces the generation file, which tells readers in other processes to
reopen: embedded Chroma does not tell them itself.
"""

import json
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.api.models.Collection import Collection
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings
from chromadb.errors import ChromaError

from index.article import Article, Chunk
from index.errors import FixInput, RebuildIndex
from index.folder import DataFolder
from index.models import Vectors
from index.records import (
    StoredChunks,
    chunk_metadata,
    dump_metadata,
    parse_article,
    parse_chunk,
)  # fmt: skip

ARTICLES = "articles"
POINTER = "_collection-in-force"
# An `add` without embeddings makes Chroma try to download a model, so records carry this one.
CONSTANT_VECTOR = np.ones((1, 1), np.float32)
DAMAGED = "The index in {} is damaged or was cut off half-way: run `python -m index verify`."


class ArticleStore:
    """put, get and remove articles; `digest` names the embedding model that the caller uses."""

    def __init__(self, folder: Path, digest: str, rebuilding: bool = False) -> None:
        """Open the index in `folder`, made where it is missing.

        Raises `FixSettings` where the folder cannot be used and `RebuildIndex` where it was made
        by another embedding model (unless `rebuilding`) or cannot be read.
        """
        self._folder = DataFolder(folder)
        self._digest = digest
        self._rebuilding = rebuilding
        self._lock = threading.RLock()
        self._reopen()

    @property
    def mark(self) -> str:
        """What changes with every write by any process; "" before the first."""
        return self._folder.generation()

    def articles(self) -> list[Article]:
        """Return every article, in the order of their ids."""
        with self._reading():
            found = self._records().get(include=["documents", "metadatas"])
            records = zip(
                found["ids"], found["metadatas"] or [], found["documents"] or [], strict=True
            )
            return [
                parse_article(dict(metadata), document)
                for article_id, metadata, document in sorted(records, key=lambda r: r[0])
                if article_id != POINTER
            ]

    def count(self) -> int:
        """Return how many articles are stored."""
        with self._reading():
            return len(set(self._records().get(include=[])["ids"]) - {POINTER})

    def get(self, article_id: str) -> Article:
        """Return an article; raises `FixInput` where there is none of that id."""
        with self._reading():
            found = self._records().get(ids=[article_id], include=["documents", "metadatas"])
            if not found["ids"] or article_id == POINTER:
                raise unknown(article_id)
            metadata, document = (found["metadatas"] or [{}])[0], (found["documents"] or [""])[0]
            return parse_article(dict(metadata), document)

    def chunks(self, article: Article) -> StoredChunks:
        """Return the chunks of exactly this version, fetched by id and in order.

        Raises `LookupError` where the version has been replaced meanwhile: read the article again.
        """
        with self._reading():
            ids = self._chunk_ids(article.id, article.version, self._metadata(article.id))
            found = self._chunks().get(ids=ids, include=["metadatas", "documents", "embeddings"])
            rows = list(
                zip(found["ids"], found["metadatas"] or [], found["documents"] or [], strict=True)
            )
            if len(rows) != len(ids):
                raise LookupError(article.id)
            order = sorted(range(len(ids)), key=lambda n: int(rows[n][0].rsplit(":", 1)[1]))
            embeddings = np.asarray(found["embeddings"], dtype=np.float32)
            return StoredChunks(
                tuple(parse_chunk(article, *rows[n]) for n in order), embeddings[order]
            )

    def holds(self, article: Article, source: str) -> bool:
        """Return whether this very article is stored from this source.

        Raises `FixInput` where the id belongs to another source.
        """
        with self._reading():
            old = self._metadata_or_none(article.id)
        if old is not None and old["source"] != source:
            raise FixInput(
                f"The id {article.id!r} belongs to {old['source']}; give another with --id."
            )
        return old is not None and old["record"] == dump_metadata(article)

    def put(self, article: Article, chunks: Sequence[Chunk], vectors: Vectors, source: str) -> bool:
        """Publish an article; returns False where this very version was there already.

        Raises `FixInput` where the id belongs to another source and `TryAgain` where another
        process is writing.
        """
        with self._writing():
            if self.holds(article, source):
                return False
            old = self._metadata_or_none(article.id)
            if old is None or old["version"] != article.version:
                add_chunks(self._chunks(create=True), chunks, vectors)
            self._point_at(self._in_force)
            self._flip(article, len(chunks), source)
            self._announce()
            if old is not None and old["version"] != article.version:
                self._delete_chunks(article.id, old)
            return True

    def remove(self, article_id: str) -> None:
        """Remove an article and its chunks; raises `FixInput` where there is none of that id."""
        with self._writing():
            old = self._metadata(article_id)
            self._records().delete(ids=[article_id])
            self._announce()
            self._delete_chunks(article_id, old)

    def rebuild(self, made: Callable[[Article], StoredChunks]) -> int:
        """Make every article's chunks anew and switch to them by one write; returns how many articles.

        Where it fails, what was in force stays in force. Raises `TryAgain` where another process
        is writing.
        """
        with self._writing():
            articles = self.articles()
            name = f"chunks-{self._digest}-{uuid.uuid4().hex[:8]}"
            beside = self._collection(name)
            for article in articles:
                fresh = made(article)
                add_chunks(beside, fresh.chunks, fresh.vectors)
                count = {name: len(fresh.chunks)}
                self._records().update(ids=[article.id], metadatas=[count])
            self._point_at(name)
            self._announce()
            self._drop_others()
            return len(articles)

    def suggestions(self, article: Article) -> list[str] | None:
        """Return the suggested questions kept with this version, None where there are none yet."""
        with self._reading():
            kept = json.loads(str(self._metadata(article.id)["suggestions"]))
        found: list[str] | None = kept.get(article.version)
        return found

    def keep_suggestions(self, article: Article, questions: Sequence[str]) -> None:
        """Keep suggested questions with this version of an article."""
        with self._writing():
            metadata = self._metadata(article.id)
            if metadata["version"] == article.version:
                kept = json.dumps({article.version: list(questions)}, ensure_ascii=False)
                self._records().update(ids=[article.id], metadatas=[{"suggestions": kept}])

    def verify(self) -> list[str]:
        """Clear what a crash left behind; returns a line for each thing found.

        Raises `RebuildIndex` where an article's chunks are missing.
        """
        with self._writing():
            found = self._records().get(include=["metadatas"])
            wanted: set[str] = set()
            for article_id, metadata in zip(found["ids"], found["metadatas"] or [], strict=True):
                if article_id != POINTER:
                    wanted |= set(self._chunk_ids(article_id, str(metadata["version"]), metadata))
            stored = set(self._chunks(create=True).get(include=[])["ids"])
            if missing := {chunk_id.split(":")[0] for chunk_id in wanted - stored}:
                names = ", ".join(sorted(missing))
                raise RebuildIndex(f"Chunks are missing of {names}: run `python -m index rebuild`.")
            lines = []
            if orphans := sorted(stored - wanted):
                self._chunks().delete(ids=orphans)
                lines.append(f"{len(orphans)} chunks of no article removed")
            if dropped := self._drop_others():
                lines.append(f"{dropped} unfinished rebuild(s) removed")
            return lines

    def _point_at(self, collection: str) -> None:
        self._records().upsert(ids=[POINTER], embeddings=CONSTANT_VECTOR, documents=[collection])
        self._in_force = collection

    def _flip(self, article: Article, chunk_count: int, source: str) -> None:
        self._records().upsert(
            ids=[article.id],
            embeddings=CONSTANT_VECTOR,
            documents=[article.text],
            metadatas=[
                {
                    "version": article.version,
                    # Named after its collection, so that a rebuild can write its own beside it.
                    self._in_force: chunk_count,
                    "source": source,
                    "record": dump_metadata(article),
                    "suggestions": "{}",
                }
            ],
        )

    def _delete_chunks(self, article_id: str, old: Mapping[str, Any]) -> None:
        if ids := self._chunk_ids(article_id, str(old["version"]), old):
            self._chunks(create=True).delete(ids=ids)

    def _drop_others(self) -> int:
        names = {collection.name for collection in self._client.list_collections()}
        others = names - {ARTICLES, self._in_force}
        for name in others:
            self._client.delete_collection(name)
        return len(others)

    def _chunk_ids(self, article_id: str, version: str, metadata: Mapping[str, Any]) -> list[str]:
        return [f"{article_id}:{version}:{n}" for n in range(int(metadata[self._in_force]))]

    def _metadata(self, article_id: str) -> dict[str, Any]:
        metadata = self._metadata_or_none(article_id)
        if metadata is None:
            raise unknown(article_id)
        return metadata

    def _metadata_or_none(self, article_id: str) -> dict[str, Any] | None:
        found = self._records().get(ids=[article_id], include=["metadatas"])
        if not found["ids"] or article_id == POINTER:
            return None
        return dict((found["metadatas"] or [{}])[0])

    def _records(self) -> Collection:
        return self._client.get_or_create_collection(ARTICLES, embedding_function=None)

    def _chunks(self, create: bool = False) -> Collection:
        if create:
            return self._collection(self._in_force)
        return self._client.get_collection(self._in_force, embedding_function=None)

    def _collection(self, name: str) -> Collection:
        return self._client.get_or_create_collection(
            name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )

    def _reopen(self) -> None:
        generation = self._folder.generation()
        try:
            self._client: ClientAPI = chromadb.PersistentClient(
                str(self._folder.path / "chroma"), Settings(anonymized_telemetry=False)
            )
            found = self._records().get(ids=[POINTER], include=["documents"])
        except (ChromaError, ValueError, OSError) as error:
            raise RebuildIndex(DAMAGED.format(self._folder.path)) from error
        own = f"chunks-{self._digest}"
        self._in_force = (found["documents"] or [own])[0]
        if not self._in_force.startswith(own) and not self._rebuilding:
            raise RebuildIndex(
                f"The index in {self._folder.path} was made by another embedding model: "
                "run `python -m index rebuild`, or set FOOTNOTE_EMBEDDING_MODEL back."
            )
        # Only now: an index that was refused is refused again at the next reading.
        self._generation = generation

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock:
            if self._folder.generation() != self._generation:
                # Chroma shares one system a path in a process; only a fresh one sees the new files.
                SharedSystemClient.clear_system_cache()
                self._reopen()
            try:
                yield
            except (ChromaError, KeyError) as error:
                raise RebuildIndex(DAMAGED.format(self._folder.path)) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._folder.locked(), self._reading():
            try:
                yield
            finally:
                self._announce()

    def _announce(self) -> None:
        """Tell readers in other processes to reopen, before what they may be reading is deleted."""
        self._generation = self._folder.bump()


def add_chunks(collection: Collection, chunks: Sequence[Chunk], vectors: Vectors) -> None:
    """Write chunks with their vectors; those of the same id are replaced."""
    if chunks:
        collection.upsert(
            ids=[chunk.id for chunk in chunks],
            embeddings=vectors,
            documents=[chunk.text for chunk in chunks],
            metadatas=[chunk_metadata(chunk) for chunk in chunks],
        )


def unknown(article_id: str) -> FixInput:
    """Return the error for an id that no article has."""
    return FixInput(f"There is no article {article_id!r}: see `python -m index list`.")
