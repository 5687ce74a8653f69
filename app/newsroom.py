"""What the newsroom's own systems call, with the admin token: publish, correct, withdraw, read."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.security import HTTPBearer
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from app.admin import AdminToken
from app.answering import Assistant
from app.bodies import ArticleBody, ArticleShown, Id, UrlBody
from app.desk import Desk, understood
from app.problems import NOT_FOUND, Problem, json_only, problems, wrong_form
from app.reader import address_of
from index.article import Article
from index.errors import FixInput
from index.settings import IndexSettings
from index.sources import article_at

# Names the scheme in the OpenAPI document; the token itself is compared by `AdminToken`.
BEARER = HTTPBearer(auto_error=False, description="`FOOTNOTE_ADMIN_TOKEN`")
PUT_BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "anyOf": [
                    {"$ref": "#/components/schemas/ArticleBody"},
                    {"$ref": "#/components/schemas/UrlBody"},
                ]
            }
        }
    },
}


def newsroom_routes(desk: Desk, token: AdminToken, settings: IndexSettings) -> APIRouter:
    """Return the routes about single articles; those that write answer 404 where there is no token."""

    def newsroom_only(request: Request) -> None:
        desk.call(address_of(request))
        if not token.exists:
            raise Problem(404, NOT_FOUND)
        if not token.fits(request.headers.get("authorization", "")):
            raise Problem(
                401, "The admin token is missing or wrong.", {"WWW-Authenticate": "Bearer"}
            )

    router = APIRouter(prefix="/api/articles", tags=["articles"])
    guarded: dict[str, Any] = {
        "dependencies": [Depends(newsroom_only), Depends(BEARER)], "include_in_schema": token.exists,
        "tags": ["newsroom"],
    }  # fmt: skip

    @router.get(
        "/{id}", summary="An article's metadata; its text with the admin token alone",
        response_model=ArticleShown, response_model_exclude_unset=True,
        responses=problems(403, 404, 422, 429, 503),
    )  # fmt: skip
    def show(id: Id, request: Request) -> dict[str, Any]:
        desk.call(address_of(request))
        article = desk.article(id)
        is_newsroom = token.fits(request.headers.get("authorization", ""))
        return article.to_json() if is_newsroom else article.metadata()

    @router.put(
        "/{id}", summary="Publish or correct an article", response_model=ArticleShown,
        openapi_extra={"requestBody": PUT_BODY},
        responses={
            201: {"model": ArticleShown, "description": "It is new"},
            **problems(400, 401, 403, 409, 413, 415, 422, 429, 503),
        },
        **guarded,
    )  # fmt: skip
    async def put(id: Id, request: Request) -> Response:
        # Read here and not before, so that only who has the token can send a large body.
        json_only(request)
        sent = parsed(await request.body())
        article, is_new = await run_in_threadpool(publish, desk, sent, id, settings)
        return JSONResponse(article.metadata(), 201 if is_new else 200)

    @router.delete(
        "/{id}", summary="Withdraw an article", status_code=204, response_model=None,
        responses=problems(401, 403, 404, 422, 429, 503), **guarded,
    )  # fmt: skip
    def delete(id: Id) -> None:
        desk.article(id)
        with understood():
            desk.assistant.library.remove(id)

    return router


def parsed(body: bytes) -> ArticleBody | UrlBody:
    """Return what a PUT sends; raises a 400 or 422 `Problem`."""
    try:
        try:
            return UrlBody.model_validate_json(body)
        except ValidationError:
            return ArticleBody.model_validate_json(body)
    except ValidationError as error:
        raise wrong_form(error.errors()) from None


def publish(
    desk: Desk, sent: ArticleBody | UrlBody, article_id: str, settings: IndexSettings
) -> tuple[Article, bool]:
    """Publish an article under this id; returns it and whether the id is new.

    Raises a 409 `Problem` where the id belongs to another source.
    """
    article = as_article(sent, article_id, settings)
    source = article.url or f"api:{article_id}"
    assistant = desk.assistant
    with understood():
        is_new = not is_stored(assistant, article_id)
        try:
            assistant.library.publish(article, source, assistant.embedder, assistant.language)
        except FixInput:
            raise Problem(
                409, "This id belongs to an article from another source; withdraw that first."
            ) from None
    return article, is_new


def is_stored(assistant: Assistant, article_id: str) -> bool:
    """Return whether there is an article of this id."""
    try:
        assistant.article(article_id)
    except FixInput:
        return False
    return True


def as_article(sent: ArticleBody | UrlBody, article_id: str, settings: IndexSettings) -> Article:
    """Return the article that is sent or named; raises a 422 `Problem` where it contradicts itself."""
    if isinstance(sent, UrlBody):
        return read_page(sent.url, article_id, settings)
    article = sent.article(article_id)
    if sent.id not in {None, article_id}:
        raise Problem(422, "The body's id is not the address's.")
    if sent.version not in {None, article.version}:
        raise Problem(422, "The version is not that of headline, headings and text; leave it out.")
    return article


def read_page(url: str, article_id: str, settings: IndexSettings) -> Article:
    """Return the article on a page; raises a 422 `Problem` that says why there is none."""
    try:
        return article_at(url, settings, article_id)
    except FixInput as error:
        raise Problem(422, str(error)) from None
