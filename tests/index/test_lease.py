import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from index.chroma_server import open_server
from index.errors import TryAgain
from index.lease import NAME, Lease
from tests.chroma import Chroma


def test_of_several_who_find_a_dead_writers_lease_one_gets_it(server: Chroma) -> None:
    client = open_server(server.place)
    client.create_collection(NAME, metadata={"owner": "dead", "until": 1}, embedding_function=None)
    count = 6
    leases = [Lease(open_server(server.place)) for _ in range(count)]
    together, refused = threading.Barrier(count), threading.Semaphore(0)

    def wrote(lease: Lease) -> bool:
        together.wait()
        try:
            with lease.held():
                return all(refused.acquire(timeout=20) for _ in range(count - 1))
        except TryAgain:
            refused.release()
            return False

    with ThreadPoolExecutor(count) as threads:
        assert sum(threads.map(wrote, leases)) == 1
    with leases[0].held():
        pass
    assert client.list_collections() == []


def test_a_living_writers_lease_holds(server: Chroma) -> None:
    client = open_server(server.place)
    until = client.heartbeat() // 10**9 + 20
    client.create_collection(
        NAME, metadata={"owner": "alive", "until": until}, embedding_function=None
    )
    with pytest.raises(TryAgain), Lease(client).held():
        pass
