"""What those who run the server ask it: does it live, can it answer, what has it counted."""

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from app.desk import Desk, understood
from app.metrics import CONTENT_TYPE
from app.problems import problems
from index.followed import stale_feeds
from index.settings import IndexSettings

NO_STORE = {"Cache-Control": "no-store"}


def operations_routes(desk: Desk, settings: IndexSettings) -> APIRouter:
    """Return the routes for a supervisor and a Prometheus server."""
    router = APIRouter(tags=["operations"])

    @router.get("/healthz", summary="The process lives")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz", summary="Questions can be answered", responses=problems(503))
    def readyz() -> dict[str, str | int]:
        # The models were loaded before the server began to listen.
        with understood():
            articles = desk.assistant.library.count()
        return {"status": "ready", "articles": articles, "stale_feeds": len(stale_feeds(settings))}

    @router.get("/metrics", summary="Figures for Prometheus", response_class=PlainTextResponse)
    def metrics() -> Response:
        desk.metrics.stale(len(stale_feeds(settings)))
        return Response(desk.metrics.text(), headers=NO_STORE, media_type=CONTENT_TYPE)

    return router
