"""What a page calls for its reader: questions and answers, as JSON or as a stream, and verdicts."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from app.answer import Answer, Sentence, Status
from app.bodies import (
    AnswerShown,
    ArticleShown,
    AskBody,
    FeedbackBody,
    FeedbackKept,
    Id,
    SuggestionsShown,
)  # fmt: skip
from app.desk import Desk, Event
from app.feedback import FeedbackLog
from app.problems import FAILED, Problem, json_only, out_of_order, problems
from app.request_log import note
from index.errors import FixInput, FixSettings

log = logging.getLogger(__name__)
EVENT_STREAM = "text/event-stream"
BOTH = "Name an article, or ask the archive: not both."
# What a proxy logs where the caller has left; nobody receives it.
GONE = 499


def address_of(request: Request) -> str:
    """Return the caller's address; a trusted proxy's word for it is already in its place."""
    return request.client.host if request.client else "unknown"


def reader_routes(desk: Desk, feedback: FeedbackLog) -> APIRouter:
    """Return the routes that a page calls for its reader."""

    def counted(request: Request) -> None:
        desk.call(address_of(request))

    router = APIRouter(prefix="/api")
    cheap, sends_json = Depends(counted), Depends(json_only)

    @router.post(
        "/ask", summary="Ask an article, or all of them", dependencies=[sends_json],
        responses={
            200: {
                "model": AnswerShown,
                "description": "The answer; with `Accept: text/event-stream` the events `status`, "
                "`sentence`, `done` and `error`.",
                "content": {EVENT_STREAM: {"schema": {"type": "string"}}},
            },
            **problems(400, 403, 404, 413, 415, 422, 429, 503),
        },
    )  # fmt: skip
    async def ask(body: AskBody, request: Request) -> Response:
        if body.scope == "archive" and body.article is not None:
            raise Problem(422, BOTH)
        events = await desk.ask(
            body.question, body.history, body.article, body.scope, address_of(request)
        )
        if EVENT_STREAM in request.headers.get("accept", ""):
            return StreamingResponse(
                server_sent(events, request), media_type=EVENT_STREAM,
                headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
            )  # fmt: skip
        answer = await unless_gone(request, events)
        if answer is None:
            return Response(status_code=GONE)
        note_answer(request, answer)
        return JSONResponse(answer.to_json(), headers={"Cache-Control": "no-store"})

    @router.get(
        "/articles", summary="Find an article by its canonical URL", dependencies=[cheap],
        response_model=list[ArticleShown], response_model_exclude_none=False,
        responses=problems(403, 422, 429, 503),
    )  # fmt: skip
    def find(url: Annotated[str, Query(min_length=1, max_length=2000)]) -> list[dict[str, Any]]:
        return [article.metadata() for article in desk.at(url)]

    @router.get(
        "/articles/{id}/suggestions", summary="Questions that an article answers",
        dependencies=[cheap], response_model=SuggestionsShown,
        responses=problems(403, 404, 422, 429, 503),
    )  # fmt: skip
    async def suggest(id: Id) -> dict[str, list[str]]:
        return {"suggestions": await desk.suggest(id)}

    @router.post(
        "/feedback", summary="Say whether an answer helped", dependencies=[sends_json, cheap],
        status_code=201,
        response_model=FeedbackKept, responses=problems(400, 403, 404, 413, 415, 422, 429, 503),
    )  # fmt: skip
    def judge(body: FeedbackBody) -> dict[str, str]:
        if body.article is not None:
            desk.article(body.article)
        given = body.feedback()
        try:
            feedback.keep(given)
        except FixSettings as error:
            raise out_of_order(error) from error
        desk.metrics.judged(given.verdict)
        return {"id": given.id}

    return router


async def last(events: AsyncGenerator[Event, None]) -> Answer:
    """Return the answer that ends a stream of events."""
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Answer):
                return event
    raise AssertionError("a stream without an answer")


async def unless_gone(request: Request, events: AsyncGenerator[Event, None]) -> Answer | None:
    """Return the answer, or None where the caller left before, which stops the work."""
    answer = asyncio.ensure_future(last(events))
    leaving = asyncio.ensure_future(departure(request))
    try:
        await asyncio.wait({answer, leaving}, return_when=asyncio.FIRST_COMPLETED)
        return answer.result() if answer.done() else None
    finally:
        answer.cancel()
        leaving.cancel()


async def departure(request: Request) -> None:
    """Return when the caller has closed the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def server_sent(
    events: AsyncGenerator[Event, None], request: Request
) -> AsyncGenerator[str, None]:
    """Yield an answer's events as the lines of a server-sent event stream."""
    try:
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Status):
                    yield sent("status", {"stage": event.stage})
                elif isinstance(event, Sentence):
                    yield sent("sentence", asdict(event))
                else:
                    note_answer(request, event)
                    yield sent("done", event.to_json())
    except Problem as problem:
        yield sent("error", problem.to_json())
    except FixInput as error:
        yield sent("error", Problem(422, str(error)).to_json())
    except Exception:
        # The status went out long ago, so nobody further out can tell the reader.
        log.exception("An answer failed")
        yield sent("error", Problem(500, FAILED).to_json())


def sent(event: str, data: dict[str, Any]) -> str:
    """Return one server-sent event; JSON has no line break to escape."""
    return f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def note_answer(request: Request, answer: Answer) -> None:
    """Put into the log what became of a question, but not its words."""
    note(
        request.scope, article=answer.article_id, mode=answer.mode,
        abstained=answer.abstention_reason or False,
    )  # fmt: skip
