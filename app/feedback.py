"""What readers thought of answers, kept as JSON Lines for a limited time.

A line holds the question, the article's id and version, the verdict, the reason and the offsets of
the cited spans; no quote, no address, nothing about who the reader is.
"""

import json
import uuid
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock

from app.answer import Answer
from index.errors import FixSettings

Verdict = Literal["up", "down"]
MAX_REASON_CHARACTERS = 500
# An editor's spreadsheet and `eval` both read the file; no writer keeps it longer than this.
LOCK_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Feedback:
    """One verdict on one answer; `at` is UTC in ISO form, `spans` are the cited `(start, end)`."""

    article: str | None
    article_version: str | None
    question: str
    verdict: Verdict
    spans: tuple[tuple[int, int], ...]
    abstained: bool
    reason: str | None = None
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    @classmethod
    def on(cls, answer: Answer, verdict: Verdict) -> "Feedback":
        """Return a verdict on an answer, without a reason."""
        return cls(
            article=answer.article_id,
            article_version=answer.article_version,
            question=answer.question,
            verdict=verdict,
            # Offsets into one article's text; an answer from the archive has no such text.
            spans=tuple((c.start, c.end) for c in answer.citations if answer.article_id),
            abstained=answer.abstained,
        )

    def because(self, reason: str) -> "Feedback":
        """Return the same verdict with the reader's reason, cut to `MAX_REASON_CHARACTERS`."""
        text = " ".join(reason.split())[:MAX_REASON_CHARACTERS]
        return replace(self, reason=text or None)


class FeedbackLog:
    """The file `feedback.jsonl` in the data folder; lines older than `days` are dropped."""

    def __init__(self, folder: Path, days: int) -> None:
        self._path = folder / "feedback.jsonl"
        self._days = days

    @property
    def keeps(self) -> bool:
        """Whether anything is kept at all."""
        return self._days > 0

    def keep(self, feedback: Feedback) -> None:
        """Add a verdict, or replace the one of the same id; raises `FixSettings` where it cannot.

        Zero `days` keep nothing.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self._path}.lock", timeout=LOCK_TIMEOUT_S):
                lines = [line for line in self.lines() if line["id"] != feedback.id]
                self._write([*lines, asdict(feedback)])
        except OSError as error:
            raise FixSettings(
                f"Feedback cannot be kept in {self._path} ({error.strerror})."
            ) from None

    def lines(self) -> list[dict[str, Any]]:
        """Return what is kept and not too old, oldest first."""
        if not self._path.exists():
            return []
        oldest = (datetime.now(UTC) - timedelta(days=self._days)).isoformat(timespec="seconds")
        found = [json.loads(line) for line in self._path.read_text("utf-8").splitlines() if line]
        return [line for line in found if line["at"] >= oldest]

    def _write(self, lines: list[dict[str, Any]]) -> None:
        fresh = self._path.with_suffix(".new")
        kept = lines if self.keeps else []
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in kept)
        fresh.write_text(text, "utf-8")
        fresh.replace(self._path)
