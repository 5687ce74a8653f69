"""Is what was found strong enough to answer with? Several features, one calibrated probability.

Weights and threshold come from `app/calibration.json`, which `python -m app.calibration` writes.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.article import SearchResult, SentenceSpan
from index.language import Word

CALIBRATION = Path(__file__).with_name("calibration.json")
ASKED_KINDS = (
    (re.compile(r"\bhow (?:much (?:money|did .* (?:cost|pay|give|donate))|many (?:dollars|euros|pounds))|\b(?:cost|price|salary|worth)\b"), {"money"}),
    (re.compile(r"\bhow (?:much|many|old|big|far|tall|large|often)\b|\bwhat (?:percentage|share|number|score)\b"), {"number", "money"}),
    (re.compile(r"\bwhen\b|\b(?:what|which) (?:year|day|date|month|time)\b|\bhow long\b"), {"date"}),
    (re.compile(r"\bwhere\b|\b(?:what|which) (?:city|country|place|town|state|street)\b"), {"place", "name"}),
    (re.compile(r"\bwho(?:se|m|'s|’s)?\b"), {"person", "name", "organisation"}),
    (re.compile(r"\bwhy\b|\bhow come\b|\bwhat (?:reason|made|caused)\b"), {"reason"}),
)  # fmt: skip
FEATURES = (
    "best_chunk_score",
    "best_sentence_score",
    "similarity",
    "gap_to_second_chunk",
    "content_words_in_chunk",
    "names_in_chunk",
    "content_words_in_sentence",
    "names_in_sentence",
    "holds_what_is_asked",
    "content_word_count",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for: its content stems, its names and the kinds of fact it wants."""

    stems: frozenset[str]
    names: frozenset[str]
    kinds: frozenset[str]


def read_question(question: str, words: Sequence[Word]) -> Asked:
    """Return what a question asks for."""
    lowered = question.lower()
    kinds = next((kinds for pattern, kinds in ASKED_KINDS if pattern.search(lowered)), set[str]())
    names = {word.text.lower() for word in words if word.part == "PROPN" and word.stem}
    stems = {word.stem for word in words if word.stem}
    return Asked(frozenset(stems), frozenset(names), frozenset(kinds))


def share(wanted: frozenset[str], found: frozenset[str]) -> float:
    """Return the share (0 to 1) of what is wanted that was found; 1 where nothing is wanted."""
    return len(wanted & found) / len(wanted) if wanted else 1.0


def features(
    asked: Asked, results: Sequence[SearchResult], best: SentenceSpan, best_sentence_score: float
) -> dict[str, float]:
    """Return the features of one question's evidence; rerank scores are logits."""
    top = results[0]
    second = results[1].rerank_score if len(results) > 1 else top.rerank_score - 5
    stems = frozenset[str]().union(*(s.stems for s in top.chunk.sentences)) | frozenset(
        asked.stems & set(top.chunk.heading.lower().split())
    )
    text = top.chunk.searched_text.lower()
    near = frozenset(name for name in asked.names if name in text)
    return {
        "best_chunk_score": top.rerank_score,
        "best_sentence_score": best_sentence_score,
        "similarity": max(result.similarity for result in results),
        "gap_to_second_chunk": top.rerank_score - second,
        "content_words_in_chunk": share(asked.stems, stems),
        "names_in_chunk": share(asked.names, near),
        "content_words_in_sentence": share(asked.stems, best.stems),
        "names_in_sentence": share(asked.names, best.names),
        "holds_what_is_asked": float(not asked.kinds or bool(asked.kinds & best.kinds)),
        "content_word_count": float(len(asked.stems)),
    }


@dataclass(frozen=True)
class EvidenceModel:
    """A logistic regression over `FEATURES`; `threshold` is the least probability to answer."""

    weights: Mapping[str, float]
    means: Mapping[str, float]
    scales: Mapping[str, float]
    intercept: float
    threshold: float

    @classmethod
    def load(cls, path: Path = CALIBRATION) -> "EvidenceModel":
        """Read the calibrated numbers."""
        return cls(**json.loads(path.read_text())["evidence"])

    def probability(self, found: Mapping[str, float]) -> float:
        """Return the probability (0 to 1) that the evidence answers the question."""
        logit = self.intercept + sum(
            weight * (found[name] - self.means[name]) / self.scales[name]
            for name, weight in self.weights.items()
        )
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
