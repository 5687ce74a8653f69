"""What the assistant says: the events of a stream and the answer that ends it.

`Assistant.stream` yields `Status` and `Sentence` objects and last the `Answer`. `Answer.to_json`
is the contract that the CLI, the evaluation and the HTTP interface print.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Mode = Literal["quote", "draft"]
# What is asked: one article, or all that are stored.
Scope = Literal["article", "archive"]
AbstentionReason = Literal["not_in_article", "not_a_question", "language", "unsafe"]
Stage = Literal["loading", "searching", "reading", "writing"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A footnote: `quote` is exactly `article.text[start:end]`; `section` is "" above the first heading.

    `corrected_at` is the ISO date since which the article says so, None if it did from the start.
    `before` is the text that stands right before it, to tell it from the same words elsewhere on a page.
    """

    number: int
    article_id: str
    chunk_id: str
    title: str
    published: str
    modified: str | None
    corrected_at: str | None
    kind: str
    section: str
    start: int
    end: int
    quote: str
    url: str
    before: str


@dataclass(frozen=True, slots=True)
class Status:
    """What the assistant is doing from here on; the first is sent before anything else."""

    stage: Stage


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer with the footnotes behind it; once sent it is never taken back."""

    text: str
    citations: tuple[Citation, ...]


@dataclass
class Draft:
    """What came of a language model's draft: the sentences that passed, a record of all of them.

    `fault` says why the model's text broke off or never came, None where it ended by itself.
    """

    sentences: list[Sentence] = field(default_factory=list)
    record: list[dict[str, object]] = field(default_factory=list)
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds of one answer; `model` is the time inside forward passes, part of the others."""

    retrieve: float = 0.0
    rerank: float = 0.0
    answer: float = 0.0
    model: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer to one question; an abstention has no sentences and says its reason."""

    question: str
    standalone_question: str
    article_id: str | None
    article_version: str | None
    mode: Mode
    abstained: bool
    abstention_reason: AbstentionReason | None
    text: str
    notice: str | None
    sentences: tuple[Sentence, ...]
    related: tuple[Citation, ...]
    timings_ms: Timings
    trace: dict[str, Any] = field(default_factory=dict)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation once, in the order of its number."""
        return citations_of(self.sentences)

    def to_json(self) -> dict[str, Any]:
        """Return the contract's JSON object."""
        return {
            "question": self.question,
            "standalone_question": self.standalone_question,
            "article_id": self.article_id,
            "article_version": self.article_version,
            "mode": self.mode,
            "abstained": self.abstained,
            "abstention_reason": self.abstention_reason,
            "answer": self.text,
            "notice": self.notice,
            "sentences": [
                {"text": s.text, "citations": [c.number for c in s.citations]}
                for s in self.sentences
            ],
            "citations": [asdict(citation) for citation in self.citations],
            "related": [asdict(citation) for citation in self.related],
            "timings_ms": asdict(self.timings_ms),
            "trace": self.trace,
        }


def citations_of(sentences: Iterable[Sentence]) -> tuple[Citation, ...]:
    """Return every citation of these sentences once, in the order of its number."""
    found = {c.number: c for sentence in sentences for c in sentence.citations}
    return tuple(found[number] for number in sorted(found))
