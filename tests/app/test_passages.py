import random
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from app.examples import judge
from app.low_rank import base_model, fitted, load, make_trainable, save
from app.passages import DROPPED_WEIGHT, PLAN, Item, at_places, drawn, item_of, loss_of_step
from app.question_set import Question
from index.cross_encoder import bundled_folder
from index.ingest import from_text
from index.language import Language
from index.models import Embedder
from index.passage_reader import PassageReader, encoding
from index.publishing import prepared
from index.retrieval import ArticleSearch

TEXT = "Harbour\nThe mayor sold the harbour to Acme. It rained.\nAcme paid $US4m. Nobody objected."
FOLDER = bundled_folder()
ENCODE = encoding(FOLDER)


@pytest.fixture(scope="module")
def search(language: Language, embedder: Embedder) -> ArticleSearch:
    article = from_text(TEXT, "harbour")
    return ArticleSearch.prepare(article, prepared(article, embedder, language))


def made(search: ArticleSearch, embedder: Embedder, question: Question) -> Item:
    vector = embedder.encode([question.question])[0]
    return item_of(judge(question, from_text(TEXT, "harbour"), search, vector), ENCODE)


COST = Question("1", "what did it cost?", True, "harbour", evidence=("Acme paid $US4m",))
WHO = Question("2", "who is the mayor's wife?", False, "harbour")


def test_a_question_is_read_with_its_answer_or_at_less_weight_without(
    search: ArticleSearch, embedder: Embedder
) -> None:
    item = made(search, embedder, COST)
    chance = random.Random(0)
    draws = [drawn(item, chance) for _ in range(100)]
    assert {sum(right) for _, right, _ in draws} == {0, 1}
    assert all((weight == DROPPED_WEIGHT) == (not any(right)) for _, right, weight in draws)


def test_a_text_of_one_chunk_is_always_read(search: ArticleSearch, embedder: Embedder) -> None:
    item = replace(made(search, embedder, COST), others=())
    chance = random.Random(0)
    assert all(any(drawn(item, chance)[1]) for _ in range(100))


def test_a_question_without_an_answer_has_no_right_place(
    search: ArticleSearch, embedder: Embedder
) -> None:
    layout, right, weight = drawn(made(search, embedder, WHO), random.Random(0))
    assert layout.places
    assert not any(right)
    assert weight == 1


def test_what_was_trained_is_what_runs(
    tmp_path: Path, search: ArticleSearch, embedder: Embedder
) -> None:
    items = [made(search, embedder, question) for question in (COST, WHO)]
    model = fitted(items, FOLDER, PLAN, loss_of_step, at_places)
    save(model, tmp_path / "passages.npz")
    found = PassageReader(tmp_path / "passages.npz").score(COST.question, search.chunks)
    again = base_model(FOLDER / "model.onnx")
    make_trainable(again, PLAN)
    load(again, tmp_path / "passages.npz")
    layout = drawn(items[0], random.Random(0))[0]
    with torch.no_grad():
        expected = at_places(again, [layout])
    ran = [found[chunk, sentence] for chunk, sentence, _ in layout.places]
    assert ran == pytest.approx(expected.tolist(), abs=0.7)
