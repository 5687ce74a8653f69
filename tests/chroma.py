"""A real Chroma server on loopback that a test may kill and start again, and what may stand before it."""

import http.client
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from index.settings import ChromaServer
from tests.hosting import running
from tests.running import free_port
from tests.server import wait_until

PROGRAM = Path(sys.executable).parent / "chroma"


class Chroma:
    """`chroma run` on a folder, always at the same port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.place = ChromaServer(self.url)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it listens."""
        words = ["run", "--path", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port)]
        # Its configuration may be read from the folder that it is started in.
        self._process = subprocess.Popen(
            [PROGRAM, *words], cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_until(lambda: listens(self.port))

    def kill(self) -> None:
        """End the server as `kill -9` does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def vacuum(self) -> None:
        """Clean the files of a stopped server as its operator does."""
        subprocess.run(
            [PROGRAM, "vacuum", "--path", str(self.folder), "--force"],
            stdout=subprocess.DEVNULL,
            check=True,
            timeout=60,
        )


@contextmanager
def chroma(folder: Path) -> Iterator[Chroma]:
    """Run a server until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    server = Chroma(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def listens(port: int) -> bool:
    """Return whether somebody listens at a port."""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def guard(port: int, token: str) -> Iterator[str]:
    """Serve a proxy that lets through to a port who sends `Authorization: Bearer TOKEN`; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            sent = self.rfile.read(length)
            if self.headers["Authorization"] != f"Bearer {token}":
                self._answer(401, "text/html", b"<h1>Who are you?</h1>")
                return
            far = http.client.HTTPConnection("127.0.0.1", port)
            kind = {"Content-Type": "application/json"}
            try:
                far.request(self.command, self.path, sent, kind)
            except ConnectionRefusedError:
                self._answer(502, "text/html", b"<h1>Bad gateway</h1>")
                return
            found = far.getresponse()
            self._answer(found.status, found.headers["Content-Type"], found.read())
            far.close()

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    for method in ("POST", "PUT", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.do_GET)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with running(server):
        yield f"http://127.0.0.1:{server.server_port}"
