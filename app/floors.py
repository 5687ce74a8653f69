"""What a set has reached and must not fall below: `seeds/floors.json`, kept by `eval --floors`."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.evaluation import Metric
from app.run import write_text
from index.errors import FixInput

AT_LEAST = ("evidence_at_1", "evidence_at_4", "citation_hit", "citation_precision", "answer_hit",
            "abstention_accuracy", "balanced_abstention")  # fmt: skip
AT_MOST = ("false_answers", "missed_answers", "unsupported_sentences")
# Scores round differently on another processor, which turns a question or two of a hundred.
NOISE = 0.02


@dataclass(frozen=True, slots=True)
class Floors:
    """The best values so far of one set, named by its file's SHA-256 (hex)."""

    set_digest: str
    values: Mapping[str, float]
    noise: float = NOISE

    @classmethod
    def read(cls, path: Path) -> "Floors":
        """Read the file; raises `FixInput` where it is none."""
        try:
            kept: dict[str, Any] = json.loads(path.read_text("utf-8"))
            return cls(kept["set_digest"], dict(kept["values"]), float(kept["noise"]))
        except (OSError, ValueError, KeyError, TypeError):
            raise FixInput(f"{path}: not a file of floors; --update-floors makes one.") from None

    @classmethod
    def reached(cls, summary: Mapping[str, Metric], set_digest: str) -> "Floors":
        """Return what a run reached."""
        values = {name: summary[name]["value"] for name in (*AT_LEAST, *AT_MOST)}
        return cls(set_digest, {k: round(v, 4) for k, v in values.items() if v is not None})

    def shortfalls(self, reached: "Floors") -> list[str]:
        """Return a line for each value that a run misses by more than the noise, or did not measure."""
        if reached.set_digest != self.set_digest:
            return ["The floors are those of another question set: run with --update-floors."]
        return [
            f"{name} fell from {floor:.4g} to {value:.4g}"
            for name, floor in self.values.items()
            for value in [reached.values.get(name, math.nan)]
            if not (floor - value if name in AT_LEAST else value - floor) <= self.noise
        ]

    def write(self, path: Path) -> None:
        """Write the file; raises `FixInput` where it cannot be written."""
        kept = {"set_digest": self.set_digest, "noise": self.noise, "values": dict(self.values)}
        write_text(path, json.dumps(kept, indent=1) + "\n")


def update(path: Path, reached: Floors, allow_lower: bool) -> None:
    """Make a run's values the floors.

    Raises `FixInput` where a value of the same set would fall and `allow_lower` is not given.
    """
    if not path.exists():
        reached.write(path)
        return
    old = Floors.read(path)
    strict = replace(old, noise=0.0)
    same_set = old.set_digest == reached.set_digest
    if same_set and not allow_lower and (lines := strict.shortfalls(reached)):
        raise FixInput(f"{'; '.join(lines)}: not written without --allow-lower.")
    replace(reached, noise=old.noise).write(path)
