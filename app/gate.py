"""What a request may be: HTTP, of a bounded size, read and answered in a bounded time.

Every request passes here before any route: the API's, the pages' and Gradio's own.
"""

import asyncio
from collections import Counter

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.admin import AdminToken
from app.problems import Problem, try_again

# Gradio's page sends the whole conversation along with each question.
MAX_BODY_BYTES = 262_144
# An article is 10 MB at most; JSON's escapes make it longer.
MAX_ARTICLE_BYTES = 20_000_000
BODY_TIMEOUT_S = 10.0
# The newsroom's own calls: a long article takes minutes to embed.
ARTICLE_TIMEOUT_S = 600.0
# Time to send an answer to a slow reader, after the time that making it may take.
SENDING_S = 30.0
# The open line by which Gradio notices that a page has been closed.
ENDLESS = "/gradio_api/heartbeat/"
MAX_ENDLESS = 500
# A newsroom's readers may share an address; one of them must not take every line.
MAX_ENDLESS_OF_ONE = 100
CLOSE = {"Connection": "close"}


class Gate:
    """Bounds every request."""

    def __init__(
        self, app: ASGIApp, token: AdminToken, timeout_s: float,
        body_timeout_s: float = BODY_TIMEOUT_S, sending_s: float = SENDING_S,
    ) -> None:  # fmt: skip
        """Give a request `body_timeout_s` seconds to arrive, `timeout_s` to be answered and
        `sending_s` more to be sent."""
        self._app = app
        self._token = token
        self._timeout_s = timeout_s + sending_s
        self._body_timeout_s = body_timeout_s
        self._endless: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on within its bounds."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http":
            await self._bounded(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _bounded(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        is_newsroom = self._token.fits(headers.get("authorization", ""))
        most = MAX_ARTICLE_BYTES if is_newsroom else MAX_BODY_BYTES
        try:
            body = await self._read(receive, most)
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        if body is None:
            return

        replay = replayed(body, receive)
        if scope["path"].startswith(ENDLESS):
            await self._without_end(scope, replay, send)
        else:
            timeout_s = ARTICLE_TIMEOUT_S if is_newsroom else self._timeout_s
            await self._in_time(timeout_s, scope, replay, send)

    async def _read(self, receive: Receive, most: int) -> bytes | None:
        """Return the body, None where the caller left; raises a 408 or 413 `Problem`.

        What is too large is read on and dropped for a while: who still sends cannot read the answer.
        """
        body, length = bytearray(), 0
        try:
            async with asyncio.timeout(self._body_timeout_s):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    chunk = message.get("body", b"")
                    length += len(chunk)
                    if length <= most:
                        body += chunk
                    if not message.get("more_body") or length > MAX_ARTICLE_BYTES:
                        break
        except TimeoutError:
            raise Problem(408, "The request took too long to arrive.", CLOSE) from None
        if length > most:
            raise Problem(413, f"The body is too large: {most} bytes at most.", CLOSE)
        return bytes(body)

    async def _in_time(self, timeout_s: float, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def send_noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            async with asyncio.timeout(timeout_s) as clock:
                await self._app(scope, receive, send_noted)
        except TimeoutError:
            if not clock.expired():
                raise
            # Where the answer has begun, ending without its end closes the connection.
            if not begun:
                problem = try_again(503, "This took too long; please try again.", limit="time")
                await problem.response()(scope, receive, send)

    async def _without_end(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = (scope["client"] or [""])[0]
        full = self._endless.total() >= MAX_ENDLESS
        if full or self._endless[address] >= MAX_ENDLESS_OF_ONE:
            problem = try_again(503, "Many readers are here right now; please try again shortly.")
            await problem.response()(scope, receive, send)
            return
        self._endless[address] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._endless[address] -= 1
            if not self._endless[address]:
                del self._endless[address]


def replayed(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that hands on a body that was read already, and then whatever comes."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay
