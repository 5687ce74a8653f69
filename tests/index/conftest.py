"""A Chroma server that several files of tests share."""

from collections.abc import Iterator

import pytest

from index.chroma_server import open_server
from tests.chroma import Chroma, chroma


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chroma]:
    with chroma(tmp_path_factory.mktemp("chroma")) as server:
        yield server


@pytest.fixture
def server(running: Chroma) -> Chroma:
    """Return the server, empty."""
    client = open_server(running.place)
    for collection in client.list_collections():
        client.delete_collection(collection.name)
    return running
