"""Is what was found strong enough to answer with? Several features, one calibrated probability.

Weights and threshold come from `app/calibration.json`, which `python -m app.calibration` writes.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.quoting import Candidate

CALIBRATION = Path(__file__).with_name("calibration.json")
FEATURES = ("best_score", "any_score", "gap_to_other_chunk")
# The logit of a chunk that is not there.
NO_SCORE = -5.0


def features(candidates: Sequence[Candidate]) -> dict[str, float]:
    """Return the features of one question's evidence; scores are the cross-encoder's logits.

    `candidates` are best first; `any_score` is the log-odds that some sentence of them answers.
    """
    best = candidates[0]
    other = next((c.rerank_score for c in candidates if c.chunk.id != best.chunk.id), NO_SCORE)
    return {
        "best_score": best.rerank_score,
        "any_score": math.log(sum(math.exp(c.rerank_score) for c in candidates)),
        "gap_to_other_chunk": best.rerank_score - other,
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
