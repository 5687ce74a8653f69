"""A correction by another process is in the very next answer of one that was running all along."""

import io
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from app.answering import Assistant
from app.evidence import EvidenceModel
from app.page import answer_markdown, copied_text
from app.terminal import print_answer
from index.errors import FixInput
from index.language import Language
from index.models import Embedder, Reranker
from index.store import ArticleStore

ROOT = Path(__file__).parents[2]
QUESTION = "Who bought the ferry?"
FIRST = """---
title: Ferry sold
---
The ferry was bought by Clara Dunne on Monday for $US4m.

It had been idle since the winter and nobody in Marram expected to see it sail again.
"""


def index(*words: str, data: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "index", *words],
        cwd=ROOT,
        env={**os.environ, "FOOTNOTE_DATA_DIR": str(data)},
        check=True,
        timeout=120,
    )


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "ferry.md"
    source.write_text(FIRST)
    index("add", str(source), data=tmp_path / "data")
    return source


@pytest.fixture
def running(
    source: Path, tmp_path: Path, language: Language, embedder: Embedder, reranker: Reranker
) -> Assistant:
    store = ArticleStore(tmp_path / "data", embedder.digest)
    running = Assistant(store, language, embedder, reranker, EvidenceModel.load())
    answer = running.ask(QUESTION)
    assert "Clara Dunne" in answer.text
    assert [c.corrected_at for c in answer.citations] == [None] * len(answer.citations)
    return running


def test_a_correction_is_in_the_next_answer_with_its_date(
    running: Assistant, source: Path, tmp_path: Path
) -> None:
    source.write_text(FIRST.replace("Clara Dunne", "Femi Hale"))
    index("add", str(source), data=tmp_path / "data")
    answer = running.ask(QUESTION)
    today = datetime.now(UTC).date()
    dates = {c.quote: c.corrected_at for c in answer.citations}
    changed = next(quote for quote in dates if "Femi Hale" in quote)
    assert dates.pop(changed) == today.isoformat()
    assert not any(dates.values())
    console = Console(record=True, file=io.StringIO())
    print_answer(answer, console)
    shown = f"corrected on {today.day} {today:%B %Y}"
    for text in (
        console.export_text(), answer_markdown(answer), copied_text(answer, [running.article(None)]),
    ):  # fmt: skip
        assert text.count(shown) == 1


def test_the_date_is_the_new_versions_own_where_it_has_one(
    running: Assistant, source: Path, tmp_path: Path
) -> None:
    changed = FIRST.replace("Clara Dunne", "Femi Hale")
    source.write_text(changed.replace("title:", "modified: 2026-05-01\ntitle:"))
    index("add", str(source), data=tmp_path / "data")
    dates = {c.corrected_at for c in running.ask(QUESTION).citations if "Femi" in c.quote}
    assert dates == {"2026-05-01"}


def test_a_removed_article_is_not_answered_from_any_more(
    running: Assistant, tmp_path: Path
) -> None:
    index("remove", "ferry", data=tmp_path / "data")
    with pytest.raises(FixInput):
        running.ask(QUESTION)
