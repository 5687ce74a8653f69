"""Whose pages may call: the same origin's and those of `FOOTNOTE_ALLOWED_ORIGINS`, on every route.

A browser names the page's origin with every request that could read an answer or send a question;
what names none is a program, a page of our own, or a file that any page may show (`widget.js`).
"""

from collections.abc import Set

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.problems import Problem

PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "content-type",
    "Access-Control-Max-Age": "600",
}
READABLE = b"retry-after, x-request-id"
# Where a request is work or an answer, and not a file that any page may show.
WORKING = ("/api/", "/gradio_api/")
ELSEWHERE = {"cross-site", "same-site"}


class Origins:
    """Refuses other sites' pages, and answers what browsers ask about the allowed ones (CORS)."""

    def __init__(self, app: ASGIApp, allowed: Set[str]) -> None:
        self._app = app
        self._allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on where its page may call."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        shared_with = origin.encode() if origin in self._allowed else None

        async def send_shared(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": shared(message["headers"], shared_with)}
            await send(message)

        app = self._app
        if self._is_refused(scope, headers):
            app = Problem(403, "Pages of this site may not call this address.").response()
        elif scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            app = Response(status_code=204, headers=PREFLIGHT if shared_with else None)
        await app(scope, receive, send_shared)

    def _is_refused(self, scope: Scope, headers: Headers) -> bool:
        origins = headers.getlist("origin")
        if origins:
            own = f"{scope['scheme']}://{headers.get('host', '')}"
            return len(origins) > 1 or (origins[0] not in self._allowed and origins[0] != own)
        # A page can fetch an address without naming itself, as an image for instance; it cannot
        # read the answer, and it must not put work on us either.
        works = scope["path"].removeprefix(scope.get("root_path", "")).startswith(WORKING)
        return works and headers.get("sec-fetch-site") in ELSEWHERE


def shared(headers: list[tuple[bytes, bytes]], origin: bytes | None) -> list[tuple[bytes, bytes]]:
    """Return a response's headers with our own word on who may read it.

    What Gradio says is dropped: it lets every origin in, with credentials.
    """
    mine = (
        b"access-control-allow-methods",
        b"access-control-allow-headers",
        b"access-control-max-age",
    )
    kept = [
        (name, value) for name, value in headers
        if not name.lower().startswith(b"access-control-") or (name.lower() in mine and origin)
    ]  # fmt: skip
    kept.append((b"vary", b"Origin"))
    if origin:
        kept.append((b"access-control-allow-origin", origin))
        kept.append((b"access-control-expose-headers", READABLE))
    return kept
