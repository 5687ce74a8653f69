"""What the newsroom's own systems call."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.answering import Assistant
from app.evidence import EvidenceModel
from index.article import Article
from index.language import Language
from index.models import Embedder, Reranker
from index.publishing import publish
from index.store import ArticleStore
from tests.server import serving, site_of
from tests.web import serve

TOKEN = "correct horse"
BEARER = {"authorization": f"Bearer {TOKEN}"}
PORT: dict[str, Any] = {
    "title": "Port sold",
    "url": "https://news.example/port",
    "published": "2026-11-24",
    "text": "The port was sold to Acme on Monday for $US4m.\nThe mayor called the price fair.",
    "sections": [{"heading": "A fair price", "start": 47, "end": 79}],
}


@pytest.fixture(scope="module")
def own(
    tmp_path_factory: pytest.TempPathFactory, language: Language, embedder: Embedder,
    reranker: Reranker, seed_article: Article,
) -> Assistant:  # fmt: skip
    store = ArticleStore(tmp_path_factory.mktemp("newsroom"), embedder.digest)
    publish(seed_article, "/a/secret/path.md", store, embedder, language)
    return Assistant(store, language, embedder, reranker, EvidenceModel.load())


@pytest.fixture(scope="module")
def http(own: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    site = site_of(own, tmp_path_factory.mktemp("site"), reader_limit="off", admin_token=TOKEN)
    with serving(site) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def put(http: httpx.Client, body: Any, article_id: str = "port") -> httpx.Response:
    return http.put(f"/api/articles/{article_id}", json=body, headers=BEARER)


def said(http: httpx.Client, question: str) -> str:
    body = {"question": question, "article": "port"}
    return str(http.post("/api/ask", json=body).json()["answer"])


def test_publish_correct_and_withdraw(http: httpx.Client) -> None:
    assert put(http, PORT).status_code == 201
    assert "$US4m" in said(http, "How much was the port sold for?")
    found = http.get("/api/articles", params={"url": "https://news.example/port/#top"}).json()
    assert [article["id"] for article in found] == ["port"]
    corrected = {**PORT, "text": PORT["text"].replace("$US4m", "$US5m")}
    assert put(http, corrected).status_code == 200
    assert "$US5m" in said(http, "How much was the port sold for?")
    assert http.delete("/api/articles/port", headers=BEARER).status_code == 204
    assert http.get("/api/articles/port").status_code == 404
    asked = http.post("/api/ask", json={"question": "How much?", "article": "port"})
    assert asked.status_code == 404
    assert http.delete("/api/articles/port", headers=BEARER).status_code == 404


def test_what_show_prints_can_be_put_and_read_again_by_the_newsroom_alone(
    http: httpx.Client,
) -> None:
    put(http, PORT)
    whole = http.get("/api/articles/port", headers=BEARER).json()
    assert whole["text"] == PORT["text"]
    assert put(http, whole).json()["version"] == whole["version"]
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": TOKEN}):
        assert "text" not in http.get("/api/articles/port", headers=headers).json()


def test_where_there_are_several_articles_one_has_to_be_named(http: httpx.Client) -> None:
    put(http, PORT)
    response = http.post("/api/ask", json={"question": "who?", "article": None})
    assert response.status_code == 422
    assert "altman" not in response.text


def test_an_id_of_another_source_is_a_conflict_that_tells_no_path(http: httpx.Client) -> None:
    response = put(http, PORT, "altman-musk-trump")
    assert response.status_code == 409
    assert "secret" not in response.text


@pytest.mark.parametrize(
    ("authorization", "status"),
    [("", 401), ("Bearer", 401), ("Bearer wrong", 401), (f"Basic {TOKEN}", 401), ("Bearer ü", 401)],
)
def test_only_the_token_opens(http: httpx.Client, authorization: str, status: int) -> None:
    headers = [(b"authorization", authorization.encode())]
    for method in ("PUT", "DELETE"):
        response = http.request(method, "/api/articles/port", content=b"{", headers=headers)
        assert response.status_code == status
        assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b"{"),
        (400, b'{"title": "\xff"}'),
        (422, b"{}"),
        (422, b'{"title": "Port", "text": ""}'),
        (422, b'{"title": "Port", "text": " \\n "}'),
        (422, b'{"title": "Port", "text": "sold", "sections": [{"heading": "h", "start": 2, "end": 9}]}'),
        (422, b'{"title": "Port", "text": "sold", "sections": [{"heading": "h", "start": 2, "end": 1}]}'),
        (422, b'{"title": 5, "text": "sold"}'),
        (400, b'{"title": "Port", "text": "\\ud800"}'),
        (422, b'{"title": "Port", "text": "sold", "id": "other"}'),
        (422, b'{"title": "Port", "text": "sold", "version": "0000000000000000000000000000000000000000000000000000000000000000"}'),
        (422, b'{"title": "Port", "text": "sold", "colour": "red"}'),
        (422, b'{"url": "file:///etc/passwd"}'),
    ],
)  # fmt: skip
def test_what_is_no_article_is_a_problem(http: httpx.Client, status: int, body: bytes) -> None:
    kind = {"content-type": "application/json"}
    response = http.put("/api/articles/bad", content=body, headers={**BEARER, **kind})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert http.get("/api/articles/bad").status_code == 404
    assert http.put("/api/articles/bad", content=body, headers=BEARER).status_code == 415


def test_without_a_token_the_routes_do_not_exist(own: Assistant, tmp_path: Path) -> None:
    with serving(site_of(own, tmp_path)) as address:
        for method in ("PUT", "DELETE"):
            for headers in ({}, BEARER, {"authorization": "Bearer"}):
                response = httpx.request(
                    method, f"{address}/api/articles/altman-musk-trump", headers=headers, json=PORT
                )
                assert response.status_code == 404
        paths = httpx.get(f"{address}/openapi.json").json()["paths"]
        assert set(paths["/api/articles/{id}"]) == {"get"}


def test_a_page_is_read_from_its_address_inside_allowed_networks_only(
    own: Assistant, tmp_path: Path
) -> None:
    story = next((Path(__file__).parent.parent / "pages").glob("*.html")).read_text("utf-8")
    with serve() as newspaper:
        newspaper.put("/story", story, content_type="text/html; charset=utf-8")
        body = {"url": f"{newspaper.url}/story"}
        for allowed, status in (("", 422), ("127.0.0.1 ::1", 201)):
            site = site_of(own, tmp_path, admin_token=TOKEN, allow_private=allowed)
            with serving(site) as address, httpx.Client(base_url=address, timeout=60) as client:
                response = put(client, body, "read")
                assert response.status_code == status, response.text
                if status == 201:
                    assert response.json()["id"] == "read"
                    assert client.delete("/api/articles/read", headers=BEARER).status_code == 204
                missing = put(client, {"url": f"{newspaper.url}/missing"}, "read")
                assert missing.status_code == 422
