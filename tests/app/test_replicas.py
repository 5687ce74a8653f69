"""Two servers that share nothing but a Chroma server: what one publishes the other answers with."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from app.answering import Assistant
from app.evidence import EvidenceModel
from app.problems import AWAY
from index.language import Language
from index.models import Embedder, Reranker
from index.store import ArticleStore
from tests.browser import CHROMIUM, FLAGS, needs_browser
from tests.chroma import Chroma, chroma
from tests.running import served
from tests.server import serving, site_of

# A machine that runs other things beside the tests takes its time.
WAIT_MS = 20_000
TOKEN = "correct horse"
QUESTION = "How much was the port sold for?"
PORT: dict[str, Any] = {
    "title": "Port sold",
    "url": "https://news.example/port",
    "published": "2026-11-24",
    "text": "The port was sold to Acme on Monday for $US4m.\nThe mayor called the price fair.",
}
CORRECTED = {**PORT, "text": PORT["text"].replace("$US4m", "$US5m")}


@dataclass
class Replicas:
    """Two replicas' clients and the Chroma server that they share."""

    server: Chroma
    one: httpx.Client
    other: httpx.Client


@pytest.fixture(scope="module")
def replicas(
    tmp_path_factory: pytest.TempPathFactory,
    language: Language,
    embedder: Embedder,
    reranker: Reranker,
) -> Iterator[Replicas]:
    folder = tmp_path_factory.mktemp("replicas")
    evidence = EvidenceModel.load()
    with chroma(folder / "chroma") as server:
        sites = [
            site_of(
                Assistant(
                    ArticleStore(server.place, embedder.digest), language, embedder, reranker, evidence
                ),
                folder / name, reader_limit="off", admin_token=TOKEN,
            )
            for name in ("one", "other")
        ]  # fmt: skip
        with (
            serving(sites[0]) as here,
            serving(sites[1]) as there,
            httpx.Client(base_url=here, timeout=60) as one,
            httpx.Client(base_url=there, timeout=60) as other,
        ):
            yield Replicas(server, one, other)
        assert not (folder / "one").exists()


def put(replica: httpx.Client, article: dict[str, Any]) -> int:
    bearer = {"authorization": f"Bearer {TOKEN}"}
    return replica.put("/api/articles/port", json=article, headers=bearer).status_code


def ask(replica: httpx.Client, **headers: str) -> httpx.Response:
    return replica.post("/api/ask", json={"question": QUESTION, "article": "port"}, headers=headers)


def test_what_one_publishes_corrects_and_withdraws_the_other_knows_at_once(
    replicas: Replicas,
) -> None:
    one, other = replicas.one, replicas.other
    assert put(one, PORT) == 201
    assert "$US4m" in ask(other).json()["answer"]
    assert "$US4m" in ask(one).json()["answer"]
    assert put(one, CORRECTED) == 200
    assert "$US5m" in ask(other).json()["answer"]
    assert other.get("/readyz").json()["articles"] == 1
    bearer = {"authorization": f"Bearer {TOKEN}"}
    assert other.delete("/api/articles/port", headers=bearer).status_code == 204
    assert ask(one).status_code == 404
    found = one.get("/api/articles", params={"url": PORT["url"]})
    assert found.json() == []


def test_while_the_server_is_away_there_is_a_problem_and_afterwards_none(
    replicas: Replicas,
) -> None:
    one, other = replicas.one, replicas.other
    put(one, PORT)
    before = [ask(replica).json()["answer"] for replica in (one, other)]
    replicas.server.kill()
    for replica in (one, other):
        for response in (
            ask(replica),
            ask(replica, accept="text/event-stream"),
            replica.get("/readyz"),
            replica.get("/api/articles/port"),
            replica.get("/api/articles/port/suggestions"),
            replica.get("/api/articles", params={"url": PORT["url"]}),
        ):
            assert response.status_code == 503
            assert int(response.headers["retry-after"]) > 0
            assert response.headers["content-type"] == "application/problem+json"
            assert str(replicas.server.port) not in response.text
        assert put(replica, CORRECTED) == 503
        assert replica.get("/healthz").status_code == 200
    replicas.server.start()
    assert [ask(replica).json()["answer"] for replica in (one, other)] == before
    assert put(other, CORRECTED) == 200
    assert "$US5m" in ask(one).json()["answer"]


@needs_browser
def test_the_chat_says_so_while_the_server_is_away_and_goes_on_afterwards(tmp_path: Path) -> None:
    with (
        chroma(tmp_path / "chroma") as server,
        served(tmp_path / "data", FOOTNOTE_CHROMA_URL=server.url) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page, late = browser.new_page(), browser.new_page()
        page.goto(address)
        expect(page.locator("#article h1")).to_be_visible(timeout=WAIT_MS)
        server.kill()
        say(page, "Who controls G42?")
        expect(page.locator("#chat")).to_contain_text(AWAY, timeout=WAIT_MS)
        late.goto(address)
        expect(late.locator("body")).to_contain_text(AWAY, timeout=WAIT_MS)
        server.start()
        say(page, "Who controls G42?")
        expect(page.locator("#chat")).to_contain_text("Sheikh Tahnoun", timeout=WAIT_MS)
        browser.close()
        assert not (tmp_path / "data").exists()


def say(page: Page, question: str) -> None:
    field = page.locator("#question textarea")
    field.fill(question)
    field.press("Enter")
