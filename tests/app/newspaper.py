"""A newspaper's pages with the widget on them, and the real server that it asks."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
SEED = "altman-musk-trump"
ADMIN_TOKEN = "a token for tests"
# Each test has an address of its own, which the server believes, and so many questions a minute.
LIMIT = 12


@contextmanager
def serving(folder: Path, sources: list[Path], origins: list[str]) -> Iterator[str]:
    """Index the sources, serve them as a newsroom would, and yield the server's address."""
    environment = {
        **os.environ, "FOOTNOTE_DATA_DIR": str(folder / "data"),
        "FOOTNOTE_ALLOWED_ORIGINS": ",".join(origins), "FOOTNOTE_TRUSTED_PROXIES": "127.0.0.1",
        "FOOTNOTE_READER_LIMIT": f"{LIMIT}/minute", "FOOTNOTE_ADMIN_TOKEN": ADMIN_TOKEN,
    }  # fmt: skip
    subprocess.run(
        [sys.executable, "-m", "index", "add", *map(str, sources)],
        cwd=ROOT, env=environment, check=True, capture_output=True,
    )  # fmt: skip
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "app", "serve", "--port", str(port)],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        assert str(port) in server.stdout.readline()
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def page_html(body: str, server: str, tag: str = "", head: str = "", lang: str = "en") -> str:
    """Return an article page with the widget's script tag, whose attributes are `tag`."""
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Paper</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,">{head}</head><body>{body}'
        f'<script async src="{server}/widget.js" {tag}></script></body></html>'
    )


class Reader:
    """Somebody who reads a page and uses the widget on it, or the `nth` of several."""

    def __init__(self, page: Page, nth: int = 0) -> None:
        self.page = page
        self.widget: Locator = page.locator("footnote-widget").nth(nth)
        self.launcher = self.widget.locator(".launcher")
        self.panel = self.widget.locator(".panel")
        self.question = self.widget.locator("textarea")
        self.marks = self.widget.locator(".mark")
        self.turns = self.widget.locator(".turn")

    def open(self) -> "Reader":
        """Open the widget."""
        self.launcher.click()
        self.question.wait_for()
        return self

    def ask(self, question: str) -> Locator:
        """Ask, wait until the answer is complete, and return the turn."""
        turn = self.turns.nth(self.turns.count())
        self.question.fill(question)
        self.question.press("Enter")
        turn.locator(".tools, .problem, .abstained").first.wait_for()
        return turn

    def highlighted(self) -> str:
        """Return the words that are highlighted on the page, "" where there are none."""
        return str(self.page.evaluate(
            "() => [...(CSS.highlights.get('footnote') ?? [])].map(String).join('|')"
        ))  # fmt: skip
