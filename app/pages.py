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

from app.bodies import EXAMPLE_ID
from app.bundle import FOLDER, widget_scripts
from app.demo import DEMO_FILES, demo_page
from app.desk import Desk
from app.headers import PAGE_POLICY
from app.problems import NOT_FOUND, Problem

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
    return packed(path.read_bytes(), path.suffix)


def packed(body: bytes, suffix: str) -> File:
    """Return a file of these bytes."""
    small = None if suffix in PACKED else gzip.compress(body, 9, mtime=0)
    return File(body, small, hashlib.sha256(body).hexdigest()[:32], TYPES[suffix])


@lru_cache(maxsize=128)
def script(path: str) -> File | None:
    """Return one of the widget's scripts by its path, None where there is none; joined once."""
    text = widget_scripts().get(path)
    return None if text is None else packed(text.encode(), ".js")


def page_routes(desk: Desk) -> APIRouter:
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
        return sent(script("widget.js"), request, SHARED)

    @router.api_route("/widget/{name}", methods=["GET", "HEAD"])
    def panel(name: str, request: Request) -> Response:
        file = read(FOLDER / name) if name in DEMO_FILES else script(f"widget/{name}")
        return sent(file, request, SHARED)

    @router.api_route("/demo", methods=["GET", "HEAD"])
    def demo(request: Request) -> Response:
        page = demo_page(desk.article(EXAMPLE_ID))
        return sent(packed(page.encode(), ".html"), request, PAGE)

    @router.api_route("/docs", methods=["GET", "HEAD"])
    def documentation(request: Request) -> Response:
        return sent(read(documents[""]), request, PAGE)

    @router.api_route("/docs/{name}", methods=["GET", "HEAD"])
    def document(name: str, request: Request) -> Response:
        return sent(read(documents.get(name, DOCS / "missing")), request, PAGE)

    return router


def sent(file: File | None, request: Request, more: Mapping[str, str]) -> Response:
    """Return a file, packed where the browser takes that, or 304 where it has it already."""
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
