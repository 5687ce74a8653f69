from collections.abc import Sequence
from pathlib import Path

import pytest

from index.adapter import ADAPTER, SECOND_ADAPTER
from index.article import Article
from index.chunking import chunk_article
from index.cross_encoder import OnnxCrossEncoder
from index.language import Language
from index.models import (
    READ_TWICE,
    Embedder,
    Reading,
    Reranker,
    Stopwatch,
    in_batches,
    joined,
    space_digest,
)

QUESTION = "Who bought the port?"
READINGS = [
    Reading(text)
    for text in (
        "The port was sold to Acme on Monday.", "It rained.", "Acme has 300 ships.", "The mayor of the town resigned.",
        "The port is 90 years old.", "Nobody else had made an offer.", "A bakery opened beside the church.", "Fish is dear.",
    )
]  # fmt: skip


def by_one(adapter: Path, readings: Sequence[Reading]) -> list[float]:
    return in_batches(OnnxCrossEncoder(adapter), [(QUESTION, joined(r)) for r in readings])


def test_the_best_are_read_twice_and_the_rest_once(reranker: Reranker) -> None:
    first = by_one(ADAPTER, READINGS)
    best = sorted(range(len(first)), key=lambda n: -first[n])[:READ_TWICE]
    second = by_one(SECOND_ADAPTER, [READINGS[n] for n in best])
    expected = list(first)
    for number, score in zip(best, second, strict=True):
        expected[number] = (first[number] + score) / 2
    assert reranker.score(QUESTION, READINGS) == pytest.approx(expected)
    assert expected != first


def test_nothing_to_read_has_no_scores(reranker: Reranker) -> None:
    assert reranker.score(QUESTION, []) == []
    assert reranker.score_through(QUESTION, []) == {}


def test_the_time_in_passes_is_measured(
    reranker: Reranker, seed_article: Article, language: Language
) -> None:
    chunks = list(chunk_article(seed_article, language))[:3]
    clock = Stopwatch()
    reranker.score(QUESTION, READINGS, clock)
    first = clock.milliseconds
    reranker.score_through(QUESTION, chunks, clock)
    assert 0 < first < clock.milliseconds


def test_the_bundled_vector_space_is_known_without_the_model(embedder: Embedder) -> None:
    assert space_digest() == embedder.digest
