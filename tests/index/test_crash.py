"""The short form of `make bench-crash`."""

from pathlib import Path

import pytest

from index.crash import run_stage, stages
from index.language import Language
from index.models import Embedder
from index.wreckage import Stage


@pytest.fixture(scope="module")
def prepared(embedder: Embedder, language: Language) -> list[Stage]:
    return stages(embedder, language, rows=80)


@pytest.mark.parametrize("number", range(4), ids=["add", "update", "remove", "rebuild"])
def test_a_killed_writer_leaves_every_article_whole(
    number: int, prepared: list[Stage], tmp_path: Path
) -> None:
    found = run_stage(prepared[number], 2, tmp_path)
    assert (found.losses, found.mixed) == ([], [])
    assert found.kills == 2
