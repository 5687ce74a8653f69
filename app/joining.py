"""What may be sent to Gradio's queue: what the chat's own page sends.

Gradio prints a traceback with all that was sent where it cannot take it, a reader's question included.
"""

import json
from collections.abc import Mapping
from typing import Any

from gradio.block_function import BlockFunction
from gradio.components import Button, Chatbot, Dropdown, Radio, State, Textbox
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.gate import replayed
from app.problems import Problem, json_only, not_json, wrong_form

JOIN = "/gradio_api/queue/join"


class Joining:
    """Passes on what the page of `functions` may send, and refuses the rest with a problem document."""

    def __init__(self, app: ASGIApp, functions: Mapping[int, BlockFunction]) -> None:
        self._app = app
        self._functions = functions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on where it fits."""
        if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].endswith(JOIN):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            json_only(request)
            body = await request.body()
            self._check(body)
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        await self._app(scope, replayed(body, receive), send)

    def _check(self, body: bytes) -> None:
        """Raise a `Problem` for what the page does not send."""
        try:
            call = json.loads(body)
        except (ValueError, RecursionError):
            raise not_json() from None
        number = call.get("fn_index") if isinstance(call, dict) else None
        function = self._functions.get(number) if type(number) is int else None
        data = call.get("data") if function else None
        if (
            function is None
            or not isinstance(data, list)
            or not isinstance(call.get("session_hash"), str)
            or len(data) != len(function.inputs)
            or not all(map(fits, function.inputs, data))
        ):
            raise wrong_form([])


def fits(component: object, value: Any) -> bool:
    """Return whether a value is one that the page holds in a component."""
    match component:
        case State():
            # The server has it; whatever comes here is not read.
            return True
        case Chatbot():
            return isinstance(value, list) and all(map(is_message, value))
        case Radio():
            return value in [choice for _, choice in component.choices]
        case Textbox() | Button() | Dropdown():
            return value is None or isinstance(value, str)
    return False


def is_message(value: Any) -> bool:
    """Return whether a value is a message of a conversation, its content a text or parts with one each."""
    if not isinstance(value, dict) or value.get("role") not in {"user", "assistant"}:
        return False
    content = value.get("content")
    if isinstance(content, list):
        return all(isinstance(part, dict) and isinstance(part.get("text"), str) for part in content)
    return isinstance(content, str)
