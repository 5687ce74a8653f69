"""The chat in a real browser, served as `python -m app chat` serves it."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"),
    reason="no Chromium: apt-get install chromium (in CI a missing browser fails)",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "app", "chat", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "FOOTNOTE_DATA_DIR": str(tmp_path_factory.mktemp("chat"))},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    assert str(port) in server.stdout.readline()
    yield f"http://127.0.0.1:{port}/"
    server.terminate()
    server.wait()


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_page(viewport={"width": 1280, "height": 900})
        opened.goto(address)
        yield opened
        browser.close()


def ask(page: Page, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")


def test_a_footnote_highlights_its_passage_in_the_article(page: Page) -> None:
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    ask(page, "why did the Abu Dhabi announcement slip a week")
    expect(page.locator("#article mark").first).to_be_visible()
    page.locator('#chat a[href^="#passage-"]').first.click()
    expect(page.locator("mark:target")).to_be_in_viewport()
    expect(page.locator("mark:target")).to_have_text(re.compile("took the announcement back"))
    assert not [url for url in requested if "127.0.0.1" not in url]
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]


def test_what_the_article_does_not_say_has_no_footnote_mark(page: Page) -> None:
    ask(page, "banana bread recipe without eggs")
    expect(page.locator("#chat strong").last).to_be_visible()
    expect(page.locator("#chat").get_by_text("[1]", exact=True)).to_have_count(0)
