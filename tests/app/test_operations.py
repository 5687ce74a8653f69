import re
from pathlib import Path

import httpx

from app.answering import Assistant
from app.evidence import EvidenceModel
from index.article import Article
from index.language import Language
from index.models import Embedder, Reranker
from index.publishing import publish
from index.store import ArticleStore
from tests.server import serving, site_of


def test_a_server_says_that_it_lives_and_can_answer(assistant: Assistant, tmp_path: Path) -> None:
    with serving(site_of(assistant, tmp_path)) as address:
        assert httpx.get(f"{address}/healthz").status_code == 200
        ready = httpx.get(f"{address}/readyz")
        assert (ready.status_code, ready.json()["articles"]) == (200, 1)


def test_an_index_that_cannot_be_read_is_told_without_its_place(
    tmp_path: Path,
    language: Language,
    embedder: Embedder,
    reranker: Reranker,
    seed_article: Article,
) -> None:
    store = ArticleStore(tmp_path / "secret", embedder.digest)
    publish(seed_article, "seeds", store, embedder, language)
    assistant = Assistant(store, language, embedder, reranker, EvidenceModel.load())
    with serving(site_of(assistant, tmp_path)) as address:
        (tmp_path / "secret/chroma/chroma.sqlite3").write_bytes(b"no database")
        (tmp_path / "secret/generation").write_text("another process was here")
        for response in (
            httpx.get(f"{address}/readyz"),
            httpx.post(f"{address}/api/ask", json={"question": "who?"}),
            httpx.get(f"{address}/api/articles/{seed_article.id}"),
            httpx.get(f"{address}/api/articles", params={"url": "https://news.example"}),
        ):
            assert response.status_code == 503
            assert "retry-after" in response.headers
            assert response.headers["content-type"] == "application/problem+json"
            assert "secret" not in response.text
        assert httpx.get(f"{address}/healthz").status_code == 200


def test_figures_count_questions_abstentions_and_seconds(
    assistant: Assistant, tmp_path: Path
) -> None:
    with serving(site_of(assistant, tmp_path)) as address:
        for question in ("who controls G42?", "banana bread recipe without eggs"):
            httpx.post(f"{address}/api/ask", json={"question": question}, timeout=60)
        response = httpx.get(f"{address}/metrics")
        assert response.headers["content-type"].startswith("text/plain")
        found = dict(re.findall(r"^(footnote_\S+) (\S+)$", response.text, re.M))
        assert found['footnote_questions_total{mode="quote"}'] == "2.0"
        assert found['footnote_abstentions_total{reason="not_in_article"}'] == "1.0"
        assert found["footnote_answer_seconds_count"] == "2.0"
        assert float(found["footnote_answer_seconds_sum"]) > 0
        assert found['footnote_responses_total{status="200"}'] == "2.0"
        assert "G42" not in response.text
        assert "altman" not in response.text
