import gzip
from collections.abc import Iterator

import httpx
import pytest

from app.answering import Assistant
from tests.server import serving, site_of


@pytest.fixture(scope="module")
def http(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    site = site_of(assistant, tmp_path_factory.mktemp("site"))
    with serving(site) as address, httpx.Client(base_url=address) as client:
        yield client


def test_a_file_is_kept_by_browsers_and_not_sent_twice(http: httpx.Client) -> None:
    first = http.get("/docs/start.js")
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "max-age" in first.headers["cache-control"]
    again = http.get("/docs/start.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = http.get("/docs/start.js", headers={"if-none-match": '"other"'})
    assert other.content == first.content


def test_a_file_is_packed_for_browsers_that_take_that(http: httpx.Client) -> None:
    with http.stream("GET", "/docs/swagger-ui.css", headers={"accept-encoding": "gzip"}) as packed:
        body = b"".join(packed.iter_raw())
    assert packed.headers["content-encoding"] == "gzip"
    plain = http.get("/docs/swagger-ui.css", headers={"accept-encoding": "identity"})
    assert gzip.decompress(body) == plain.content
    assert "Accept-Encoding" in plain.headers["vary"]
