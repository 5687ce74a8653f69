import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads(Path(__file__).with_name("answer_schema.json").read_text())


def environment_with(data: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "FOOTNOTE_DATA_DIR": str(data), **more}


def run(*words: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env=environment_with(data, **environment),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


def test_ask_prints_the_contract_and_nothing_else(data: Path) -> None:
    done = run("app", "ask", "stargate money", "--json", data=data)
    assert done.returncode == 0, done.stderr
    jsonschema.validate(json.loads(done.stdout), SCHEMA)


def test_add_list_show_remove(data: Path, tmp_path: Path) -> None:
    source = tmp_path / "port.txt"
    source.write_text("Port sold\nThe port was sold to Acme on Monday for $US4m.\n")
    assert run("index", "add", str(source), data=data).returncode == 0
    listed = json.loads(run("index", "list", "--json", data=data).stdout)
    assert "port" in {article["id"] for article in listed}
    assert all("text" not in article for article in listed)
    shown = json.loads(run("index", "show", "port", "--json", data=data).stdout)
    assert shown["text"] == "The port was sold to Acme on Monday for $US4m."
    assert run("index", "remove", "port", data=data).returncode == 0
    assert run("index", "show", "port", data=data).returncode == 2


@pytest.mark.parametrize(
    ("words", "environment"),
    [
        (("index", "add", "missing.txt"), {}),
        (("app", "ask", ""), {}),
        (("app", "ask", "who", "--article", "missing"), {}),
        (("app", "ask", "who", "--article", "altman-musk-trump", "--all"), {}),
        (("app", "eval", "missing.jsonl"), {}),
        (("index", "list"), {"FOOTNOTE_COLOUR": "red"}),
        (("index", "list"), {"FOOTNOTE_EMBEDDING_MODEL": "/no/such/folder"}),
    ],
)
def test_wrong_use_gets_one_line_and_exit_code_2(
    data: Path, words: tuple[str, ...], environment: dict[str, str]
) -> None:
    done = run(*words, data=data, **environment)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()
