"""`python -m app serve`: the API, the widget and the chat in one process, behind the same checks."""

import logging
import socket
import sys

import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.admin import AdminToken
from app.api import create_api
from app.connection import BoundedConnection
from app.desk import Desk
from app.feedback import FeedbackLog
from app.gate import Gate
from app.headers import CHAT_POLICY, DATA_POLICY, SecurityHeaders
from app.origins import Origins
from app.problems import Problem, ProblemsOnly
from app.request_log import RequestLog
from app.request_log import log as requests
from app.settings import AppSettings

# What the chat's page fetches from Gradio; everything else of Gradio's does not exist here: uploads,
# files, proxies, its own API and its login.
CHAT_FILES = ("/", "/config", "/theme.css", "/favicon.ico", "/manifest.json", "/robots.txt")
CHAT_PATHS = (
    "/assets/", "/static/", "/gradio_api/queue/", "/gradio_api/heartbeat/", "/gradio_api/cancel",
    "/gradio_api/reset", "/gradio_api/startup-events", "/gradio_api/theme.css",
)  # fmt: skip
# What a proxy that is trusted says is in the scope by then; Gradio takes these from anyone.
BELIEVED = {b"x-forwarded-host", b"x-forwarded-proto", b"x-gradio-server"}
GRACE_S = 5
# Longer than a proxy keeps an idle connection (60 s is usual) and than readers are told to wait:
# whoever sends on a connection that is being closed gets no answer.
KEEP_ALIVE_S = 75
UNKNOWN = "unknown"


class Site:
    """Hands each request to the chat or to the API by its path."""

    def __init__(self, api: ASGIApp, chat: ASGIApp | None, desk: Desk, prefix: str = "") -> None:
        self._api = api
        self._chat = chat
        self._desk = desk
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on; the chat has things to do when the server starts and stops."""
        if scope["type"] != "http":
            await (self._chat or self._api)(scope, receive, send)
            return
        app: ASGIApp = self._api
        # With its prefix again, as ASGI has it: the API takes it off itself.
        rooted = {**scope, "path": self._prefix + scope["path"], "root_path": self._prefix}
        if is_chat(scope["path"]) and self._chat:
            # Gradio wants its path without the prefix.
            app, rooted["path"] = self._chat, scope["path"]
            if scope["method"] == "POST":
                # The questions among these are counted once more where they are asked.
                try:
                    await run_in_threadpool(self._desk.call, (scope["client"] or [UNKNOWN])[0])
                except Problem as problem:
                    app = problem.response()
        await app(rooted, receive, send)


def is_chat(path: str) -> bool:
    """Return whether a path is the chat's."""
    return path in CHAT_FILES or path.startswith(CHAT_PATHS)


class Rooted:
    """Takes requests with and without the prefix under which a proxy serves the site."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on with its path below the prefix, and without what Gradio would believe."""
        app = self._app
        if scope["type"] == "http":
            headers = [pair for pair in scope["headers"] if pair[0] not in BELIEVED]
            scope = {**scope, "headers": headers}
            if self._prefix and scope["path"] == self._prefix:
                # The page's own addresses are relative to this.
                app = RedirectResponse(f"{self._prefix}/", status_code=308)
            elif self._prefix and scope["path"].startswith(f"{self._prefix}/"):
                scope["path"] = scope["path"].removeprefix(self._prefix)
        await app(scope, receive, send)


def create_site(
    desk: Desk, feedback: FeedbackLog, settings: AppSettings, chat: ASGIApp | None = None,
    root_path: str = "",
) -> ASGIApp:  # fmt: skip
    """Return everything that is served, with the checks that every request passes, outermost last."""
    token = AdminToken(settings.admin_token)
    prefix = f"/{root_path.strip('/')}" if root_path.strip("/") else ""
    if chat:
        chat = SecurityHeaders(
            ProblemsOnly(chat, desk.metrics.limited), CHAT_POLICY, settings.origins
        )
    site: ASGIApp = Site(create_api(desk, feedback, token, settings), chat, desk, prefix)
    site = Gate(site, token, settings.answer_timeout_s)
    site = Origins(site, settings.origins)
    site = SecurityHeaders(site, DATA_POLICY)
    site = RequestLog(site, desk.metrics.responded)
    site = Rooted(site, prefix)
    return ProxyHeadersMiddleware(site, settings.proxies)  # type: ignore[arg-type, return-value]


def server_of(
    site: ASGIApp, connection: type[BoundedConnection] = BoundedConnection
) -> uvicorn.Server:
    """Return the HTTP server, not yet running; it reads no proxy's headers and no setting of its own."""
    return uvicorn.Server(uvicorn.Config(
        site, http=connection, ws="none", lifespan="on", proxy_headers=False,
        server_header=False, access_log=False, log_config=None, timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=KEEP_ALIVE_S,
    ))  # fmt: skip


def serve(site: ASGIApp, bound: socket.socket) -> None:
    """Serve until the process is told to stop; requests are logged on standard error."""
    others = logging.StreamHandler(sys.stderr)
    others.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    # Some libraries let their debug lines out of themselves, and those may hold what was asked.
    others.setLevel(logging.WARNING)
    logging.getLogger().addHandler(others)
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(logging.Formatter("%(message)s"))
    requests.addHandler(lines)
    requests.setLevel(logging.INFO)
    requests.propagate = False
    host, port = bound.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    print(f"Footnote is at http://{shown}:{port}", flush=True)
    server_of(site).run(sockets=[bound])
