"""A client of a Chroma server: its time limits, its token, and what stands in the way told in one line."""

from collections.abc import Iterator
from contextlib import contextmanager

import chromadb
import httpx
from chromadb.api.fastapi import FastAPI
from chromadb.config import Settings

from index.chroma import Client
from index.errors import FixSettings, TryAgain
from index.settings import ChromaServer

IDENTITY = "/api/v2/auth/identity"
# Chroma's client waits for ever. Half a minute is what a slow disk may take for the largest write.
SERVER_TIMEOUT = httpx.Timeout(30, connect=5)


def open_server(server: ChromaServer) -> Client:
    """Return a client of a Chroma server that answers.

    Raises `TryAgain` where it doesn't, and `FixSettings` where it refuses the token or is another kind of server.
    """
    settings = Settings(anonymized_telemetry=False)
    # Chroma's own cloud reads the one, most proxies the other; `chroma run` asks for none.
    token = server.token.get_secret_value() if server.token else ""
    headers = {"Authorization": f"Bearer {token}", "X-Chroma-Token": token} if token else {}
    with reached(server.url):
        # The client asks before it can be given a time limit, so that a server that hangs has to be found first.
        understand(httpx.get(f"{server.url}{IDENTITY}", headers=headers, timeout=SERVER_TIMEOUT))
        try:
            client = chromadb.HttpClient(server.url, headers=headers, settings=settings)
        except ValueError as error:
            # Chroma's word for a server that left between the two.
            raise httpx.ConnectError(str(error)) from error
    assert isinstance(client, Client)
    assert isinstance(client._server, FastAPI)
    client._server._session.timeout = SERVER_TIMEOUT
    client._server._session.event_hooks = {"response": [understand]}
    return client


def is_running(server: ChromaServer) -> bool:
    """Return whether a Chroma server answers; raises `FixSettings` where it refuses the token."""
    try:
        open_server(server)
    except TryAgain:
        return False
    return True


@contextmanager
def reached(url: str) -> Iterator[None]:
    """Raise `TryAgain` where a server cannot be reached meanwhile."""
    try:
        yield
    except httpx.TransportError as error:
        raise TryAgain(
            f"The Chroma server at {url} cannot be reached ({type(error).__name__}): start it, or set "
            "FOOTNOTE_CHROMA_URL to where it is."
        ) from error


def understand(response: httpx.Response) -> None:
    """Raise `FixSettings` or `TryAgain` where an answer is not one of Chroma's but of what stands before it."""
    status, where = response.status_code, f"{response.url.scheme}://{response.url.netloc.decode()}"
    if status in {401, 403}:
        raise FixSettings(f"The Chroma server at {where} refuses FOOTNOTE_CHROMA_TOKEN ({status}).")
    is_json = response.headers.get("content-type", "").startswith("application/json")
    if response.is_success or (is_json and b'"error"' in response.read()):
        return
    if status >= 500 or status == 429:
        raise TryAgain(f"The Chroma server at {where} cannot be reached (status {status}).")
    raise FixSettings(
        f"{where} does not answer as a Chroma server does (status {status}): FOOTNOTE_CHROMA_URL has to be the address "
        "of one of version 1, and what stands before it has to let requests of 40 MB through."
    )
