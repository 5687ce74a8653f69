"""The files that browsers fetch: the widget, the page that shows it, the API's documentation."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.headers import PAGE_POLICY
from app.problems import NOT_FOUND, Problem

WIDGET = Path(__file__).with_name("widget")
DOCS = Path(__file__).with_name("docs")
# Named here and not left to the machine, whose table may know .js by another type or not at all.
TYPES = {
    ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml",
    ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp", ".woff2": "font/woff2",
}  # fmt: skip
PACKED = {".png", ".jpg", ".webp", ".woff2"}
# A changed file reaches every page within minutes; until then no request is made at all.
CACHE = "public, max-age=300"
# Any page may show the widget's files; whether it may ask is checked where it asks.
SHARED = {"Cross-Origin-Resource-Policy": "cross-origin"}
PAGE = {"Content-Security-Policy": f"{PAGE_POLICY}; frame-ancestors 'none'"}


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is sent: its bytes, the same packed with gzip where that helps, and its mark."""

    body: bytes
    packed: bytes | None
    mark: str
    media_type: str


# Bounded, since anybody can ask for names that do not exist.
@lru_cache(maxsize=128)
def read(path: Path) -> File | None:
    """Return a file of a type that browsers fetch, None where there is none; read once."""
    if path.suffix not in TYPES or not path.is_file():
        return None
    body = path.read_bytes()
    packed = None if path.suffix in PACKED else gzip.compress(body, 9, mtime=0)
    return File(body, packed, hashlib.sha256(body).hexdigest()[:32], TYPES[path.suffix])


def page_routes() -> APIRouter:
    """Return the routes of the widget, the demo page and the documentation."""
    router = APIRouter(include_in_schema=False)
    documents = {
        "": DOCS / "index.html",
        "start.js": DOCS / "start.js",
        "swagger-ui-bundle.js": swagger() / "swagger-ui-bundle.js",
        "swagger-ui.css": swagger() / "swagger-ui.css",
    }

    @router.api_route("/widget.js", methods=["GET", "HEAD"])
    def loader(request: Request) -> Response:
        return sent(WIDGET / "widget.js", request, SHARED)

    @router.api_route("/widget/{name}", methods=["GET", "HEAD"])
    def panel(name: str, request: Request) -> Response:
        return sent(WIDGET / Path(name).name, request, SHARED)

    @router.api_route("/demo", methods=["GET", "HEAD"])
    def demo(request: Request) -> Response:
        return sent(WIDGET / "demo.html", request, PAGE)

    @router.api_route("/docs", methods=["GET", "HEAD"])
    def documentation(request: Request) -> Response:
        return sent(documents[""], request, PAGE)

    @router.api_route("/docs/{name}", methods=["GET", "HEAD"])
    def document(name: str, request: Request) -> Response:
        return sent(documents.get(name, DOCS / "missing"), request, PAGE)

    return router


def sent(path: Path, request: Request, more: Mapping[str, str]) -> Response:
    """Return a file, packed where the browser takes that, or 304 where it has it already."""
    file = read(path)
    if file is None:
        raise Problem(404, NOT_FOUND)
    takes_gzip = "gzip" in request.headers.get("accept-encoding", "")
    body = file.packed if takes_gzip and file.packed else file.body
    headers = {
        "ETag": f'W/"{file.mark}"', "Cache-Control": CACHE, "Vary": "Accept-Encoding", **more,
    }  # fmt: skip
    if file.mark in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if body is file.packed:
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers=headers, media_type=file.media_type)


def swagger() -> Path:
    """Return the folder of swagger-ui's files in the package that brings them."""
    spec = find_spec("fastapi_offline")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "static"
