from pathlib import Path

import pytest

from app.answering import Assistant
from app.evidence import EvidenceModel
from app.suggestions import SUGGESTED, candidates, suggestions
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


@pytest.mark.parametrize(
    ("paragraph", "question"),
    [
        ("The council kept the lighthouse because tourists love it.",
         "Why did the council keep the lighthouse?"),
        ("The first draft shut two buildings.", "How many buildings did the first draft shut?"),
        ("Nadia Rahmani signed the contract on Monday.", "When did Nadia Rahmani sign the contract?"),
        ("Nadia Rahmani signed the contract on Monday.", "Who signed the contract on Monday?"),
        ("Acme paid £4m for the harbour.", "How much did Acme pay for the harbour?"),
    ],
)  # fmt: skip
def test_a_plain_sentence_makes_a_question_of_its_kind(
    language: Language, paragraph: str, question: str
) -> None:
    made = candidates(from_text(f"Harbour\n{paragraph}", "a"), language)
    assert question in [s.question for found in made.values() for s in found]


@pytest.mark.parametrize(
    "paragraph",
    ["Nadia Rahmani knew of no flood.", "Nadia Rahmani declined to be interviewed.",
     "Nadia Rahmani told Oskar Lindqvist, the clerk, that it was late."],
)  # fmt: skip
def test_what_would_be_a_dull_question_makes_none(language: Language, paragraph: str) -> None:
    made = candidates(from_text(f"Harbour\n{paragraph}", "a"), language)
    assert not [s for kind in ("why", "when", "who") for s in made[kind]]


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
