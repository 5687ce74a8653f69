import gzip
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.fetching import FetchError, Mark, fetch, is_public
from index.settings import IndexSettings
from tests.web import Page, Site, serve, settings_for

OPEN = settings_for()


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as served:
        yield served


def test_a_page_comes_with_its_mark_and_is_not_sent_again_while_it_holds(site: Site) -> None:
    site.put("/a", "<p>News</p>", ETag='"1"', Last_Modified="Mon, 24 Nov 2025 10:00:00 GMT")
    first = fetch(f"{site.url}/a", OPEN)
    assert first.content == b"<p>News</p>"
    assert (first.media_type, first.charset) == ("text/html", "utf-8")
    assert fetch(f"{site.url}/a", OPEN, first.mark).unchanged
    assert not fetch(f"{site.url}/a", OPEN, Mark('"0"')).unchanged


@pytest.mark.parametrize("status", [404, 410, 500, 503, 403, 299])
def test_another_status_than_200_is_an_error_that_names_it(site: Site, status: int) -> None:
    site.put("/a", "x", status)
    with pytest.raises(FetchError) as refusal:
        fetch(f"{site.url}/a", OPEN)
    assert refusal.value.status == status
    assert str(status) in str(refusal.value)


def test_redirects_are_followed_to_where_they_end_and_not_for_ever(site: Site) -> None:
    site.put("/old", "", 301, Location="/new")
    site.put("/new", "here")
    assert fetch(f"{site.url}/old", OPEN).url == f"{site.url}/new"
    site.put("/ping", "", 302, Location="/pong")
    site.put("/pong", "", 302, Location="/ping")
    with pytest.raises(FetchError, match="circle"):
        fetch(f"{site.url}/ping", OPEN)
    for number in range(20):
        site.put(f"/{number}", "", 302, Location=f"/{number + 1}")
    with pytest.raises(FetchError):
        fetch(f"{site.url}/0", OPEN)


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/a", "gopher://127.0.0.1/"]
)
def test_only_the_web_is_read_also_after_a_redirect(site: Site, target: str) -> None:
    site.put("/a", "", 302, Location=target)
    with pytest.raises(FetchError):
        fetch(f"{site.url}/a", OPEN)


def test_a_private_address_is_refused_by_default_and_nothing_is_asked_there(site: Site) -> None:
    port = site.url.rsplit(":", 1)[1]
    for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "0x7f.1"):
        with pytest.raises(FetchError):
            fetch(f"http://{host}:{port}/", IndexSettings())
    assert site.asked == []


@pytest.mark.parametrize("inner", ["127.0.0.2", "169.254.169.254", "[::ffff:10.0.0.1]"])
def test_a_redirect_into_the_network_is_refused(site: Site, inner: str) -> None:
    site.put("/a", "", 302, Location=f"http://{inner}/latest/meta-data/")
    with pytest.raises(FetchError, match="inside a network"):
        fetch(f"{site.url}/a", OPEN)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:4700::1111", True), ("10.1.2.3", False), ("192.168.0.1", False),
        ("172.20.0.1", False), ("100.64.0.1", False), ("::1", False), ("fe80::1%eth0", False), ("fd00::1", False),
        ("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False), ("2002:7f00:1::", False), ("224.0.0.1", False),
        ("169.254.169.254", False), ("::", False),
    ],
)  # fmt: skip
def test_what_belongs_to_the_public_internet(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_the_connection_goes_to_the_checked_address_under_the_names_own_host(site: Site) -> None:
    port = site.url.rsplit(":", 1)[1]
    site.put("/a", "x")
    fetch(f"http://localhost:{port}/a", OPEN)
    assert site.asked[-1][1]["host"] == f"localhost:{port}"


def test_a_large_page_is_refused_before_it_is_read(site: Site) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(200):
            yield b"x" * 1_000_000

    site.pages["/stated"] = Page(headers={"Content-Length": "200000000"}, chunks=endless)
    site.pages["/unstated"] = Page(chunks=endless)
    for path in ("/stated", "/unstated"):
        site.sent = 0
        with pytest.raises(FetchError, match="larger"):
            fetch(site.url + path, OPEN)
        assert site.sent < 60_000_000


def test_what_is_packed_is_unpacked_and_a_bomb_is_not(site: Site) -> None:
    site.put("/good", gzip.compress(b"<p>News</p>"), Content_Encoding="gzip")
    assert fetch(f"{site.url}/good", OPEN).content == b"<p>News</p>"
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    bomb = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(300)) + packer.flush()
    site.put("/bomb", bomb, Content_Encoding="gzip")
    with pytest.raises(FetchError, match="larger"):
        fetch(f"{site.url}/bomb", OPEN)
    site.put("/odd", b"xx", Content_Encoding="br")
    site.put("/broken", b"not gzip", Content_Encoding="gzip")
    for path in ("/odd", "/broken"):
        with pytest.raises(FetchError):
            fetch(site.url + path, OPEN)


def test_a_server_that_drips_is_given_up_in_time(site: Site) -> None:
    def drip() -> Iterator[bytes]:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            yield b"."
            time.sleep(0.05)

    site.pages["/slow"] = Page(chunks=drip)
    started = time.monotonic()
    with pytest.raises(FetchError):
        fetch(f"{site.url}/slow", settings_for(timeout_s=0.5))
    assert time.monotonic() - started < 5


def test_what_is_no_server_and_no_address_is_refused_in_one_line(tmp_path: Path) -> None:
    for url in (
        "http://127.0.0.1:1/",
        "http://no-such-host.invalid/",
        "http://[::1/",
        "http://u:p@127.0.0.1/",
        "http://",
    ):
        with pytest.raises(FetchError) as refusal:
            fetch(url, OPEN)
        assert "\n" not in str(refusal.value)
