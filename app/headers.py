"""The response headers that keep a page to itself: what it may load, frame and tell others."""

from collections.abc import Set

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio needs inline scripts and styles; nothing may be evaluated or fetched from elsewhere.
CHAT_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'self'"
)
# The pages with files of our own.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'"
)
# What is no page.
DATA_POLICY = "default-src 'none'; form-action 'none'; base-uri 'none'"
POLICY = b"content-security-policy"


class SecurityHeaders:
    """Adds the content security policy and its companions to responses that have none yet."""

    def __init__(
        self, app: ASGIApp, policy: str = CHAT_POLICY, may_frame: Set[str] = frozenset()
    ) -> None:
        """Let the pages of the origins in `may_frame` show these in a frame, and the site's own."""
        ancestors = " ".join([*sorted(may_frame), "'self'"]) if may_frame else "'none'"
        self._app = app
        self._headers = [
            (POLICY, f"{policy}; frame-ancestors {ancestors}".encode()),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"referrer-policy", b"no-referrer"),
            (b"x-content-type-options", b"nosniff"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on and add the headers to its answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message.get("headers", [])
                names = {name.lower() for name, _ in given}
                more = [header for header in self._headers if header[0] not in names]
                message["headers"] = [*given, *more]
            await send(message)

        await self._app(scope, receive, send_with_headers)
