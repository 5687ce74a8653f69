import json
from pathlib import Path

import pytest

from app.answering import Assistant
from app.question_set import read_set
from app.run import SetRun, read_run, write_run
from index.errors import FixInput


@pytest.fixture
def path(tmp_path: Path, assistant: Assistant) -> Path:
    evidence = assistant.article(None).text[:40].strip()
    lines = [
        {"id": "1", "question": "who controls G42?", "answerable": True, "evidence": [evidence]},
        {"id": "2", "question": "hi", "answerable": False},
        {"id": "3", "question": "stargate money", "answerable": False},
    ]
    found = tmp_path / "set.jsonl"
    found.write_text("\n".join(map(json.dumps, lines)))
    return found


def test_a_run_is_gone_on_with_and_its_answers_are_not_asked_again(
    path: Path, assistant: Assistant
) -> None:
    first = SetRun(assistant, path, read_set(path))
    next(first.ask())
    file = path.with_suffix(".json")
    write_run(file, first.to_json())
    second = SetRun(assistant, path, read_set(path))
    second.go_on_from(file)
    results = list(second.ask())
    kept, asked = results[0], first.results[0]
    assert kept.answer["timings_ms"] == asked.answer["timings_ms"]
    assert [result.question.id for result in results] == ["1", "2", "3"]
    assert second.to_json()["summary"]["abstention_accuracy"]["n"] == 3


def test_what_was_finished_survives_a_second_interruption(path: Path, assistant: Assistant) -> None:
    first = SetRun(assistant, path, read_set(path))
    list(first.ask())
    file = path.with_suffix(".json")
    write_run(file, first.to_json())
    second = SetRun(assistant, path, read_set(path))
    second.go_on_from(file)
    next(second.ask())
    second.keep_finished()
    assert len(second.to_json()["questions"]) == 3


def test_a_run_of_another_set_is_not_gone_on_with(path: Path, assistant: Assistant) -> None:
    file = path.with_suffix(".json")
    write_run(file, SetRun(assistant, path, read_set(path)).to_json())
    path.write_text(path.read_text().replace("money", "sum"))
    with pytest.raises(FixInput):
        SetRun(assistant, path, read_set(path)).go_on_from(file)


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"questions": 3}', '{"questions": [{"id": "1"}], "summary": {}, "run": {}}'],
)
def test_what_is_no_run_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "run.json"
    file.write_text(content)
    with pytest.raises(FixInput):
        read_run(file)
