"""Chroma as Footnote uses it: clients, the two kinds of collection, rows.

Chroma, embedded or a server, writes its vector index in place once `sync_threshold` rows have come together. A process that
dies in the middle leaves a collection that refuses every read, and a reader in another process may write it at the same time.
So in the store in force that never happens: rows wait in the queue, which SQLite keeps whole and
every client replays, until `written_out` is called on a copy that nobody reads yet.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import chromadb
from chromadb.api.client import Client
from chromadb.api.models.Collection import Collection
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings
from chromadb.errors import ChromaError, NotFoundError

from index.article import Chunk
from index.models import Vectors
from index.records import chunk_metadata

__all__ = ["ChromaError", "Client", "Collection", "NotFoundError"]

ARTICLES = "articles"
POINTER = "_collection-in-force"
CHUNKS = "chunks-"
# An `add` without embeddings makes Chroma try to download a model, so records carry this one.
CONSTANT_VECTOR: Sequence[float] = [1.0]
NEVER, AT_ONCE = 2**31 - 1, 1
# Chroma's own limit for one write is 5,461 rows, and a server's for one request 40 MB.
MOST_ROWS = 2000


def open_client(folder: Path) -> Client:
    """Open the store in a folder, made where it is missing, as it is on disk now."""
    # Chroma shares one system a path in a process; only a fresh one sees what others wrote.
    SharedSystemClient.clear_system_cache()
    client = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
    assert isinstance(client, Client)
    return client


def records_of(client: Client) -> Collection:
    """Return the collection of the articles' texts and records, made where it is missing."""
    return client.get_or_create_collection(
        ARTICLES, embedding_function=None, configuration={"hnsw": {"sync_threshold": NEVER}}
    )


def chunks_of(client: Client, name: str, create: bool = False) -> Collection:
    """Return a collection of chunks."""
    if not create:
        return client.get_collection(name, embedding_function=None)
    return client.get_or_create_collection(
        name,
        embedding_function=None,
        configuration={"hnsw": {"space": "cosine", "sync_threshold": NEVER}},
    )


def name_in_force(records: Collection) -> str | None:
    """Return the name of the chunk collection in force, None in an empty store."""
    found = records.get(ids=[POINTER], include=["documents"])
    return next(iter(found["documents"] or []), None)


def point_at(records: Collection, name: str) -> None:
    """Make a chunk collection the one in force."""
    records.upsert(ids=[POINTER], embeddings=[CONSTANT_VECTOR], documents=[name])


def set_mark(records: Collection, mark: str) -> None:
    """Keep the mark of a write beside the pointer."""
    records.upsert(ids=[POINTER], embeddings=[CONSTANT_VECTOR], metadatas=[{"mark": mark}])


def announced(records: Collection) -> tuple[str | None, str]:
    """Return the name of the chunk collection in force, None in an empty store, and the last write's mark."""
    found = records.get(ids=[POINTER], include=["documents", "metadatas"])
    name = next(iter(found["documents"] or []), None)
    metadata = next(iter(found["metadatas"] or []), None) or {}
    return name, str(metadata.get("mark", ""))


def count_rows(records: Collection) -> int:
    """Return how many articles there are, without reading their texts."""
    return sum(article_id != POINTER for article_id in records.get(include=[])["ids"])


def rows(
    records: Collection, ids: list[str] | None = None
) -> dict[str, tuple[dict[str, Any], str]]:
    """Return metadata and text by article id, of all articles or of those named."""
    found = records.get(ids=ids, include=["metadatas", "documents"])
    metadatas, documents = found["metadatas"] or [], found["documents"] or []
    return {
        article_id: (dict(metadata), document)
        for article_id, metadata, document in zip(found["ids"], metadatas, documents, strict=True)
        if article_id != POINTER
    }


def put_records(
    records: Collection, rows: Mapping[str, tuple[Mapping[str, str | int], str]]
) -> None:
    """Write metadata and text by article id, all of one batch in one transaction."""
    for batch in batches(list(rows)):
        records.upsert(
            ids=batch,
            embeddings=[CONSTANT_VECTOR] * len(batch),
            metadatas=[dict(rows[article_id][0]) for article_id in batch],
            documents=[rows[article_id][1] for article_id in batch],
        )


def put_chunks(collection: Collection, chunks: Sequence[Chunk], vectors: Vectors) -> None:
    """Write chunks with their vectors; those of the same id are replaced.

    Their text is not written: it is a span of the article's, which is kept once.
    """
    positions = {chunk.id: n for n, chunk in enumerate(chunks)}
    for batch in batches(list(positions)):
        numbers = [positions[chunk_id] for chunk_id in batch]
        collection.upsert(
            ids=batch,
            embeddings=vectors[numbers],
            metadatas=[chunk_metadata(chunks[n]) for n in numbers],
        )


def delete_rows(collection: Collection, ids: Sequence[str]) -> None:
    """Delete rows; ids that are not there are passed over."""
    for batch in batches(list(ids)):
        collection.delete(ids=batch)


def nearest_chunks(collection: Collection, vector: Vectors, count: int) -> list[str]:
    """Return the ids of the chunks nearest to a unit vector, by Chroma's approximate index, best first."""
    found = collection.query(query_embeddings=vector, n_results=count, include=[])
    return list(found["ids"][0])


def batches(ids: list[str]) -> Iterator[list[str]]:
    """Yield ids in as many as Chroma takes at once."""
    for first in range(0, len(ids), MOST_ROWS):
        yield ids[first : first + MOST_ROWS]


def drop_chunks_but(client: Client, name: str) -> int:
    """Drop every chunk collection but one; returns how many."""
    # A server may hold collections that are none of ours.
    names = {collection.name for collection in client.list_collections()} - {name}
    names = {other for other in names if other.startswith(CHUNKS)}
    for other in names:
        client.delete_collection(other)
    return len(names)


def written_out(folder: Path) -> None:
    """Make Chroma write the vector indexes of a store that nobody else has open."""
    set_threshold(folder, AT_ONCE)
    client = open_client(folder)
    for collection in client.list_collections():
        collection.get(limit=1, include=[])
    client.close()
    set_threshold(folder, NEVER)


def set_threshold(folder: Path, rows: int) -> None:
    """Set after how many rows the vector indexes are written; a client obeys once it is opened anew."""
    client = open_client(folder)
    for collection in client.list_collections():
        collection.modify(configuration={"hnsw": {"sync_threshold": rows}})
    client.close()
