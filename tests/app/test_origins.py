from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount

from app.origins import Origins
from tests.server import serving

ALLOWED = "https://news.example"
INNER = {
    "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Methods": "DELETE",
}  # fmt: skip
OTHERS = [
    "https://evil.example", "http://news.example", "https://news.example:8443", "null", "*", "",
    "https://news.example.evil.example", "https://sub.news.example", "HTTPS://NEWS.EXAMPLE", "https://news.example/",
]  # fmt: skip


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A site whose inner application lets everybody in, as Gradio does."""
    inner = Starlette(routes=[Mount("/", PlainTextResponse("hello", headers=INNER))])
    with serving(Origins(inner, frozenset({ALLOWED}))) as found:
        yield found


@pytest.mark.parametrize("path", ["/api/ask", "/gradio_api/queue/join", "/", "/widget.js"])
@pytest.mark.parametrize("origin", OTHERS)
def test_another_sites_page_is_refused_everywhere(address: str, path: str, origin: str) -> None:
    for method in ("GET", "POST", "OPTIONS"):
        response = httpx.request(method, address + path, headers={"origin": origin})
        assert response.status_code == 403
        assert response.headers["content-type"] == "application/problem+json"
        assert not cors(response)


def test_an_allowed_page_may_read_the_answer_and_no_other_header_is_left(address: str) -> None:
    response = httpx.post(f"{address}/api/ask", headers={"origin": ALLOWED})
    assert response.text == "hello"
    assert cors(response) == {
        "access-control-allow-origin": ALLOWED,
        "access-control-expose-headers": "retry-after, x-request-id",
    }
    assert "Origin" in response.headers["vary"]


def test_a_browser_that_asks_first_hears_exactly_what_is_allowed(address: str) -> None:
    asks = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}  # fmt: skip
    response = httpx.options(f"{address}/api/ask", headers={"origin": ALLOWED, **asks})
    assert response.status_code == 204
    found = cors(response)
    assert found["access-control-allow-origin"] == ALLOWED
    assert found["access-control-allow-methods"] == "GET, POST"
    assert found["access-control-allow-headers"] == "content-type"
    assert "access-control-allow-credentials" not in found
    refused = httpx.options(
        f"{address}/api/ask", headers={"origin": "https://evil.example", **asks}
    )
    assert refused.status_code == 403


def test_the_own_page_and_a_program_need_no_permission(address: str) -> None:
    for headers in ({"origin": address}, {}, {"sec-fetch-site": "same-origin"}):
        response = httpx.post(f"{address}/api/ask", headers=headers)
        assert response.text == "hello"
        assert not cors(response)


def test_a_page_that_does_not_name_itself_cannot_put_work_on_us(address: str) -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    assert httpx.get(f"{address}/api/articles/a", headers=headers).status_code == 403
    assert httpx.get(f"{address}/widget.js", headers=headers).status_code == 200


def test_two_origins_are_one_too_many(address: str) -> None:
    headers = [("origin", ALLOWED), ("origin", "https://evil.example")]
    assert httpx.get(address, headers=headers).status_code == 403


def cors(response: httpx.Response) -> dict[str, str]:
    return {k: v for k, v in response.headers.items() if k.startswith("access-control-")}
