from pathlib import Path

import pytest

from app.evaluation import Metric, summarise
from app.floors import Floors, update
from index.errors import FixInput


def summary(hit: float, false: float) -> dict[str, Metric]:
    return {
        **summarise([]),
        "citation_hit": {"value": hit, "n": 10, "low": hit, "high": hit},
        "false_answers": {"value": false, "n": 10, "low": false, "high": false},
    }


def test_a_fall_beyond_the_noise_is_told_in_either_direction(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    update(path, Floors.reached(summary(0.9, 0.1), "a"), allow_lower=False)
    floors = Floors.read(path)
    assert floors.shortfalls(Floors.reached(summary(0.89, 0.11), "a")) == []
    assert len(floors.shortfalls(Floors.reached(summary(0.8, 0.1), "a"))) == 1
    assert len(floors.shortfalls(Floors.reached(summary(0.9, 0.3), "a"))) == 1
    assert floors.shortfalls(Floors.reached(summary(0.9, 0.1), "b"))


def test_floors_are_lowered_only_on_purpose(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    update(path, Floors.reached(summary(0.9, 0.1), "a"), allow_lower=False)
    with pytest.raises(FixInput):
        update(path, Floors.reached(summary(0.895, 0.1), "a"), allow_lower=False)
    update(path, Floors.reached(summary(0.8, 0.2), "a"), allow_lower=True)
    assert Floors.read(path).values["citation_hit"] == 0.8


def test_a_file_that_holds_no_floors_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    path.write_text("[]")
    with pytest.raises(FixInput):
        Floors.read(path)
