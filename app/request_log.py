"""One line of JSON a request on standard error: no question, no address, no query."""

import json
import logging
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)
NOTED = "footnote.noted"


def note(scope: Scope, **facts: Any) -> None:
    """Add facts to the line of a request; never a reader's words."""
    scope.setdefault(NOTED, {}).update(facts)


class RequestLog:
    """Logs every HTTP request when its response has ended, and counts its status."""

    def __init__(self, app: ASGIApp, responded: Callable[[int], None]) -> None:
        self._app = app
        self._responded = responded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, name it in `X-Request-Id`, and log it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status, name = time.perf_counter(), 500, uuid.uuid4().hex[:16]
        facts: dict[str, Any] = {}

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", []), (b"x-request-id", name.encode())]
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self._app({**scope, NOTED: facts}, receive, send_named)
        finally:
            self._responded(status)
            line = {
                "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "request": name,
                "method": scope["method"],
                "path": scope["path"],
                "status": status,
                "ms": round((time.perf_counter() - started) * 1000, 1),
                **facts,
            }
            log.info("%s", json.dumps(line, ensure_ascii=True))
