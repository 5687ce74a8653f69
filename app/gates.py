"""Requirements on a run's metrics: `citation_hit>=0.9`."""

import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.evaluation import METRICS, Metric
from index.errors import FixInput

FORM = re.compile(r"\s*([a-z0-9_]+)\s*(>=|<=)\s*(\d+(?:\.\d+)?)\s*")
COMPARE = {">=": operator.ge, "<=": operator.le}


@dataclass(frozen=True, slots=True)
class Requirement:
    """A bound on one metric's value, "at least" (`>=`) or "at most" (`<=`)."""

    metric: str
    sign: str
    bound: float

    @classmethod
    def parse(cls, text: str) -> "Requirement":
        """Read `METRIC>=VALUE` or `METRIC<=VALUE`; raises `FixInput` for anything else."""
        match = FORM.fullmatch(text)
        if match is None:
            raise FixInput(
                f"{text!r} is not a requirement: write --require 'METRIC>=VALUE' or 'METRIC<=VALUE', "
                "in quotation marks, since the shell reads > and < itself."
            )
        metric, sign, bound = match.groups()
        if metric not in METRICS:
            raise FixInput(f"{metric!r} is not a metric; the metrics are {', '.join(METRICS)}.")
        return cls(metric, sign, float(bound))

    def __str__(self) -> str:
        return f"{self.metric}{self.sign}{self.bound:g}"

    def shortfall(self, summary: Mapping[str, Metric]) -> str | None:
        """Return in words how a run falls short, None where it does not."""
        value = summary[self.metric]["value"]
        if value is None:
            return f"{self} is not met: no question of this set measures it"
        if COMPARE[self.sign](value, self.bound):
            return None
        return f"{self} is not met: {value:.4g} on {summary[self.metric]['n']} values"


def shortfalls(requirements: Sequence[Requirement], summary: Mapping[str, Metric]) -> list[str]:
    """Return a line for each requirement that a run does not meet."""
    return [line for each in requirements if (line := each.shortfall(summary))]
