"""Whose pages may call: the same origin's and those of `FOOTNOTE_ALLOWED_ORIGINS`, on every route.

A browser names the page's origin with every request that could read an answer or send a question;
what names none is a program, a page of our own, or a file that any page may show (`widget.js`).
"""

from collections.abc import Set

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.problems import Problem

Pairs = list[tuple[bytes, bytes]]
PREFLIGHT: Pairs = [
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-headers", b"content-type"),
    (b"access-control-max-age", b"600"),
]
READABLE: Pairs = [(b"access-control-expose-headers", b"retry-after, x-request-id")]
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
        asks_first = scope["method"] == "OPTIONS" and "access-control-request-method" in headers
        mine: Pairs = [(b"vary", b"Origin")]
        if origin in self._allowed:
            mine.append((b"access-control-allow-origin", origin.encode()))
            mine += PREFLIGHT if asks_first else READABLE

        async def send_shared(message: Message) -> None:
            if message["type"] == "http.response.start":
                # Gradio's own word is dropped: it lets every origin in, with credentials.
                kept = [
                    (name, value)
                    for name, value in message.get("headers", [])
                    if not name.lower().startswith(b"access-control-")
                ]
                message = {**message, "headers": [*kept, *mine]}
            await send(message)

        app = self._app
        if self._is_refused(scope, headers):
            app = Problem(403, "Pages of this site may not call this address.").response()
        elif asks_first:
            app = Response(status_code=204)
        await app(scope, receive, send_shared)

    def _is_refused(self, scope: Scope, headers: Headers) -> bool:
        origins = headers.getlist("origin")
        if origins:
            own = f"{scope['scheme']}://{headers.get('host', '')}"
            return len(origins) > 1 or (origins[0] not in self._allowed and origins[0] != own)
        # A page can fetch an address without naming itself, as an image for instance; it cannot
        # read the answer, and it must not put work on us either.
        works = scope["path"].startswith(WORKING)
        return works and headers.get("sec-fetch-site") in ELSEWHERE
