"""A newsroom's web server on loopback, for tests."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from index.settings import IndexSettings


def settings_for(
    folder: Path | str = "unused", timeout_s: float = 5, allowed: str = "127.0.0.1 ::1"
) -> IndexSettings:
    """Return settings that may read the tests' own servers."""
    return IndexSettings.model_validate(
        {"data_dir": folder, "allow_private": allowed, "fetch_timeout_s": timeout_s}
    )


@dataclass
class Page:
    """What a path answers; `chunks` is sent piece by piece after the body."""

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    chunks: Callable[[], Iterator[bytes]] | None = None


@dataclass
class Site:
    """Pages by path (query included), and the requests that came: path and headers."""

    url: str
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    sent: int = 0

    def put(self, path: str, body: bytes | str, status: int = 200, **headers: str) -> None:
        """Set what a path answers; a header's underscores are dashes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = Page(body, status, named)


@contextmanager
def serve() -> Iterator[Site]:
    """Serve a site until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            page = site.pages.get(self.path, Page("<h1>Not found</h1>", 404))
            body = page.body.encode() if isinstance(page.body, str) else page.body
            etag = page.headers.get("ETag")
            if etag and self.headers.get("If-None-Match") == etag:
                self.send_response(304)
                self.end_headers()
                return
            self.send_response(page.status)
            for name, value in page.headers.items():
                self.send_header(name, value)
            if "Content-Type" not in page.headers:
                self.send_header("Content-Type", "text/html; charset=utf-8")
            if page.chunks is None and "Content-Length" not in page.headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
                for chunk in page.chunks() if page.chunks else ():
                    self.wfile.write(chunk)
                    site.sent += len(chunk)
            except OSError:
                pass

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Site(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def page(title: str, *paragraphs: str, head: str = "") -> str:
    """Return a small news page."""
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return (
        f"<!doctype html><html lang='en'><head><title>{title} | Paper</title>{head}"
        f"<meta property='og:type' content='article'></head><body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>{title}</h1>{body}</article></body></html>"
    )
