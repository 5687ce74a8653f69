import pytest

from app.evaluation import Metric, summarise
from app.gates import Requirement, shortfalls
from index.errors import FixInput

SUMMARY: dict[str, Metric] = {
    **summarise([]),
    "citation_hit": {"value": 0.8, "n": 10, "low": 0.6, "high": 0.9},
}


@pytest.mark.parametrize(
    "text", ["citation_hit", "citation_hit=0.9", "citation_hit>=much", ">=1", ""]
)
def test_what_is_no_requirement_is_refused(text: str) -> None:
    with pytest.raises(FixInput):
        Requirement.parse(text)


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(FixInput, match="citation_hit"):
        Requirement.parse("beauty>=1")


@pytest.mark.parametrize(
    ("text", "is_met"),
    [("citation_hit>=0.8", True), ("citation_hit >= 0.81", False), ("citation_hit<=0.8", True),
     ("citation_hit<=0.5", False), ("mrr>=0", False)],
)  # fmt: skip
def test_a_requirement_is_met_or_says_what_falls_short(text: str, is_met: bool) -> None:
    lines = shortfalls([Requirement.parse(text)], SUMMARY)
    assert (not lines) == is_met
