"""What a caller is told when a request can't be answered: RFC 9457 problem documents."""

import http
import logging
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.errors import FixInput, FootnoteError, TryAgain

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
REASONS = {
    400: "not JSON, or not UTF-8", 401: "no valid admin token", 403: "another site's page",
    404: "no such article", 409: "the id is another source's", 413: "too large", 415: "not JSON",
    422: "not the form that is asked for", 429: "asked too often", 503: "too busy",
}  # fmt: skip
NOT_FOUND = "There is nothing at this address."
WHAT_HAPPENED = {
    404: NOT_FOUND,
    405: "This address does not take that method.",
}
AWAY = "The articles cannot be reached right now; please try again shortly."
BUSY = "Many readers are asking right now; please try again shortly."
FAILED = "Something went wrong here; it has been logged."
# Seconds after which a caller may try again where nothing better is known.
TRY_AGAIN_S = 5


class Problem(FootnoteError):
    """An HTTP error whose message is one line for the reader or the developer who called.

    `limit` names the limit that was reached, if one was.
    """

    def __init__(
        self, status: int, detail: str, headers: Mapping[str, str] | None = None,
        errors: list[dict[str, str]] | None = None, limit: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(detail)
        self.limit = limit
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self._errors = errors

    def to_json(self) -> dict[str, Any]:
        """Return the problem document; `errors` says which field is wrong and how."""
        document: dict[str, Any] = {
            "type": "about:blank",
            "title": http.HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        return document if self._errors is None else {**document, "errors": self._errors}

    def response(self) -> Response:
        """Return the HTTP response, which no cache keeps."""
        headers = {"Cache-Control": "no-store", **self.headers}
        return JSONResponse(self.to_json(), self.status, headers, media_type=MEDIA_TYPE)


def try_again(
    status: int, detail: str, after_s: float = TRY_AGAIN_S, limit: str | None = None
) -> Problem:
    """Return a problem that goes away by itself, with `Retry-After` in whole seconds."""
    return Problem(status, detail, {"Retry-After": str(max(1, math.ceil(after_s)))}, limit=limit)


def out_of_order(error: FootnoteError) -> Problem:
    """Log what only the newsroom can mend, and return what a stranger may know of it."""
    log.error("%s", error)
    return try_again(503, "The assistant is out of order at the moment.", after_s=60)


def for_now(error: TryAgain) -> Problem:
    """Log what stands in the way and will go by itself, and return what a stranger may know of it."""
    log.warning("%s", error)
    return try_again(503, AWAY)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI responses of an operation's problems."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemShown"}}}
    return {status: {"description": REASONS[status], "content": content} for status in statuses}


def of_status(status: int, headers: Mapping[str, str] | None = None) -> Problem:
    """Return the problem that a bare status names."""
    if status == 503:
        return try_again(503, BUSY)
    if status >= 500:
        return Problem(status, FAILED)
    return Problem(status, WHAT_HAPPENED.get(status, "This request cannot be read."), headers)


class ProblemsOnly:
    """Puts problem documents in the place of another application's own error responses."""

    def __init__(self, app: ASGIApp, limited: Callable[[str], None]) -> None:
        """Count with `limited` where the application's own queue is full."""
        self._app = app
        self._limited = limited

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on; what the application says about an error is dropped."""
        failed = 0

        async def send_unless_failed(message: Message) -> None:
            nonlocal failed
            if message["type"] == "http.response.start" and message["status"] >= 400:
                failed = message["status"]
            if not failed:
                await send(message)

        try:
            await self._app(scope, receive, send_unless_failed)
        finally:
            if failed == 503:
                self._limited("queue")
            if failed:
                await of_status(failed).response()(scope, receive, send)


def json_only(request: Request) -> None:
    """Refuse a body that does not say that it is JSON: a page's form cannot say so of its own."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem(415, "The body has to be application/json.")


def not_json() -> Problem:
    """Return the problem of a body that nobody can read."""
    return Problem(400, "The body is not valid JSON in UTF-8.")


def wrong_form(found: Sequence[Any]) -> Problem:
    """Return the problem of a body that pydantic refused, without what was in it."""
    if any(one["type"] == "json_invalid" for one in found):
        return not_json()
    errors = [{"where": ".".join(map(str, e["loc"])), "what": e["msg"]} for e in found]
    return Problem(
        422, "The request does not have the form that is asked for.", errors=errors or None
    )


def explain_with_problems(app: FastAPI) -> None:
    """Make every error of an application a problem document, without what was sent or a traceback."""

    async def as_it_is(_: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return error.response()

    async def from_http(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return of_status(error.status_code, error.headers).response()

    async def from_body(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return wrong_form(error.errors()).response()

    async def from_anything(_: Request, __: Exception) -> Response:
        # The server logs the error itself.
        return Problem(500, FAILED).response()

    async def from_input(_: Request, error: Exception) -> Response:
        return Problem(422, str(error)).response()

    app.add_exception_handler(Problem, as_it_is)
    app.add_exception_handler(FixInput, from_input)
    app.add_exception_handler(HTTPException, from_http)
    app.add_exception_handler(RequestValidationError, from_body)
    app.add_exception_handler(Exception, from_anything)
