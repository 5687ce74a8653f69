from pathlib import Path

import pytest
from rich.console import Console

from app.opening import open_assistant
from app.settings import AppSettings
from index.errors import FixInput

QUIET = Console(quiet=True)


def test_an_empty_store_gets_the_bundled_article_and_a_used_one_keeps_its_own(
    tmp_path: Path,
) -> None:
    source = tmp_path / "port.txt"
    source.write_text("Port sold\nThe port was sold to Acme on Monday.")
    settings = AppSettings(data_dir=tmp_path / "bundled")
    bundled = [article.id for article in open_assistant(settings, QUIET).articles()]
    assert bundled
    own = tmp_path / "own"
    assert [a.id for a in open_assistant(settings, QUIET, own, [source]).articles()] == ["port"]
    assert [a.id for a in open_assistant(settings, QUIET, own).articles()] == ["port"]


def test_a_source_that_cannot_be_read_is_told_before_anything_is_stored(tmp_path: Path) -> None:
    with pytest.raises(FixInput):
        open_assistant(AppSettings(), QUIET, tmp_path / "data", [tmp_path / "missing.txt"])
    assert not (tmp_path / "data").exists()
