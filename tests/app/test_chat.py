"""The chat in a real browser, served as `python -m app chat` serves it."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from app.answering import Assistant
from index.followed import Feed, save, unfollow
from index.ingest import from_text
from index.language import Language
from index.models import Embedder
from index.publishing import publish
from index.store import ArticleStore
from tests.browser import CHROMIUM, FLAGS, needs_browser
from tests.model_server import scripted

ROOT = Path(__file__).parents[2]
pytestmark = needs_browser
ARTICLES = {
    "jobs": "Jobs at the harbour\nSome 70 people work at the harbour of Port Sorrel.\nTom Ashby runs it.",
    "sold": "Harbour sold\nAcme bought the harbour of Port Sorrel, where 40 people work.\nIt rained.",
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("chat")


@contextmanager
def chatting(data: Path, **settings: str) -> Iterator[str]:
    """Serve the chat over what is in a data folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "app", "chat", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "FOOTNOTE_DATA_DIR": str(data), **settings},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    assert str(port) in server.stdout.readline()
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def opened(address: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        # A machine that runs other things beside the tests takes its time.
        expect.set_options(timeout=20_000)
        page.goto(address)
        yield page
        browser.close()


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    with chatting(data) as served:
        yield served


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    with opened(address) as page:
        yield page


@pytest.fixture
def phone(page: Page) -> Page:
    page.set_viewport_size({"width": 390, "height": 844})
    return page


def ask(page: Page, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")


def test_a_footnote_highlights_its_passage_in_the_article(page: Page) -> None:
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    ask(page, "who controls G42?")
    expect(page.locator("#article mark").first).to_be_visible()
    page.locator('#chat a[href^="#passage-"]').first.click()
    expect(page.locator("mark:target")).to_be_in_viewport()
    expect(page.locator("mark:target")).to_have_text(re.compile("Sheikh Tahnoun"))
    assert not [url for url in requested if "127.0.0.1" not in url]
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]


def test_what_the_article_does_not_say_has_no_footnote_mark(page: Page) -> None:
    ask(page, "banana bread recipe without eggs")
    expect(page.locator("#chat .abstained")).to_be_visible()
    expect(page.locator("#chat").get_by_text("[1]", exact=True)).to_have_count(0)
    expect(page.locator("#article mark.related").first).to_be_attached()
    expect(page.locator("#article mark:not(.related)")).to_have_count(0)
    expect(page.locator(".suggestion").first).to_be_visible()


def test_a_feed_that_nobody_reads_is_told_until_it_is_read_again(page: Page, data: Path) -> None:
    expect(page.locator("#article h1")).to_be_visible()
    expect(page.locator("#stale .notice")).to_have_count(0)
    save(data, Feed("https://news.example/feed.xml", last_read="2026-11-01T10:00:00+00:00"))
    page.reload()
    expect(page.locator("#stale .notice")).to_contain_text("news.example")
    unfollow(data, "https://news.example/feed.xml")
    ask(page, "who controls G42?")
    expect(page.locator('#chat a[href^="#passage-"]').first).to_be_visible()
    expect(page.locator("#stale .notice")).to_have_count(0)


def test_a_suggestion_is_asked_by_a_click_and_answered(page: Page) -> None:
    page.locator(".suggestion").first.click()
    expect(page.locator('#chat a[href^="#passage-"]').first).to_be_visible()
    expect(page.locator("#chat .abstained")).to_have_count(0)


def test_a_question_that_cannot_be_taken_is_a_notice_and_the_chat_goes_on(page: Page) -> None:
    ask(page, "why " * 3000)
    expect(page.locator("#chat .notice")).to_be_visible()
    assert len(page.locator("#chat .user").inner_text()) < 1000
    ask(page, "who controls G42?")
    expect(page.locator("#chat")).to_contain_text("Sheikh Tahnoun")


def test_after_stop_the_next_question_is_answered(page: Page) -> None:
    ask(page, "why did the Abu Dhabi announcement slip a week")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#chat")).to_contain_text("Stopped")
    expect(page.get_by_role("button", name="Ask")).to_be_visible()
    ask(page, "who controls G42?")
    expect(page.locator("#chat")).to_contain_text("Sheikh Tahnoun")


def test_while_the_model_writes_a_footnote_opens_its_passage_and_stop_ends_the_answer(
    data: Path, assistant: Assistant
) -> None:
    asked = "who controls G42?"
    quotes = assistant.ask(asked)
    best = quotes.citations[-1]
    number = 1 + [c["chunk_id"] for c in quotes.trace["retrieved"]].index(best.chunk_id)
    seen = threading.Event()

    def waiting(body: Any, handler: Any) -> None:
        handler.begin()
        handler.piece(f"{best.quote.rstrip('.')} [{number}]. And ")
        assert seen.wait(60)
        handler.piece("so on.")
        handler.done()

    with (
        scripted(waiting) as model,
        chatting(data, FOOTNOTE_LLM="openai:any", FOOTNOTE_LLM_BASE_URL=model.url, OPENAI_API_KEY="x") as served,
        opened(served) as page,
    ):  # fmt: skip
        expect(page.locator("#article h1")).to_be_visible()
        ask(page, asked)
        page.locator('#chat a[href^="#passage-"]').first.click()
        expect(page.locator("mark:target")).to_have_text(best.quote)
        page.get_by_role("button", name="Stop").click()
        expect(page.locator("#chat")).to_contain_text("Stopped")
        expect(page.locator("#chat")).to_contain_text(best.quote)
        expect(page.get_by_role("button", name="Ask")).to_be_visible()
        assert not seen.is_set()
        seen.set()
        expect(page.locator("#verdict")).to_be_hidden()
        ask(page, asked)
        expect(page.locator("#verdict")).to_be_visible()


def test_a_verdict_with_its_reason_is_kept_without_quotes(page: Page, data: Path) -> None:
    ask(page, "who controls G42?")
    page.get_by_role("button", name="Not helpful").click()
    page.locator("#reason textarea").fill("too short")
    page.keyboard.press("Enter")
    expect(page.locator("#thanks")).to_be_visible()
    (line,) = (data / "feedback.jsonl").read_text("utf-8").splitlines()
    kept = json.loads(line)
    assert (kept["verdict"], kept["reason"]) == ("down", "too short")
    assert kept["question"] == "who controls G42?"
    assert kept["spans"]
    assert "Tahnoun" not in line


def test_an_answer_can_be_copied_with_its_sources(page: Page) -> None:
    ask(page, "who controls G42?")
    page.get_by_role("button", name="Copy answer with sources").click()
    copied = page.locator("#copy textarea").input_value()
    assert "[1]" in copied
    assert "The Patient Guest" in copied


def test_on_a_phone_a_footnote_opens_the_article_and_the_tab_leads_back(phone: Page) -> None:
    expect(phone.locator("#article-pane")).to_be_hidden()
    ask(phone, "why did the Abu Dhabi announcement slip a week")
    phone.locator('#chat a[href^="#passage-"]').first.click()
    expect(phone.locator("mark:target")).to_be_in_viewport()
    expect(phone.locator("#chat-pane")).to_be_hidden()
    expect(phone.locator("#tabs").get_by_role("link", name="Chat")).to_be_in_viewport()
    phone.locator("#tabs").get_by_role("link", name="Chat").click()
    expect(phone.locator("#chat-pane")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_page_runs_under_its_policy_and_by_keyboard(page: Page) -> None:
    violations: list[str] = []
    page.on("console", lambda message: violations.append(message.text))
    response = page.reload()
    assert response is not None
    policy = response.headers["content-security-policy"]
    assert "unsafe-eval" not in policy
    assert "default-src 'none'" in policy
    ask(page, "who controls G42?")
    link = page.locator('#chat a[href^="#passage-"]').first
    link.focus()
    assert link.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("mark:target")).to_be_in_viewport()
    assert not [text for text in violations if "Content Security Policy" in text]


def test_hostile_text_is_shown_as_text(page: Page) -> None:
    ask(page, "<img src=x onerror=alert(1)> **who** [runs](http://example.org) OpenAI?")
    expect(page.locator("#chat .user").last).to_contain_text("<img src=x onerror=alert(1)> **who**")
    expect(page.locator("#chat .user img")).to_have_count(0)
    expect(page.locator('#chat a[href="http://example.org"]')).to_have_count(0)


def test_all_articles_are_asked_at_once_and_a_footnote_opens_the_one_that_says_so(
    page: Page, tmp_path: Path, language: Language, embedder: Embedder
) -> None:
    store = ArticleStore(tmp_path, embedder.digest)
    for name, text in ARTICLES.items():
        publish(from_text(text, name), name, store, embedder, language)
    with chatting(tmp_path) as served:
        page.goto(served)
        expect(page.locator("#article")).to_contain_text("Tom Ashby")
        page.get_by_label("All articles").click()
        expect(page.locator("#article")).to_contain_text("Harbour sold")
        ask(page, "How many people work at the harbour?")
        expect(page.locator("#chat")).to_contain_text("differ")
        # What is chosen looks chosen, also without the focus.
        fills = [
            one.evaluate("e => getComputedStyle(e).backgroundColor")
            for one in page.locator("#scope input").all()
        ]
        assert len(set(fills)) == 2
        for number, title in (("40", "Harbour sold"), ("70", "Jobs at the harbour")):
            page.locator("#chat ol a", has_text=title).first.click()
            expect(page.locator("mark:target")).to_contain_text(number)
        ask(page, "banana bread recipe without eggs")
        expect(page.locator("#chat .abstained")).to_be_visible()
        page.get_by_label("This article").click()
        expect(page.locator("#chat .abstained")).to_have_count(0)
        ask(page, "How many people work at the harbour?")
        expect(page.locator("#chat ol a").first).to_be_visible()
        expect(page.locator("#chat")).not_to_contain_text("differ")
