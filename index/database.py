"""The store on disk: opened anew when another process wrote, written by one process at a time.

Raw reads and writes; what they mean for articles is `index/store.py`'s.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from index.chroma import (
    ChromaError,
    Client,
    Collection,
    chunks_of,
    drop_chunks_but,
    name_in_force,
    open_client,
    point_at,
    records_of,
)  # fmt: skip
from index.compaction import DATABASE, MOST_REPLAYED, compact, waiting
from index.errors import FixSettings, RebuildIndex
from index.folder import DataFolder

Seen = TypeVar("Seen")
DAMAGED = "The index in {} is damaged or was cut off half-way: run `python -m index rebuild`."
BEYOND_REBUILDING = (
    "The index in {} is damaged or was cut off half-way, the articles' texts too: put back a copy of the folder, "
    "or move it away and add the articles again."
)
# What SQLite and the system say where a file cannot grow or be written, as Chroma passes it on.
UNWRITABLE = ("disk is full", "disk I/O error", "readonly database", "unable to open database file",
              "No space left", "File too large", "Read-only file system", "Permission denied")  # fmt: skip


class Database:
    """The collections in force; `digest` names the embedding model that the caller uses."""

    def __init__(self, path: Path, digest: str, rebuilding: bool) -> None:
        """Open what is in a data folder.

        Raises `FixSettings` where the folder cannot be used and `RebuildIndex` where it was made
        by another embedding model (unless `rebuilding`) or cannot be read.
        """
        self.folder = DataFolder(path)
        self._own = f"chunks-{digest}"
        self._rebuilding = rebuilding
        self._lock = threading.RLock()
        self._open()

    @property
    def mark(self) -> str:
        """The mark of the last write by any process, "" before the first."""
        return self.folder.generation().mark

    @property
    def chunks(self) -> Collection:
        """The chunks in force."""
        return chunks_of(self._client, self.in_force)

    def chunks_beside(self, name: str) -> Collection:
        """Return a collection of chunks, made where it is missing."""
        return chunks_of(self._client, name, create=True)

    def read(self, look: Callable[[], Seen]) -> Seen:
        """Return what `look` finds, reading again where another process wrote meanwhile.

        Raises `RebuildIndex` where the store cannot be read.
        """
        with self._lock:
            while True:
                self._follow()
                try:
                    return look()
                except (ChromaError, KeyError) as error:
                    if self.folder.generation() == self._generation:
                        raise self._damaged() from error

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer lock; afterwards nothing that was deleted is left in any file.

        Raises `TryAgain` where another process writes, and `FixSettings` for want of room or permission.
        """
        with self._lock, self.folder.locked():
            self.read(lambda: self.records.count())
            try:
                yield
                if self.folder.deletion_pending:
                    self._tidy()
            except (ChromaError, sqlite3.Error) as error:
                raise self._failed(error) from error
            finally:
                self.announce()

    def announce(self) -> None:
        """Tell readers in other processes to reopen, before what they may be reading is deleted."""
        self._generation = self.folder.bump()

    def point_at(self, name: str) -> None:
        """Make a chunk collection the one in force, by one write."""
        point_at(self.records, name)
        self.in_force = name

    def drop_other_chunks(self) -> int:
        """Drop the chunk collections that are not in force; returns how many."""
        return drop_chunks_but(self._client, self.in_force)

    def expect_deletion(self) -> None:
        """Have the files cleaned at the end of `writing`, or by `verify` after a crash before that."""
        self.folder.expect_deletion()

    def clean_files(self) -> list[str]:
        """Drop copies of the store that are not in force; returns a line for each thing found."""
        lines = []
        if strays := self.folder.drop_other_stores():
            lines.append(f"{strays} unfinished or old copies of the store removed")
        if self.folder.deletion_pending:
            lines.append("the files cleaned of what was deleted")
        return lines

    def shorten(self, least: int = MOST_REPLAYED) -> None:
        """Write the waiting rows into the vector indexes if they are more than `least`; within `writing`."""
        if waiting(self._generation.store) > least:
            self._tidy()

    def _tidy(self) -> None:
        """Switch to a copy of the store that holds nothing that was deleted."""
        fresh = self.folder.fresh_store()
        # The copy takes over only what both of Chroma's indexes have read; a look makes them read.
        for collection in self._client.list_collections():
            collection.get(limit=1, include=[])
        compact(self._generation.store, fresh)
        self._generation = self.folder.bump(fresh)
        self._open()
        self.folder.deletion_done()
        self.folder.drop_other_stores()

    def _follow(self) -> None:
        if self.folder.generation() != self._generation:
            self._open()

    def _open(self) -> None:
        while True:
            generation = self.folder.generation()
            try:
                if generation.mark and not holds_database(generation.store):
                    # Chroma would begin an empty one, and everything would seem to be gone.
                    raise FileNotFoundError(generation.store)
                self._client: Client = open_client(generation.store)
                self.records = records_of(self._client)
                self.in_force = name_in_force(self.records) or self._own
            except (ChromaError, ValueError, OSError) as error:
                if self.folder.generation() != generation:
                    continue
                raise self._failed(error, BEYOND_REBUILDING) from error
            if self.folder.generation() == generation:
                break
        if not self.in_force.startswith(self._own) and not self._rebuilding:
            raise RebuildIndex(
                f"The index in {self.folder.path} was made by another embedding model: "
                "run `python -m index rebuild`, or set FOOTNOTE_EMBEDDING_MODEL back."
            )
        # Only now: an index that was refused is refused again at the next reading.
        self._generation = generation

    def _failed(self, error: Exception, told: str = DAMAGED) -> FixSettings | RebuildIndex:
        text = str(error)
        reason = next((sign for sign in UNWRITABLE if sign in text), None)
        return self.folder.unwritable(reason) if reason else self._damaged(told)

    def _damaged(self, told: str = DAMAGED) -> RebuildIndex:
        told = BEYOND_REBUILDING if self._rebuilding else told
        return RebuildIndex(told.format(self.folder.path))


def holds_database(store: Path) -> bool:
    """Return whether there is anything in a store's database."""
    path = store / DATABASE
    return path.is_file() and path.stat().st_size > 0
