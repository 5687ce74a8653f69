import asyncio
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import aclosing

import pytest

from app.problems import Problem
from app.workers import Workers
from tests.server import wait_until

Work = Callable[[], Generator[int, None, None]]


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers(at_once=1, waiting=1, timeout_s=20)
    yield made
    made.close()


class Held:
    """Work that yields one event, waits to be released, and yields another; it notes how it ended."""

    def __init__(self) -> None:
        self.began = threading.Event()
        self.released = threading.Event()
        self.ended = threading.Event()
        self.events = 0

    def __call__(self) -> Generator[int, None, None]:
        self.began.set()
        try:
            yield 1
            self.events = 1
            self.released.wait(20)
            yield 2
            self.events = 2
        finally:
            self.ended.set()


async def all_of(workers: Workers, work: Work) -> list[int]:
    return [event async for event in workers.stream(work)]


def counting(up_to: int) -> Work:
    def work() -> Generator[int, None, None]:
        yield from range(up_to)

    return work


def failing() -> Generator[int, None, None]:
    yield 1
    raise LookupError("the cause")


def test_events_arrive_in_order(workers: Workers) -> None:
    assert asyncio.run(all_of(workers, counting(20))) == list(range(20))


def test_an_error_reaches_who_takes_the_events(workers: Workers) -> None:
    with pytest.raises(LookupError):
        asyncio.run(all_of(workers, failing))


def test_more_than_may_wait_is_refused_at_once_and_places_come_back(workers: Workers) -> None:
    async def crowd() -> list[int]:
        held = Held()
        first, second = workers.stream(held), workers.stream(counting(3))
        with pytest.raises(Problem) as refused:
            workers.stream(counting(1))
        assert refused.value.status == 503
        assert int(refused.value.headers["Retry-After"]) > 0
        held.released.set()
        return [event async for event in first] + [event async for event in second]

    assert asyncio.run(crowd()) == [1, 2, 0, 1, 2]
    assert asyncio.run(all_of(workers, counting(2))) == [0, 1]


def test_who_leaves_stops_the_work(workers: Workers) -> None:
    async def leave(held: Held) -> None:
        async with aclosing(workers.stream(held)) as events:
            await anext(events)
        held.released.set()

    held = Held()
    asyncio.run(leave(held))
    assert held.ended.wait(20)
    assert held.events == 1


def test_what_waits_is_dropped_when_nobody_waits_for_it(workers: Workers) -> None:
    async def leave(first: Held, second: Held) -> None:
        running = workers.stream(first)
        await anext(running)
        waiting = asyncio.ensure_future(all_of(workers, second))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
        first.released.set()
        assert [event async for event in running] == [2]

    first, second = Held(), Held()
    asyncio.run(leave(first, second))
    assert asyncio.run(all_of(workers, counting(1))) == [0]
    assert not second.began.is_set()


def test_what_takes_too_long_is_a_problem() -> None:
    workers, held = Workers(at_once=1, waiting=1, timeout_s=0.05), Held()
    with pytest.raises(Problem) as refused:
        asyncio.run(all_of(workers, held))
    assert refused.value.status == 503
    assert "Retry-After" in refused.value.headers
    held.released.set()
    wait_until(held.ended.is_set)
    workers.close()
