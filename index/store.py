"""Articles and their chunks, kept in Chroma.

Two kinds of collection: `articles` holds each article's text and current version, and one record
that names the chunk collection in force; `chunks-<digest>` holds one embedding model's chunks.
Publishing writes the new chunks, flips the article's record, then deletes the old chunks, so that
a crash leaves the old version or the new one whole. Each write replaces the generation file, which
tells readers in other processes to reopen: embedded Chroma does not tell them itself.
"""

import json
import os
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.api.models.Collection import Collection
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings
from chromadb.errors import ChromaError, NotFoundError
from filelock import FileLock, Timeout

from index.article import Article, Chunk, SentenceSpan
from index.errors import FixInput, FixSettings, RebuildIndex, TryAgain
from index.models import Vectors

ARTICLES = "articles"
POINTER = "_collection-in-force"
# An `add` without embeddings makes Chroma try to download a model, so records carry this one.
CONSTANT_VECTOR = np.ones((1, 1), np.float32)
DAMAGED = "The index in {} is damaged or was cut off half-way: run `python -m index verify`."


@dataclass(frozen=True, slots=True)
class StoredChunks:
    """One article version's chunks with their unit vectors, `(len(chunks), dimensions)`."""

    chunks: tuple[Chunk, ...]
    vectors: Vectors


