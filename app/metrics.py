"""What a running server counts, in the form that Prometheus reads."""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)  # fmt: skip

from app.answer import Answer

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60)


class Metrics:
    """The counters of one server; no question, article or address is in any label."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._questions = Counter(
            "footnote_questions", "Questions answered, abstentions included.",
            ["mode"], registry=self._registry,
        )  # fmt: skip
        self._abstentions = Counter(
            "footnote_abstentions", "Questions that were not answered.",
            ["reason"], registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "footnote_answer_seconds", "Seconds from the question to the whole answer, waiting included.",
            buckets=SECONDS, registry=self._registry,
        )  # fmt: skip
        self._limits = Counter(
            "footnote_limits_hit", "Requests refused: too many of a reader's, about an article, or waiting.",
            ["limit"], registry=self._registry,
        )  # fmt: skip
        self._verdicts = Counter(
            "footnote_verdicts", "Thumbs up and down.", ["verdict"], registry=self._registry
        )
        self._stale = Gauge(
            "footnote_stale_feeds", "Followed feeds that could not be read for too long.",
            registry=self._registry,
        )  # fmt: skip
        self._responses = Counter(
            "footnote_responses", "Responses by status.", ["status"], registry=self._registry
        )

    def stale(self, feeds: int) -> None:
        """Set how many followed feeds have not been read well for too long."""
        self._stale.set(feeds)

    def answered(self, answer: Answer, seconds: float) -> None:
        """Count an answer."""
        self._questions.labels(answer.mode).inc()
        self._seconds.observe(seconds)
        if answer.abstention_reason:
            self._abstentions.labels(answer.abstention_reason).inc()

    def limited(self, limit: str) -> None:
        """Count a request that was refused."""
        self._limits.labels(limit).inc()

    def judged(self, verdict: str) -> None:
        """Count a thumb."""
        self._verdicts.labels(verdict).inc()

    def responded(self, status: int) -> None:
        """Count a response."""
        self._responses.labels(str(status)).inc()

    def text(self) -> bytes:
        """Return every figure."""
        return generate_latest(self._registry)
