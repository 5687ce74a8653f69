"""What changed since an older run of the same set: questions won and lost, and metrics."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.evaluation import Metric, Result


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose answer became right ("won") or stopped being right ("lost")."""

    id: str
    question: str
    before: str
    after: str

    @property
    def won(self) -> bool:
        """Whether the newer answer is the right one."""
        return self.after == "right"


def changes(results: Iterable[Result], older: Mapping[str, Any]) -> list[Change]:
    """Return what was won and what was lost since an older run's JSON, won first."""
    before = {record["id"]: record["diagnosis"] for record in older["questions"]}
    found = [
        Change(result.question.id, result.question.question, old, result.diagnosis)
        for result in results
        if (old := before.get(result.question.id)) is not None
        and (old == "right") != (result.diagnosis == "right")
    ]
    return sorted(found, key=lambda change: not change.won)


def differences(newer: Mapping[str, Metric], older: Mapping[str, Metric]) -> dict[str, float]:
    """Return by how much each metric that both runs have grew."""
    pairs = {
        name: (metric["value"], older[name]["value"])
        for name, metric in newer.items()
        if name in older
    }
    return {
        name: new - old for name, (new, old) in pairs.items() if new is not None and old is not None
    }