class ArticleStore:
    """put, get and remove articles; `digest` names the embedding model that the caller uses."""

    def __init__(self, folder: Path, digest: str, rebuilding: bool = False) -> None:
        """Open the index in `folder`, made where it is missing.

        Raises `FixSettings` where the folder cannot be used and `RebuildIndex` where it was made
        by another embedding model (unless `rebuilding`) or cannot be read.
        """
        self._folder = folder
        self._digest = digest
        self._lock = threading.RLock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK):
                raise PermissionError(13, "Permission denied")
        except OSError as error:
            raise FixSettings(
                f"The data folder {folder} cannot be written ({error.strerror}); "
                "set FOOTNOTE_DATA_DIR to a folder that can."
            ) from None
        self._generation = self._read_generation()
        self._client = self._open()
        if not rebuilding:
            self._refuse_other_model()

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

    def get(self, article_id: str) -> Article:
        """Return an article; raises `FixInput` where there is none of that id."""
        with self._reading():
            return self._get(article_id)

    def chunks(self, article: Article) -> StoredChunks:
        """Return the chunks of exactly this version, fetched by id and in order.

        Raises `LookupError` where the version has been replaced meanwhile: read the article again.
        """
        with self._reading():
            count = int(self._metadata(article.id)["chunk_count"])
            ids = [f"{article.id}:{article.version}:{n}" for n in range(count)]
            found = self._chunks().get(ids=ids, include=["metadatas", "documents", "embeddings"])
            rows = list(
                zip(found["ids"], found["metadatas"] or [], found["documents"] or [], strict=True)
            )
            if len(rows) != count:
                raise LookupError(article.id)
            order = sorted(range(count), key=lambda n: int(rows[n][0].rsplit(":", 1)[1]))
            embeddings = np.asarray(found["embeddings"], dtype=np.float32)
            return StoredChunks(
                tuple(parse_chunk(article, *rows[n]) for n in order), embeddings[order]
            )

    def holds(self, article: Article, source: str) -> bool:
        """Return whether this very article is stored from this source."""
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
                self._add_chunks(chunks, vectors)
            self._flip(article, len(chunks), source)
            if old is not None and old["version"] != article.version:
                self._delete_chunks(article.id, str(old["version"]), int(old["chunk_count"]))
            return True

    def remove(self, article_id: str) -> None:
        """Remove an article and its chunks; raises `FixInput` where there is none of that id."""
        with self._writing():
            old = self._metadata(article_id)
            self._records().delete(ids=[article_id])
            self._delete_chunks(article_id, str(old["version"]), int(old["chunk_count"]))

    def rebuild(self, made: Callable[[Article], StoredChunks]) -> int:
        """Make every article's chunks anew and switch to them by one write; returns how many articles.

        Where it fails, what was in force stays in force. Raises `TryAgain` where another process
        is writing.
        """
        with self._writing():
            articles = self.articles()
            for article in articles:
                fresh = made(article)
                self._add_chunks(fresh.chunks, fresh.vectors)
                count = {"chunk_count": len(fresh.chunks)}
                self._records().update(ids=[article.id], metadatas=[count])
            self._point_here()
            for collection in self._client.list_collections():
                if collection.name not in {ARTICLES, self._collection_name()}:
                    self._client.delete_collection(collection.name)
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
                    prefix = f"{article_id}:{metadata['version']}:"
                    wanted |= {prefix + str(n) for n in range(int(str(metadata["chunk_count"])))}
            stored = set(self._chunks(create=True).get(include=[])["ids"])
            if missing := {chunk_id.split(":")[0] for chunk_id in wanted - stored}:
                names = ", ".join(sorted(missing))
                raise RebuildIndex(
                    f"Chunks are missing of {names}: remove and add these articles again."
                )
            if orphans := sorted(stored - wanted):
                self._chunks().delete(ids=orphans)
            return [f"{len(orphans)} chunks of no article removed"] if orphans else []

    def _add_chunks(self, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        if chunks:
            self._chunks(create=True).upsert(
                ids=[chunk.id for chunk in chunks],
                embeddings=vectors,
                documents=[chunk.text for chunk in chunks],
                metadatas=[chunk_metadata(chunk) for chunk in chunks],
            )

    def _point_here(self) -> None:
        self._records().upsert(
            ids=[POINTER], embeddings=CONSTANT_VECTOR, documents=[self._collection_name()]
        )

    def _flip(self, article: Article, chunk_count: int, source: str) -> None:
        self._point_here()
        self._records().upsert(
            ids=[article.id],
            embeddings=CONSTANT_VECTOR,
            documents=[article.text],
            metadatas=[
                {
                    "version": article.version,
                    "chunk_count": chunk_count,
                    "source": source,
                    "record": dump_metadata(article),
                    "suggestions": "{}",
                }
            ],
        )

    def _delete_chunks(self, article_id: str, version: str, count: int) -> None:
        ids = [f"{article_id}:{version}:{n}" for n in range(count)]
        if ids:
            self._chunks(create=True).delete(ids=ids)

    def _get(self, article_id: str) -> Article:
        found = self._records().get(ids=[article_id], include=["documents", "metadatas"])
        if not found["ids"] or article_id == POINTER:
            raise FixInput(f"There is no article {article_id!r}: see `python -m index list`.")
        return parse_article(dict((found["metadatas"] or [{}])[0]), (found["documents"] or [""])[0])

    def _metadata(self, article_id: str) -> dict[str, Any]:
        metadata = self._metadata_or_none(article_id)
        if metadata is None:
            raise FixInput(f"There is no article {article_id!r}: see `python -m index list`.")
        return metadata

    def _metadata_or_none(self, article_id: str) -> dict[str, Any] | None:
        found = self._records().get(ids=[article_id], include=["metadatas"])
        return (
            dict((found["metadatas"] or [{}])[0])
            if found["ids"] and article_id != POINTER
            else None
        )

    def _collection_name(self) -> str:
        return f"chunks-{self._digest}"

    def _records(self) -> Collection:
        return self._client.get_or_create_collection(ARTICLES, embedding_function=None)

    def _chunks(self, create: bool = False) -> Collection:
        if create:
            return self._client.get_or_create_collection(
                self._collection_name(),
                embedding_function=None,
                configuration={"hnsw": {"space": "cosine"}},
            )
        return self._client.get_collection(self._collection_name(), embedding_function=None)

    def _refuse_other_model(self) -> None:
        with self._reading():
            found = self._records().get(ids=[POINTER], include=["documents"])
            in_force = (found["documents"] or [self._collection_name()])[0]
        if in_force != self._collection_name():
            raise RebuildIndex(
                f"The index in {self._folder} was made by another embedding model: "
                "run `python -m index rebuild`, or set FOOTNOTE_EMBEDDING_MODEL back."
            )

    def _open(self) -> ClientAPI:
        try:
            return chromadb.PersistentClient(
                str(self._folder / "chroma"), Settings(anonymized_telemetry=False)
            )
        except (ChromaError, ValueError, OSError) as error:
            raise RebuildIndex(DAMAGED.format(self._folder)) from error

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock:
            generation = self._read_generation()
            if generation != self._generation:
                # Chroma shares one system a path in a process; only a fresh one sees the new files.
                SharedSystemClient.clear_system_cache()
                self._client, self._generation = self._open(), generation
            try:
                yield
            except (NotFoundError, KeyError) as error:
                raise RebuildIndex(DAMAGED.format(self._folder)) from error
            except ChromaError as error:
                raise RebuildIndex(DAMAGED.format(self._folder)) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with FileLock(self._folder / "writer.lock", timeout=0), self._reading():
                yield
                self._bump_generation()
        except Timeout:
            raise TryAgain(
                "Another process is writing to the index; try again when it is done."
            ) from None
        except OSError as error:
            raise FixSettings(
                f"The data folder {self._folder} cannot be written ({error.strerror})."
            ) from error

    def _read_generation(self) -> str:
        path = self._folder / "generation"
        return path.read_text() if path.exists() else ""

    def _bump_generation(self) -> None:
        fresh = self._folder / "generation.new"
        self._generation = uuid.uuid4().hex
        fresh.write_text(self._generation)
        fresh.replace(self._folder / "generation")


def dump_metadata(article: Article) -> str:
    """Return an article without its text as JSON."""
    return json.dumps(article.metadata(), ensure_ascii=False, sort_keys=True)


def parse_article(metadata: dict[str, Any], text: str) -> Article:
    """Return the article that a record holds."""
    return Article.from_json({**json.loads(str(metadata["record"])), "text": text})


def chunk_metadata(chunk: Chunk) -> dict[str, str | int]:
    """Return what Chroma keeps beside a chunk's text and vector."""
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


def parse_chunk(article: Article, chunk_id: str, metadata: Any, text: str) -> Chunk:
    """Return the chunk that a record holds."""
    sentences = tuple(
        SentenceSpan(start, end, frozenset(stems), frozenset(names), frozenset(kinds), leans)
        for start, end, stems, names, kinds, leans in json.loads(metadata["sentences"])
    )
    return Chunk(
        chunk_id, article.id, article.version, int(metadata["number"]), metadata["heading"],
        int(metadata["start"]), int(metadata["end"]), text, sentences,
    )  # fmt: skip
