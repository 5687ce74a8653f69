"""The site as a whole: in a thread without the chat, and as `python -m app serve` runs it."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import expect, sync_playwright

from app.answering import Assistant
from tests.browser import CHROMIUM, FLAGS, needs_browser
from tests.server import serving, site_of, wait_until

ROOT = Path(__file__).parents[2]
QUESTION = {"question": "who controls G42?"}
STREAM = {"accept": "text/event-stream"}
# The page, the server and the browser share two cores here.
PATIENCE_MS = 30_000
UNANSWERABLE = "what would a secret zebra ask about"


def ask(address: str, **headers: str) -> httpx.Response:
    return httpx.post(f"{address}/api/ask", json=QUESTION, headers=headers, timeout=60)


def figure(address: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", httpx.get(f"{address}/metrics").text, re.M)
    return float(found.group(1)) if found else 0.0


def test_a_forwarded_address_counts_only_from_a_trusted_proxy(
    assistant: Assistant, tmp_path: Path
) -> None:
    with serving(site_of(assistant, tmp_path, reader_limit="1/hour")) as address:
        assert ask(address, **{"x-forwarded-for": "192.0.2.1"}).status_code == 200
        forged = ask(address, **{"x-forwarded-for": "192.0.2.2"})
        assert forged.status_code == 429
        assert 0 < int(forged.headers["retry-after"]) <= 3600
        assert figure(address, 'footnote_limits_hit_total{limit="reader"}') == 1
    trusting = site_of(assistant, tmp_path, reader_limit="1/hour", trusted_proxies="127.0.0.0/8")
    with serving(trusting) as address:
        assert ask(address, **{"x-forwarded-for": "192.0.2.1"}).status_code == 200
        assert ask(address, **{"x-forwarded-for": "192.0.2.2"}).status_code == 200
        # What the reader wrote stands left of what the proxy added.
        assert ask(address, **{"x-forwarded-for": "192.0.2.9, 192.0.2.2"}).status_code == 429


def test_too_many_at_once_are_told_to_come_back_and_the_others_are_answered(
    assistant: Assistant, tmp_path: Path
) -> None:
    site = site_of(assistant, tmp_path, reader_limit="off", answers_at_once=1, answers_waiting=2)
    with serving(site) as address:
        found: list[httpx.Response] = []
        readers = [threading.Thread(target=lambda: found.append(ask(address))) for _ in range(12)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        statuses = [response.status_code for response in found]
        assert set(statuses) == {200, 503}
        assert statuses.count(200) >= 3
        assert all(int(r.headers["retry-after"]) > 0 for r in found if r.status_code == 503)
        assert ask(address).status_code == 200


def test_readers_who_leave_are_not_answered(assistant: Assistant, tmp_path: Path) -> None:
    site = site_of(assistant, tmp_path, reader_limit="off", answers_at_once=1, answers_waiting=40)
    with serving(site) as address:
        parts, body = urlsplit(address), json.dumps(QUESTION).encode()
        lines = []
        for number in range(40):
            kind = b"text/event-stream" if number % 2 else b"application/json"
            line = socket.create_connection((parts.hostname or "", parts.port or 0))
            line.sendall(
                b"POST /api/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAccept: "
                + kind + b"\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body
            )  # fmt: skip
            lines.append(line)
        lines[1].recv(1)
        for line in lines:
            line.close()
        # Answered after what is still waiting then.
        assert ask(address).status_code == 200
        assert figure(address, 'footnote_questions_total{mode="quote"}') < 20


def test_an_answer_that_takes_too_long_is_a_problem(assistant: Assistant, tmp_path: Path) -> None:
    site = site_of(assistant, tmp_path, reader_limit="off", answer_timeout_s=0.01)
    with serving(site) as address:
        response = ask(address)
        assert (response.status_code, response.json()["status"]) == (503, 503)
        streamed = ask(address, **STREAM)
        assert streamed.status_code == 200
        assert "event: error" in streamed.text
        assert json.loads(streamed.text.rpartition("data: ")[2])["status"] == 503


def test_only_allowed_pages_may_call(assistant: Assistant, tmp_path: Path) -> None:
    with serving(site_of(assistant, tmp_path, allowed_origins="https://news.example")) as address:
        allowed = ask(address, origin="https://news.example")
        assert allowed.status_code == 200
        assert allowed.headers["access-control-allow-origin"] == "https://news.example"
        assert ask(address, origin="https://evil.example").status_code == 403
        problem = httpx.post(f"{address}/api/ask", headers={"origin": "https://news.example"})
        assert problem.status_code == 415
        assert problem.headers["access-control-allow-origin"] == "https://news.example"


def test_an_embedded_site_without_a_chat_has_nothing_at_its_root(
    assistant: Assistant, tmp_path: Path
) -> None:
    with serving(site_of(assistant, tmp_path)) as address:
        assert httpx.get(address).status_code == 404
        assert httpx.post(f"{address}/gradio_api/queue/join", json={}).status_code == 404


def start(folder: Path, *words: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "app", "serve", *words], cwd=ROOT, text=True,
        env={**os.environ, "FOOTNOTE_DATA_DIR": str(folder), **environment},
        stdout=subprocess.PIPE, stderr=(folder / "log").open("w"),
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("serve")


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    server = start(
        folder, "--port", port, "--root-path", "/ask/", FOOTNOTE_READER_LIMIT="3/minute",
        FOOTNOTE_ALLOWED_ORIGINS="https://news.example",
    )  # fmt: skip
    assert server.stdout is not None
    assert port in server.stdout.readline()
    address = f"http://127.0.0.1:{port}"
    wait_until(lambda: httpx.get(f"{address}/readyz", timeout=60).status_code == 200)
    yield address
    server.terminate()
    assert server.wait(30) in {0, -15}


def test_the_chat_answers_until_its_reader_has_asked_too_often(served: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        violations: list[str] = []
        page.on("console", lambda message: violations.append(message.text))
        page.goto(f"{served}/ask/")
        for number in range(3):
            page.locator("#question textarea").fill("who controls G42?")
            page.keyboard.press("Enter")
            expect(page.locator('#chat a[href^="#passage-"]')).not_to_have_count(
                0, timeout=PATIENCE_MS
            )
            expect(page.locator("#chat .user")).to_have_count(number + 1, timeout=PATIENCE_MS)
            expect(page.locator("#question .submit-button")).to_be_visible(timeout=PATIENCE_MS)
        page.locator("#question textarea").fill("who controls G42?")
        page.keyboard.press("Enter")
        expect(page.locator("#chat .notice")).to_contain_text("wait", timeout=PATIENCE_MS)
        assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [
            0, 0, "",
        ]  # fmt: skip
        assert not [text for text in violations if "Content Security Policy" in text]
        browser.close()


test_the_chat_answers_until_its_reader_has_asked_too_often = needs_browser(
    test_the_chat_answers_until_its_reader_has_asked_too_often
)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"), ("GET", "/config"), ("GET", "/gradio_api/heartbeat/x"), ("POST", "/gradio_api/queue/join"),
        ("POST", "/gradio_api/upload"), ("OPTIONS", "/gradio_api/queue/join"), ("POST", "/api/ask"),
    ],
)  # fmt: skip
def test_gradios_own_routes_refuse_other_sites_too(served: str, method: str, path: str) -> None:
    headers = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    response = httpx.request(method, served + path, headers=headers)
    assert response.status_code == 403
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/upload"), ("GET", "/gradio_api/file=/etc/passwd"), ("GET", "/gradio_api/info"),
        ("GET", "/gradio_api/proxy=http://127.0.0.1:1/"), ("POST", "/gradio_api/run/predict"), ("POST", "/login"),
        ("POST", "/gradio_api/call/reply"), ("GET", "/monitoring"), ("GET", "/gradio_api/runs"),
    ],
)  # fmt: skip
def test_what_the_chat_does_not_need_of_gradio_is_not_there(
    served: str, method: str, path: str
) -> None:
    files = {"files": ("a.txt", b"a")} if method == "POST" else None
    response = httpx.request(method, served + path, files=files)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/", "/config", "/theme.css", "/healthz", "/api/ask", "/docs", "/none"]
)
def test_every_response_has_a_policy_and_no_cookie(served: str, path: str) -> None:
    response = httpx.get(served + path)
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    is_chat = path in {"/", "/config", "/theme.css"}
    assert ("unsafe-inline" in policy) == is_chat
    assert ("frame-ancestors https://news.example" in policy) == is_chat
    assert ("frame-ancestors 'none'" in policy) != is_chat
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in response.headers
    assert len(response.headers.get_list("content-security-policy")) == 1


def test_the_prefix_of_a_proxy_may_be_there_or_not(served: str) -> None:
    for path in ("/healthz", "/ask/healthz"):
        assert httpx.get(served + path).json() == {"status": "ok"}
    assert httpx.get(f"{served}/asking/healthz").status_code == 404
    page = httpx.get(f"{served}/ask")
    assert (page.status_code, page.headers["location"]) == (308, "/ask/")


def test_a_prefix_twice_is_no_way_around_the_checks(served: str) -> None:
    headers = {"sec-fetch-site": "cross-site"}
    assert httpx.get(f"{served}/ask/api/articles?url=a", headers=headers).status_code == 403
    assert httpx.get(f"{served}/ask/ask/api/articles?url=a", headers=headers).status_code == 404


def test_nobody_makes_the_page_load_from_elsewhere(served: str) -> None:
    headers = {"x-forwarded-host": "evil.example", "x-gradio-server": "https://evil.example"}
    for path in ("/ask/", "/ask/config"):
        assert "evil.example" not in httpx.get(served + path, headers=headers).text


MESSAGE = {"role": "user", "content": "zebra"}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, '{"data":'), (400, b'{"data": "\xff"}'), (415, None), (422, "[]"), (422, {"fn_index": 9999}), (422, {"fn_index": -1}),
        (422, {"fn_index": "0"}), (422, {"fn_index": True}), (422, {"data": ["zebra"]}), (422, {"data": [1, [], None, "a", "article"]}),
        (422, {"data": ["zebra", [{**MESSAGE, "role": "system"}], None, "a", "article"]}), (422, {"data": ["zebra", [{**MESSAGE, "content": 1}], None, "a", "article"]}),
        (422, {"data": ["zebra", [MESSAGE], None, "a", "everything"]}), (422, {"session_hash": 1}),
    ],
)  # fmt: skip
def test_what_the_chats_page_does_not_send_is_a_problem_and_is_not_logged(
    served: str, folder: Path, status: int, body: Any
) -> None:
    fitting = {"data": ["a", [], None, "a", "article"], "fn_index": 0, "session_hash": "s"}
    sent = json.dumps({**fitting, **body}) if isinstance(body, dict) else body or "{}"
    headers = {"content-type": "application/json" if body else "text/plain"}
    # Other calls of the same reader may have used up what is allowed a minute.
    path = f"{served}/ask/gradio_api/queue/join"
    response = httpx.post(path, content=sent, headers=headers)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    log = (folder / "log").read_text()
    assert "zebra" not in log
    assert "Traceback" not in log


def test_the_log_has_a_line_a_request_and_no_question(served: str, folder: Path) -> None:
    body = {"question": UNANSWERABLE, "article": "altman-musk-trump"}
    httpx.post(f"{served}/api/ask?why={UNANSWERABLE}", json=body, timeout=60)
    wait_until(lambda: '"/api/ask"' in (folder / "log").read_text().splitlines()[-1])
    last = json.loads((folder / "log").read_text().splitlines()[-1])
    assert (last["method"], last["path"]) == ("POST", "/api/ask")
    assert {"at", "request", "status", "ms"} <= set(last)
    assert "127.0.0.1" not in json.dumps(last)
    log = (folder / "log").read_text()
    assert "zebra" not in log
    assert "G42" not in log
    assert "Traceback" not in log


@pytest.mark.parametrize("command", ["serve", "chat"])
def test_a_port_that_cannot_be_had_is_one_line(tmp_path: Path, command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app", command, "--port", "70000"],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "FOOTNOTE_DATA_DIR": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
