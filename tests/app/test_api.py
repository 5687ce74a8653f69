"""The OpenAPI document, and the server held to it with thousands of made-up requests."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)  # fmt: skip

from app.answering import Assistant
from app.evidence import EvidenceModel
from index.article import Article
from index.language import Language
from index.models import Embedder, Reranker
from index.publishing import publish
from index.store import ArticleStore
from tests.server import serving, site_of

TOKEN = "correct horse"
# Answers take their time; what is refused does not.
EXAMPLES = 30
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    negative_data_rejection,
]  # fmt: skip


@pytest.fixture(scope="module")
def address(
    tmp_path_factory: pytest.TempPathFactory, language: Language, embedder: Embedder,
    reranker: Reranker, seed_article: Article,
) -> Iterator[str]:  # fmt: skip
    store = ArticleStore(tmp_path_factory.mktemp("data"), embedder.digest)
    publish(seed_article, "seeds", store, embedder, language)
    assistant = Assistant(store, language, embedder, reranker, EvidenceModel.load())
    site = site_of(
        assistant, tmp_path_factory.mktemp("site"), reader_limit="off", admin_token=TOKEN
    )
    with serving(site) as found:
        yield found


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(
    "operation",
    [
        "POST /api/ask", "GET /api/articles", "GET /api/articles/{id}", "PUT /api/articles/{id}",
        "DELETE /api/articles/{id}", "GET /api/articles/{id}/suggestions", "POST /api/feedback",
    ],
)  # fmt: skip
def test_the_server_keeps_to_its_document(
    address: str, operation: str, mode: GenerationMode
) -> None:
    method, path = operation.split()
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json")

    @given(schema[path][method].as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES if operation != "POST /api/ask" else EXAMPLES // 3, derandomize=True, database=None, deadline=None,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def keeps(case: Any) -> None:
        response = case.call(headers={"authorization": f"Bearer {TOKEN}"})
        case.validate_response(response, checks=CHECKS)

    keeps()


def test_the_document_names_every_route_with_examples(address: str) -> None:
    document = httpx.get(f"{address}/openapi.json").json()
    assert {
        "/api/ask", "/api/articles", "/api/articles/{id}", "/api/articles/{id}/suggestions", "/api/feedback",
        "/healthz", "/readyz", "/metrics",
    } <= set(document["paths"])  # fmt: skip
    ask = document["components"]["schemas"]["AskBody"]["properties"]
    assert ask["question"]["examples"]
    responses = document["paths"]["/api/ask"]["post"]["responses"]
    assert {"200", "400", "403", "404", "413", "415", "422", "429", "503"} <= set(responses)
    assert "application/problem+json" in responses["429"]["content"]
    assert "text/event-stream" in responses["200"]["content"]


def test_the_documentation_loads_nothing_from_elsewhere(address: str) -> None:
    page = httpx.get(f"{address}/docs")
    assert "unsafe-inline" not in page.headers["content-security-policy"]
    assert "//" not in page.text
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "start.js"):
        assert f"docs/{name}" in page.text
        assert httpx.get(f"{address}/docs/{name}").status_code == 200
    assert httpx.get(f"{address}/docs/__init__.py").status_code == 404
