"""Questions that are asked of all articles."""

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from app.answering import Assistant
from app.evidence import EvidenceModel
from index.article import Article
from index.errors import FixInput
from index.ingest import read_article
from index.language import Language
from index.models import Embedder, Reranker
from index.publishing import publish
from index.store import ArticleStore
from tests.app.test_answering import SCHEMA

EARLY = """---
title: Fire at the cannery
published: 2026-03-02
---
A fire at the old cannery in Port Sorrel killed 12 people on Sunday night.

Mara Quill, the mayor, called it the worst night in the town's history. The harbour stayed closed.
"""
LATE = """---
title: What the cannery fire cost
published: 2026-03-09
---
The fire at the old cannery in Port Sorrel killed 14 people, the coroner said.

Rebuilding the quay will take two years. Tom Ashby, who ran the cannery, has left the town.
"""
OTHER = """---
title: A ferry for Lindhaven
published: 2026-01-15
---
Lindhaven's second ferry line opens in May. Each crossing will cost two euros.
"""
Make = Callable[[str], Assistant]


@pytest.fixture(scope="module")
def archive(
    tmp_path_factory: pytest.TempPathFactory,
    language: Language,
    embedder: Embedder,
    reranker: Reranker,
) -> Assistant:
    folder = tmp_path_factory.mktemp("archive")
    store = ArticleStore(folder / "index", embedder.digest)
    for name, text in (("early", EARLY), ("late", LATE), ("other", OTHER)):
        path = folder / f"{name}.md"
        path.write_text(text)
        publish(read_article(path), str(path), store, embedder, language)
    return Assistant(store, language, embedder, reranker, EvidenceModel.load())


def test_each_quote_names_its_article_and_stands_in_it(archive: Assistant) -> None:
    articles: dict[str, Article] = {article.id: article for article in archive.articles()}
    for question in ("How much will a crossing to Lindhaven cost?", "Who ran the cannery?"):
        answer = archive.ask(question, scope="archive")
        jsonschema.validate(json.loads(json.dumps(answer.to_json())), SCHEMA)
        assert not answer.abstained
        assert (answer.article_id, answer.article_version) == (None, None)
        for citation in answer.citations:
            article = articles[citation.article_id]
            assert (citation.title, citation.published) == (article.title, article.published)
            assert citation.quote == article.text[citation.start : citation.end]


def test_where_articles_differ_both_are_quoted_the_latest_first(archive: Assistant) -> None:
    answer = archive.ask("How many people did the cannery fire kill?", scope="archive")
    told = [(c.article_id, number) for c in answer.citations for number in ("12", "14") if number in c.quote]  # fmt: skip
    assert told == [("late", "14"), ("early", "12")]
    assert answer.notice
    assert not archive.ask("Who ran the cannery?", scope="archive").notice


def test_a_follow_up_goes_on_from_the_question_before(archive: Assistant) -> None:
    answer = archive.ask("When does it open?", ["Is Lindhaven getting a new ferry?"], scope="archive")  # fmt: skip
    assert any("May" in c.quote for c in answer.citations)


def test_a_misspelt_name_is_found_in_whatever_article_has_it(archive: Assistant) -> None:
    answer = archive.ask("who is Mara Quil?", scope="archive")
    assert any("Mara Quill" in c.quote for c in answer.citations)


def test_what_no_article_says_is_not_answered_and_the_nearest_passages_are_shown(
    archive: Assistant,
) -> None:
    answer = archive.ask("Which bank lent Tom Ashby the money?", scope="archive")
    assert answer.abstention_reason == "not_in_article"
    assert answer.related


@pytest.mark.parametrize("wish", ["hi", "summarise this", "who is mentioned?"])
def test_what_only_one_article_can_be_asked_is_no_question_to_all(
    archive: Assistant, wish: str
) -> None:
    assert archive.ask(wish, scope="archive").abstention_reason == "not_a_question"


def test_what_is_withdrawn_is_not_found_any_more(
    tmp_path: Path, language: Language, embedder: Embedder, reranker: Reranker
) -> None:
    path = tmp_path / "other.md"
    path.write_text(OTHER)
    store = ArticleStore(tmp_path / "index", embedder.digest)
    publish(read_article(path), str(path), store, embedder, language)
    assistant = Assistant(store, language, embedder, reranker, EvidenceModel.load())
    assert not assistant.ask("What will a crossing cost?", scope="archive").abstained
    store.remove("other")
    with pytest.raises(FixInput):
        assistant.ask("What will a crossing cost?", scope="archive")
