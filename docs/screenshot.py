"""`make screenshot`: ask the bundled article in a real browser and save `docs/chat.png`."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

DOCS = Path(__file__).parent
QUESTION = "who controls G42?"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main() -> None:
    """Serve the chat from an empty data folder, ask, open the first footnote, take the picture."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [sys.executable, "-m", "app", "chat", "--port", str(port)],
            cwd=DOCS.parent, env={**os.environ, "FOOTNOTE_DATA_DIR": folder},
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert server.stdout is not None
            server.stdout.readline()
            take(f"http://127.0.0.1:{port}/")
        finally:
            server.terminate()
            server.wait()


def take(address: str) -> None:
    """Ask the question on the page and save what a reader sees."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 820})
        page.goto(address)
        page.locator("#question textarea").fill(QUESTION)
        page.keyboard.press("Enter")
        page.locator('#chat a[href^="#passage-"]').first.click()
        expect(page.locator("mark:target")).to_be_in_viewport()
        page.wait_for_timeout(1000)
        page.screenshot(path=DOCS / "chat.png")
        browser.close()


if __name__ == "__main__":
    main()
