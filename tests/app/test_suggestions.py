from pathlib import Path

from app.answering import Assistant
from app.evidence import EvidenceModel
from app.suggestions import SUGGESTED, suggestions
from index.ingest import from_text
from index.language import Language
from index.models import Embedder, Reranker
from index.publishing import publish
from index.store import ArticleStore

HARBOUR = (
    "Harbour sold\n"
    "Nadia Rahmani, the mayor of Port Ellery, signed the contract on Monday. "
    "Acme Holdings paid $US4m for the harbour.\n"
    "The council kept the lighthouse because tourists love it. Oskar Lindqvist leads the council."
)


def test_the_bundled_article_gets_six_questions_that_it_answers(assistant: Assistant) -> None:
    article = assistant.article(None)
    found = suggestions(assistant, article)
    assert len(set(found)) == SUGGESTED
    for question in found:
        assert not assistant.ask(question).abstained, question


def test_suggestions_are_kept_with_their_version(
    tmp_path: Path, language: Language, embedder: Embedder, reranker: Reranker
) -> None:
    store = ArticleStore(tmp_path, embedder.digest)
    assistant = Assistant(store, language, embedder, reranker, EvidenceModel.load())
    publish(from_text(HARBOUR, "harbour"), "s", store, embedder, language)
    first = suggestions(assistant, store.get("harbour"))
    assert first
    assert store.suggestions(store.get("harbour")) == first
    changed = from_text(HARBOUR.replace("$US4m", "$US5m"), "harbour")
    publish(changed, "s", store, embedder, language)
    assert store.suggestions(store.get("harbour")) is None
