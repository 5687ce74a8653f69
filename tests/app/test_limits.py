import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.limits import MEMORY, OFF, Limits, network
from app.problems import Problem
from index.errors import FixSettings
from tests.server import wait_until

REDIS = shutil.which("redis-server")


def refused(limits: Limits, address: str, article: str = "a") -> Problem:
    with pytest.raises(Problem) as found:
        limits.ask(address, article)
    return found.value


def test_a_reader_is_limited_and_another_is_not() -> None:
    limits = Limits(MEMORY, "2/minute", OFF)
    for _ in range(2):
        limits.ask("192.0.2.1", "a")
    problem = refused(limits, "192.0.2.1", "b")
    assert (problem.status, problem.limit) == (429, "reader")
    assert 1 <= int(problem.headers["Retry-After"]) <= 60
    limits.ask("192.0.2.2", "a")


def test_an_article_is_limited_whoever_asks() -> None:
    limits = Limits(MEMORY, OFF, "2/day")
    limits.ask("192.0.2.1", "a")
    limits.ask("192.0.2.2", "a")
    assert refused(limits, "192.0.2.3").limit == "article"
    limits.ask("192.0.2.3", "b")


def test_cheap_calls_have_a_wider_limit() -> None:
    limits = Limits(MEMORY, "1/minute", OFF)
    for _ in range(10):
        limits.call("192.0.2.1")
    with pytest.raises(Problem):
        limits.call("192.0.2.1")
    limits.ask("192.0.2.1", "a")


def test_one_network_of_ipv6_addresses_is_one_reader() -> None:
    limits = Limits(MEMORY, "1/minute", OFF)
    limits.ask("2001:db8::1", "a")
    assert refused(limits, "2001:db8::ffff").limit == "reader"
    limits.ask("2001:db8:0:1::1", "a")
    assert network("::ffff:192.0.2.1") == network("192.0.2.1")


@given(st.text())
def test_whatever_a_proxy_calls_an_address_is_a_short_name(address: str) -> None:
    assert len(network(address)) <= 64


@pytest.mark.parametrize(
    ("url", "reader"),
    [(MEMORY, "often"), (MEMORY, ""), (MEMORY, "5/fortnight"), ("bogus://", OFF), ("async+memory://", OFF)],
)  # fmt: skip
def test_a_limit_that_cannot_be_read_is_one_line(url: str, reader: str) -> None:
    with pytest.raises(FixSettings, match="FOOTNOTE_"):
        Limits(url, reader, OFF)


def test_without_its_store_a_server_still_counts() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        limits = Limits(f"redis://127.0.0.1:{free.getsockname()[1]}", "1/minute", OFF)
        limits.ask("192.0.2.1", "a")
        assert refused(limits, "192.0.2.1").status == 429


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    if REDIS is None and not os.environ.get("CI"):
        pytest.skip("no redis-server: apt-get install redis-server")
    assert REDIS is not None, "in CI a missing redis-server fails"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [REDIS, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    wait_until(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0)
    yield f"redis://127.0.0.1:{port}"
    server.terminate()
    server.wait()


def test_two_servers_share_their_counts_in_redis(redis: str) -> None:
    one, other = Limits(redis, "2/minute", OFF), Limits(redis, "2/minute", OFF)
    one.ask("192.0.2.1", "a")
    other.ask("192.0.2.1", "a")
    assert refused(one, "192.0.2.1").status == 429
    assert refused(other, "192.0.2.1").status == 429
