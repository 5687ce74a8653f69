import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.app.test_cli import ROOT, environment_with, run

SEED = ROOT / "seeds" / "altman-musk-trump.md"
# Short, so that beginning a set for it takes seconds; test_starter.py has the bundled article.
HARBOUR = """---
title: Harbour sold
---
Mara Quill, the mayor of Port Sorrel, sold the harbour to Acme in March.

In June, Tom Ashby opened a second ferry line. Lena Voss leads the residents who oppose it.
"""
LINES = [
    {"id": "1", "question": "who controls G42?", "answerable": True, "type": "who",
     "evidence": ["G42"], "answers": ["Tahnoun"]},
    {"id": "2", "question": "how do I reset my router", "answerable": False, "type": "off_topic"},
    {"id": "3", "question": "and why?", "answerable": False, "history": ["what is Stargate?"]},
]  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(map(json.dumps, LINES)))
    return path


def test_a_draft_is_run_with_every_output_and_leaves_nothing_behind(
    data: Path, questions: Path, tmp_path: Path
) -> None:
    outputs = {name: tmp_path / f"out.{name}" for name in ("json", "html", "junit", "ragas")}
    done = run(
        "app", "eval", str(questions), "--source", str(SEED), "--baseline", "stock",
        *(word for name, path in outputs.items() for word in (f"--{name}", str(path))),
        "--require", "unsupported_sentences<=0", data=data,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    kept = json.loads(outputs["json"].read_text())
    assert [question["id"] for question in kept["questions"]] == ["1", "2", "3"]
    assert all(len(question["retrieved"]) <= 10 for question in kept["questions"])
    assert set(kept["summary"]["citation_hit"]) == {"value", "n", "low", "high"}
    assert kept["baseline"]["summary"]["false_answers"]["value"] == 1
    assert ElementTree.parse(outputs["junit"]).getroot()[0].get("tests") == "4"
    assert not re.search(r"(?:src|href)=.?https?:", outputs["html"].read_text())
    assert len(outputs["ragas"].read_text().splitlines()) == 3
    assert not (data / "chroma").exists()
    again = run(
        "app", "eval", str(questions), "--source", str(SEED), "--json", str(outputs["json"]),
        "--resume", "--compare", str(outputs["json"]), "--require", "answer_words>=1000", data=data,
    )  # fmt: skip
    assert again.returncode == 1
    assert "answer_words>=1000" in again.stderr
    assert "0 won, 0 lost" in again.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("--require", "citation_hit"),
        ("--require", "beauty>=1"),
        ("--resume",),
        ("--compare", "missing.json"),
        ("--source", "missing.md"),
        ("--baseline", "magic"),
    ],
)
def test_wrong_use_is_told_before_anything_is_asked(
    data: Path, questions: Path, words: tuple[str, ...]
) -> None:
    done = run("app", "eval", str(questions), *words, data=data)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_a_draft_set_is_begun_and_never_written_over(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "new.jsonl"
    article = tmp_path / "harbour.md"
    article.write_text(HARBOUR)
    assert run("app", "eval", "--new", str(article), str(path), data=data).returncode == 0
    written = path.read_text()
    assert {json.loads(line)["answerable"] for line in written.splitlines()} == {True, False}
    assert run("app", "eval", "--new", str(article), str(path), data=data).returncode == 2
    assert path.read_text() == written


def test_ctrl_c_keeps_what_is_finished(data: Path, tmp_path: Path) -> None:
    path, kept = tmp_path / "long.jsonl", tmp_path / "run.json"
    lines = [{**LINES[0], "id": str(n), "question": f"who controls G42, {n}?"} for n in range(400)]
    path.write_text("\n".join(map(json.dumps, lines)))
    command = [
        sys.executable,
        "-m",
        "app",
        "eval",
        str(path),
        "--source",
        str(SEED),
        "--json",
        str(kept),
    ]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment_with(data), stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    first = process.stderr.readline()
    while "Asking" not in first:
        first = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "--resume" in rest
    assert len(json.loads(kept.read_text())["questions"]) < 400
