import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.evidence import FEATURES, EvidenceModel, features
from app.quoting import read_sentences
from index.article import Chunk, SearchResult, SentenceSpan

SCORES = st.floats(-11, 11)


def found(*scores: list[float]) -> list[SearchResult]:
    """Return one chunk for each list of its sentences' scores."""
    results = []
    for number, own in enumerate(scores):
        spans = tuple(SentenceSpan(n, n + 1) for n in range(len(own)))
        chunk = Chunk(f"a:v:{number}", "a", "v", number, "", 0, len(own), "x" * len(own), spans)
        results.append(SearchResult(chunk, 0.0, max(own), tuple(own)))
    return results


def probability(*scores: list[float]) -> float:
    return EvidenceModel.load().probability(features(read_sentences(found(*scores))))


@given(st.lists(st.lists(SCORES, min_size=1), min_size=1))
def test_a_probability_is_one_whatever_the_scores(scores: list[list[float]]) -> None:
    evidence = features(read_sentences(found(*scores)))
    assert set(evidence) == set(FEATURES)
    assert 0 <= EvidenceModel.load().probability(evidence) <= 1


@given(st.lists(SCORES, min_size=1), st.floats(0.1, 5))
def test_better_evidence_is_never_less_probable(scores: list[float], better: float) -> None:
    assert probability([s + better for s in scores]) >= probability(scores)


def test_clear_evidence_is_answered_with_and_none_is_not() -> None:
    threshold = EvidenceModel.load().threshold
    assert probability([5.0, -4.0], [-5.0]) > threshold
    assert probability([-8.0], [-9.0]) < threshold


def test_the_gap_is_to_the_next_passage_and_not_to_the_next_sentence() -> None:
    evidence = features(read_sentences(found([4.0, 3.0], [1.0])))
    assert evidence["gap_to_other_chunk"] == pytest.approx(3.0)
    assert evidence["best_score"] == 4.0


def test_the_numbers_come_from_the_file(tmp_path: Path) -> None:
    numbers = {
        "weights": {"best_score": 1.0}, "means": {"best_score": 0.0}, "scales": {"best_score": 1.0},
        "intercept": 0.0, "threshold": 0.7,
    }  # fmt: skip
    path = tmp_path / "calibration.json"
    path.write_text(json.dumps({"evidence": numbers}))
    model = EvidenceModel.load(path)
    assert model.threshold == 0.7
    assert model.probability({"best_score": 0.0}) == pytest.approx(0.5)
