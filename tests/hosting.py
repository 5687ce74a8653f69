"""Real HTTP on loopback for browser tests: other sites' pages, and a connection that breaks."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Site:
    """A newsroom's own site: pages by path, each with its headers."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._pages: dict[str, tuple[str, dict[str, str]]] = {}

    def put(self, path: str, body: str, **headers: str) -> str:
        """Publish a page, or replace it, and return its URL; `_` in a header's name is a hyphen."""
        self._pages[path] = (
            body,
            {name.replace("_", "-"): value for name, value in headers.items()},
        )
        return f"{self.address}{path}"

    def at(self, path: str) -> tuple[str, dict[str, str]]:
        """Return a page and its headers."""
        return self._pages[path]


@contextmanager
def site() -> Iterator[Site]:
    """Serve a site on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                body, headers = served.at(self.path.split("?")[0])
            except KeyError:
                self.send_error(404)
                return
            kind = "text/css" if self.path.endswith(".css") else "text/html"
            self.send_response(200)
            for name, value in {"Content-Type": f"{kind}; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Site(f"http://127.0.0.1:{server.server_port}")
    with running(server):
        yield served


# A test that forgets to cut fails by its own waiting.
DEADLINE_S = 60


class Line(socketserver.ThreadingTCPServer):
    """A line to a server; while `cuts_after` is set nothing comes back behind those bytes, and it breaks at `cut`.

    While `holds` is set nothing comes back at all.
    """

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), Carrier)
        self.port = port
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        self.cuts_after = b""
        self.cut = threading.Event()
        self.holds = threading.Event()


class Carrier(socketserver.BaseRequestHandler):
    """One connection over the line."""

    server: Line

    def handle(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.port)) as far:
            threading.Thread(target=carry, args=(self.request, far), daemon=True).start()
            seen = b""
            while data := far.recv(65536):
                seen += data
                mark = self.server.cuts_after
                if mark and mark in seen:
                    end = seen.index(b"\n\n", seen.index(mark)) + 2
                    self.request.sendall(data[: len(data) - (len(seen) - end)])
                    self.server.cut.wait(timeout=DEADLINE_S)
                    return
                if b"text/event-stream" in seen and self.server.holds.is_set():
                    return self._wait(far)
                self.request.sendall(data)

    def _wait(self, far: socket.socket) -> None:
        while far.recv(65536):
            pass


def carry(near: socket.socket, far: socket.socket) -> None:
    """Carry what the browser sends, until it leaves."""
    try:
        while data := near.recv(65536):
            far.sendall(data)
        far.shutdown(socket.SHUT_WR)
    except OSError:
        # The other end of the line is gone, which is what the line is for.
        far.close()


@contextmanager
def running(server: socketserver.BaseServer) -> Iterator[None]:
    """Serve in a thread until the block ends."""
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
