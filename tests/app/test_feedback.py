from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.answering import Assistant
from app.feedback import MAX_REASON_CHARACTERS, Feedback, FeedbackLog
from index.errors import FixSettings


@pytest.fixture
def verdict(assistant: Assistant) -> Feedback:
    return Feedback.on(assistant.ask("who controls G42?"), "down")


def test_a_verdict_is_kept_with_offsets_and_without_quotes(
    tmp_path: Path, verdict: Feedback, assistant: Assistant
) -> None:
    FeedbackLog(tmp_path, days=90).keep(verdict)
    (line,) = FeedbackLog(tmp_path, days=90).lines()
    assert line["question"] == "who controls G42?"
    assert line["verdict"] == "down"
    article = assistant.article(line["article"])
    assert line["article_version"] == article.version
    start, end = line["spans"][0]
    assert "G42" in article.text[start:end]
    assert article.text[start:end] not in (tmp_path / "feedback.jsonl").read_text("utf-8")


def test_a_reason_completes_the_verdict_and_adds_no_second_line(
    tmp_path: Path, verdict: Feedback
) -> None:
    log = FeedbackLog(tmp_path, days=90)
    log.keep(verdict)
    log.keep(verdict.because("wrong\nperson " + "x" * 10_000))
    (line,) = log.lines()
    assert line["reason"].startswith("wrong person x")
    assert len(line["reason"]) == MAX_REASON_CHARACTERS


def test_old_verdicts_go_when_the_next_one_comes(tmp_path: Path, verdict: Feedback) -> None:
    log = FeedbackLog(tmp_path, days=30)
    past = (datetime.now(UTC) - timedelta(days=31)).isoformat(timespec="seconds")
    log.keep(replace(verdict, id="old", at=past))
    log.keep(verdict)
    assert [line["id"] for line in log.lines()] == [verdict.id]
    assert "old" not in (tmp_path / "feedback.jsonl").read_text("utf-8")


def test_zero_days_keep_nothing(tmp_path: Path, verdict: Feedback) -> None:
    log = FeedbackLog(tmp_path, days=0)
    log.keep(verdict)
    assert not log.keeps
    assert FeedbackLog(tmp_path, days=1).keeps
    assert (tmp_path / "feedback.jsonl").read_text("utf-8") == ""


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, verdict: Feedback) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FixSettings):
        FeedbackLog(tmp_path / "file", days=90).keep(verdict)
