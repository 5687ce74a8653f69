"""One writer at a time on a Chroma server, whatever machine it is on.

Chroma has no conditional write (`add` passes over an id that is there), but of several calls that create a
collection of one name a single one succeeds. So a collection of that name is the lock. It says until when it is held,
by the server's own clock, and its writer renews it; one that has run out was left by a process that died. Who takes it
over or gives it up renames it by its id, which cannot hit a newer one of that name, and then drops it. A writer that was suspended
for longer than the lease while it wrote goes on beside the next one: `verify` tells what that may have left.
"""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx

from index.chroma import ChromaError, Client, Collection, NotFoundError
from index.errors import FootnoteError, TryAgain

NAME = "writer-of-articles"
LEASE_S = 30
BUSY = "Another process is writing to the index; try again when it is done."


class Lease:
    """The right to write, for one process; safe to use from one thread at a time."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._owner = uuid.uuid4().hex

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the right to write; raises `TryAgain` at once where another process does."""
        lock, ended = self._taken(), threading.Event()
        renewing = threading.Thread(target=self._renew, args=(lock, ended), daemon=True)
        renewing.start()
        try:
            yield
        finally:
            ended.set()
            renewing.join()
            self._give_up(lock)

    def _taken(self) -> Collection:
        while True:
            try:
                return self._client.create_collection(
                    NAME, embedding_function=None, metadata=self._terms()
                )
            except ChromaError as error:
                if "already exists" not in str(error):
                    raise
            with suppress(NotFoundError):
                self._take_over(self._client.get_collection(NAME, embedding_function=None))

    def _take_over(self, lock: Collection) -> None:
        """Clear a lock away that nobody holds any more; raises `TryAgain` where somebody does."""
        terms = lock.metadata or {}
        # This process's own was left when the server went away in the middle of a write.
        if terms.get("owner") != self._owner and terms.get("until", 0) > self._now_s():
            raise TryAgain(BUSY)
        try:
            self._give_up(lock)
        except ChromaError as error:
            # Renaming what somebody else drops at the same moment fails half-way: the lock is theirs.
            raise TryAgain(BUSY) from error

    def _renew(self, lock: Collection, ended: threading.Event) -> None:
        # The write itself tells of a server that is away.
        with suppress(ChromaError, httpx.TransportError, FootnoteError):
            while not ended.wait(LEASE_S / 3):
                lock.modify(metadata=self._terms())

    def _give_up(self, lock: Collection) -> None:
        name = f"{NAME}-{uuid.uuid4().hex}"
        with suppress(NotFoundError):
            lock.modify(name=name)
            self._client.delete_collection(name)

    def _terms(self) -> dict[str, str | int]:
        return {"owner": self._owner, "until": self._now_s() + LEASE_S}

    def _now_s(self) -> int:
        return self._client.heartbeat() // 10**9
