"""The HTTP interface as one application: its routes, its problems and its OpenAPI document."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from app.admin import AdminToken
from app.bodies import ArticleBody, ProblemShown, UrlBody
from app.desk import Desk
from app.feedback import FeedbackLog
from app.newsroom import newsroom_routes
from app.operations import operations_routes
from app.pages import page_routes
from app.problems import explain_with_problems
from app.reader import reader_routes
from app.settings import AppSettings

DESCRIPTION = (
    "Ask an article; every sentence of the answer has a footnote that is an exact span of its text. "
    "Errors are RFC 9457 problem documents."
)


class Api(FastAPI):
    """The routes with the document that describes them, problem documents included."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        if not self.openapi_schema:
            document = get_openapi(
                title=self.title, version=self.version, description=self.description,
                routes=self.routes,
            )  # fmt: skip
            # FastAPI knows only of models that it reads or writes as application/json itself.
            _, more = models_json_schema(
                [(ProblemShown, "serialization"), (ArticleBody, "validation"), (UrlBody, "validation")],
                ref_template="#/components/schemas/{model}",
            )  # fmt: skip
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            for name, schema in more["$defs"].items():
                schemas.setdefault(name, schema)
            self.openapi_schema = document
        return self.openapi_schema


def create_api(desk: Desk, feedback: FeedbackLog, token: AdminToken, settings: AppSettings) -> Api:
    """Return the application without the checks that stand before it (`app/serving.py`)."""
    api = Api(
        title="Footnote", description=DESCRIPTION, version="1",
        # The page that FastAPI has itself loads its scripts from a content delivery network.
        docs_url=None, redoc_url=None, swagger_ui_oauth2_redirect_url=None,
        redirect_slashes=False,
    )  # fmt: skip
    explain_with_problems(api)
    api.include_router(reader_routes(desk, feedback))
    api.include_router(newsroom_routes(desk, token, settings))
    api.include_router(operations_routes(desk, settings))
    api.include_router(page_routes(desk))
    return api
