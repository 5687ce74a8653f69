"""The README and the pages in `docs/` say what the program does."""

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from app.__main__ import cli as app_cli
from app.settings import AppSettings
from index.__main__ import cli as index_cli

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND = re.compile(
    r"^    (?:[A-Z_]+=\S+ )*\.venv/bin/python -m (app|index)\b(.*?)(?:\s+#.*)?$", re.M
)
TARGET = re.compile(r"`make ([a-z-]+)|^    make ([a-z-]+)", re.M)


def commands() -> list[tuple[str, str, str]]:
    return [
        (page.name, program, words)
        for page in PAGES
        for program, words in COMMAND.findall(page.read_text("utf-8"))
    ]


@pytest.mark.parametrize(("page", "program", "words"), commands())
def test_a_command_is_one_with_these_options(page: str, program: str, words: str) -> None:
    group = get_command(app_cli if program == "app" else index_cli)
    name, *rest = shlex.split(words) or ["chat"]
    command = group.commands[name]  # type: ignore[attr-defined]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word.split("=")[0] for word in rest if word.startswith("--")} <= known


def test_there_are_commands_to_test() -> None:
    assert len(commands()) > 15


def test_every_setting_stands_in_the_table_and_every_one_there_exists() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    table = readme[readme.index("## Settings") :].split("\n\n")[1]
    named = {name.lower() for name in re.findall(r"`FOOTNOTE_([A-Z_]+)`", table)}
    assert named == set(AppSettings.model_fields)


def test_every_make_target_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for page in PAGES:
        for target in filter(None, sum(TARGET.findall(page.read_text("utf-8")), ())):
            assert re.search(rf"^{target}:", makefile, re.M), (page.name, target)


def test_files_that_are_named_exist() -> None:
    for page in PAGES:
        text = page.read_text("utf-8")
        for path in re.findall(r"\]\(([\w./-]+)\)", text):
            assert (page.parent / path).exists(), (page.name, path)
        for path in re.findall(r"`((?:app|index|tests|seeds|docs|prompts)/[\w./-]+)`", text):
            assert (ROOT / path).exists(), (page.name, path)


def test_the_readme_stays_short() -> None:
    assert (ROOT / "README.md").read_text("utf-8").count("\n") < 170
