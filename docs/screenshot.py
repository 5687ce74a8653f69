"""`make screenshot`: ask the bundled article in a real browser and save `docs/chat.png` and `docs/demo.png`."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

DOCS = Path(__file__).parent
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# What scrolls smoothly has arrived after this.
SETTLED_MS = 1500


def main() -> None:
    """Serve everything from an empty data folder and take the pictures."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", "--port", str(port)],
            cwd=DOCS.parent, env={**os.environ, "FOOTNOTE_DATA_DIR": folder},
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert server.stdout is not None
            server.stdout.readline()
            take(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()
            server.wait()


def take(address: str) -> None:
    """Save what a reader of the chat and of the demonstration page sees."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 820})
        page.goto(address)
        show_chat(page)
        page.screenshot(path=DOCS / "chat.png")
        page.set_viewport_size({"width": 1280, "height": 1180})
        page.goto(f"{address}/demo")
        show_demo(page)
        page.screenshot(path=DOCS / "demo.png")
        browser.close()


def show_chat(page: Page) -> None:
    """Ask in the chat and open the first footnote."""
    page.locator("#question textarea").fill("who controls G42?")
    page.keyboard.press("Enter")
    page.locator('#chat a[href^="#passage-"]').first.click()
    expect(page.locator("mark:target")).to_be_in_viewport()
    page.wait_for_timeout(SETTLED_MS)


def show_demo(page: Page) -> None:
    """Ask in the widget and follow the first footnote into the page."""
    page.locator(".launcher").click()
    page.locator("footnote-widget textarea").fill("How did Trump introduce Altman?")
    page.keyboard.press("Enter")
    page.locator("footnote-widget .tools").wait_for()
    page.locator("footnote-widget .mark").last.click()
    page.wait_for_timeout(SETTLED_MS)
    # The sentence stands on the first screen, below headline and drawing.
    page.evaluate("scrollTo(0, 0)")
    page.mouse.move(0, 0)


if __name__ == "__main__":
    main()
