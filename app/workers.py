"""A few threads that do the answering, and a bounded queue before them.

The models use both cores for one answer, so more threads than `at_once` would only make all of them slower.
"""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypeVar

from app.problems import BUSY, try_again

T = TypeVar("T")
Work = Callable[[], Generator[T, None, None]]


@dataclass(frozen=True, slots=True)
class End:
    """Closes a stream of events, with the error that stopped the work if one did."""

    error: BaseException | None = None


class Workers:
    """Runs iterators in threads; who takes an iterator's events and leaves stops its work."""

    def __init__(self, at_once: int, waiting: int, timeout_s: float) -> None:
        """Start `at_once` threads; further work waits, `waiting` pieces at most."""
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="answering")
        self._places = threading.BoundedSemaphore(at_once + waiting)
        self._timeout_s = timeout_s

    def stream(self, work: Work[T]) -> AsyncGenerator[T, None]:
        """Return the events of `work`, to be taken on the running loop.

        Raises a 503 `Problem` at once where the queue is full; the iterator raises one when the
        time is over.
        """
        loop = asyncio.get_running_loop()
        events: asyncio.Queue[T | End] = asyncio.Queue()

        def put(event: T | End) -> None:
            loop.call_soon_threadsafe(events.put_nowait, event)

        return self._taken(events, *self._start(work, put))

    async def _taken(
        self, events: "asyncio.Queue[T | End]", gone: threading.Event, future: Future[None]
    ) -> AsyncGenerator[T, None]:
        deadline = time.monotonic() + self._timeout_s
        try:
            while not isinstance(
                event := await asyncio.wait_for(events.get(), deadline - time.monotonic()), End
            ):
                yield event
            if event.error:
                raise event.error
        except TimeoutError:
            raise too_slow() from None
        finally:
            gone.set()
            future.cancel()

    def _start(
        self, work: Work[T], put: Callable[[T | End], Any]
    ) -> tuple[threading.Event, Future[None]]:
        if not self._places.acquire(blocking=False):
            raise try_again(503, BUSY, limit="queue")
        gone = threading.Event()
        future = self._pool.submit(run, work, put, gone)
        # Called when the work is done and also where it is cancelled before it began.
        future.add_done_callback(lambda _: self._places.release())
        return gone, future

    def close(self) -> None:
        """Take no more work and drop what waits."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def run(work: Work[T], put: Callable[[T | End], Any], gone: threading.Event) -> None:
    """Hand on the events of `work` until nobody takes them any more, and last an `End`."""
    end = End()
    try:
        events = work()
        with closing(events):
            for event in events:
                if gone.is_set():
                    return
                put(event)
    except Exception as error:
        end = End(error)
    finally:
        if not gone.is_set():
            put(end)


def too_slow() -> Exception:
    """Return the problem of an answer that took too long."""
    return try_again(503, "This took too long; please try again.", limit="time")
