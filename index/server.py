"""The store on a Chroma server, shared by processes and machines that keep nothing of it themselves.

For `index/store.py` it is what `index/database.py` is for a data folder. The mark of the last write is a record beside
the articles, and the server looks after its own files.
"""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from index.chroma import (
    ChromaError,
    Collection,
    announced,
    chunks_of,
    drop_chunks_but,
    point_at,
    records_of,
    set_mark,
)  # fmt: skip
from index.chroma_server import open_server, reached
from index.database import UNWRITABLE
from index.errors import FixSettings, RebuildIndex
from index.lease import Lease
from index.settings import ChromaServer

Seen = TypeVar("Seen")


class ServerDatabase:
    """The collections in force; `digest` names the embedding model that the caller uses."""

    def __init__(self, server: ChromaServer, digest: str, rebuilding: bool) -> None:
        """Open what is on a server.

        Raises `TryAgain` where it is away, `FixSettings` where it refuses the token, and `RebuildIndex` where
        the index was made by another embedding model (unless `rebuilding`) or cannot be read.
        """
        self._url = server.url
        self._own = f"chunks-{digest}"
        self._rebuilding = rebuilding
        self._client = open_server(server)
        self._lease = Lease(self._client)
        self._lock = threading.Lock()
        with reached(self._url):
            try:
                self.records = records_of(self._client)
                self._follow()
            except ChromaError as error:
                raise self._failed(error) from error

    @property
    def mark(self) -> str:
        """The mark of the last write by any process, "" before the first."""
        with reached(self._url):
            return self._follow()

    @property
    def chunks(self) -> Collection:
        """The chunks in force."""
        return chunks_of(self._client, self.in_force)

    def chunks_beside(self, name: str) -> Collection:
        """Return a collection of chunks, made where it is missing."""
        return chunks_of(self._client, name, create=True)

    def read(self, look: Callable[[], Seen]) -> Seen:
        """Return what `look` finds, reading again where another process wrote meanwhile.

        Raises `RebuildIndex` where the store cannot be read and `TryAgain` where the server is away.
        """
        with reached(self._url):
            while True:
                mark = self._follow()
                in_force = self.in_force
                try:
                    found = look()
                except (ChromaError, KeyError) as error:
                    if self._follow() == mark:
                        raise self._failed(error) from error
                    continue
                # Threads look side by side, and another one may have followed a rebuild meanwhile.
                if self.in_force == in_force:
                    return found

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer.

        Raises `TryAgain` where another process writes or the server is away, and `FixSettings` where the
        server cannot write.
        """
        with self._lock, reached(self._url):
            try:
                with self._lease.held():
                    self._follow()
                    try:
                        yield
                    finally:
                        self.announce()
            except ChromaError as error:
                raise self._failed(error) from error

    def announce(self) -> None:
        """Tell readers in other processes that something was written."""
        set_mark(self.records, uuid.uuid4().hex)

    def point_at(self, name: str) -> None:
        """Make a chunk collection the one in force, by one write."""
        point_at(self.records, name)
        self.in_force = name

    def drop_other_chunks(self) -> int:
        """Drop the chunk collections that are not in force; returns how many."""
        return drop_chunks_but(self._client, self.in_force)

    def expect_deletion(self) -> None:
        """Do nothing: what a server's files keep of a deleted text is for its operator to clean."""

    def clean_files(self) -> list[str]:
        """Do nothing and return no line: a server looks after its own files."""
        return []

    def shorten(self, least: int = 0) -> None:
        """Do nothing: a server writes the waiting rows into its indexes by itself."""

    def _follow(self) -> str:
        """Take over which chunks are in force now; returns the mark of the last write."""
        try:
            name, mark = announced(self.records)
        except ChromaError as error:
            raise self._failed(error) from error
        name = name or self._own
        if not name.startswith(self._own) and not self._rebuilding:
            raise RebuildIndex(
                f"The index on the Chroma server at {self._url} was made by another embedding model: "
                "run `python -m index rebuild`, or set FOOTNOTE_EMBEDDING_MODEL back."
            )
        self.in_force = name
        return mark

    def _failed(self, error: Exception) -> FixSettings | RebuildIndex:
        text = str(error)
        if reason := next((sign for sign in UNWRITABLE if sign in text), None):
            return FixSettings(
                f"The Chroma server at {self._url} cannot write ({reason}): make room there or change its "
                "permissions. Nothing was lost."
            )
        return RebuildIndex(
            f"The index on the Chroma server at {self._url} is damaged or gone: run `python -m index rebuild`; "
            "where that fails, put back a copy of its files and restart what uses it."
        )
