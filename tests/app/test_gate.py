import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from app.admin import AdminToken
from app.connection import BoundedConnection
from app.gate import MAX_BODY_BYTES, Gate
from tests.server import serving

BEARER = {"authorization": "Bearer correct horse"}


class Hasty(BoundedConnection):
    patience_s = 0.3


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the body's length; `/never` does not answer."""
    if scope["path"] == "/never":
        while (await receive())["type"] != "http.disconnect":
            pass
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    token = AdminToken(SecretStr("correct horse"))
    gate = Gate(
        Starlette(routes=[Mount("/", echo)]),
        token,
        timeout_s=0.2,
        body_timeout_s=0.5,
        sending_s=0.1,
    )
    with serving(gate, Hasty) as found:
        yield found


@pytest.fixture
def line(address: str) -> Iterator[socket.socket]:
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=20) as opened:
        yield opened


def status_of(response: bytes) -> int:
    return int(response.split(b" ")[1])


@pytest.mark.parametrize("length", [0, 1, MAX_BODY_BYTES])
def test_a_body_arrives_whole(address: str, length: int) -> None:
    assert httpx.post(address, content=b"a" * length).text == str(length)


@pytest.mark.parametrize("length", [MAX_BODY_BYTES + 1, 5_000_000])
def test_a_large_body_is_refused_but_for_the_newsroom(address: str, length: int) -> None:
    response = httpx.post(address, content=b"a" * length)
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"
    allowed = httpx.post(address, content=b"a" * length, headers=BEARER)
    assert allowed.text == str(length)
    assert httpx.post(address, content=b"a" * length, headers={"authorization": "Bearer x"}).status_code == 413  # fmt: skip


def test_a_body_of_no_stated_length_is_bounded_too(address: str) -> None:
    chunks = (b"a" * 50_000 for _ in range(20))
    assert httpx.post(address, content=chunks).status_code == 413


def test_a_body_that_trickles_in_is_given_up(line: socket.socket) -> None:
    line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nab")
    started = time.monotonic()
    assert status_of(line.recv(4096)) == 408
    while line.recv(4096):
        pass
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("sent", [b"", b"POST /", b"GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n"])
def test_headers_that_do_not_come_close_the_connection(line: socket.socket, sent: bytes) -> None:
    line.sendall(sent)
    assert line.recv(4096) == b""


def test_a_second_request_on_a_connection_is_bounded_too(line: socket.socket) -> None:
    line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert status_of(line.recv(4096)) == 200
    line.sendall(b"GET / HTTP/1.1\r\n")
    assert line.recv(4096) == b""


def test_an_answer_that_does_not_come_is_a_problem(address: str) -> None:
    response = httpx.get(f"{address}/never")
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0


def test_what_is_no_http_is_refused_without_a_word_of_ours(line: socket.socket) -> None:
    line.sendall(b"\x16\x03\x01\x02\x00\r\n\r\n")
    answer = line.recv(4096)
    assert status_of(answer) == 400
    assert b"Traceback" not in answer
