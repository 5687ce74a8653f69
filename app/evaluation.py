"""An answer is judged from what was emitted, and many judgements become the contract's metrics."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from app.judging import Judge, WordJudge
from app.question_set import Question, occurrences
from index.article import Article
from index.language import Language

Json = Mapping[str, Any]
Span = tuple[int, int]
Metric = dict[str, float | int | None]
Statistic = Callable[..., npt.NDArray[np.float64]]
Diagnosis = Literal[
    "right", "retrieved too low", "sentence not chosen", "abstained wrongly", "answered wrongly"
]
RESAMPLES, SEED = 1000, 0
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
WORD = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)?")
RETRIEVED_SHOWN = 10
# Of an answerable question's evidence, what stands below this rank is not read closely.
HIGH_RANK = 4
RATES = (
    "evidence_at_1", "evidence_at_4", "mrr", "citation_hit", "answer_hit", "abstention_accuracy",
    "false_answers", "missed_answers", "followup_recall",
)  # fmt: skip
METRICS = (
    *RATES, "citation_precision", "balanced_abstention", "unsupported_sentences", "answer_words",
    "cited_characters", "latency_ms_p50", "latency_ms_p95",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """A question, the answer it got as the contract's JSON object, and what that answer is worth."""

    question: Question
    answer: Json
    scores: Mapping[str, float | None]
    diagnosis: Diagnosis

    def to_json(self) -> dict[str, Any]:
        """Return one question of the contract's JSON."""
        return {
            **self.answer,
            "id": self.question.id,
            "type": self.question.type,
            "answerable": self.question.answerable,
            "retrieved": retrieved(self.answer)[:RETRIEVED_SHOWN],
            "scores": dict(self.scores),
            "diagnosis": self.diagnosis,
        }


def retrieved(answer: Json) -> list[Json]:
    """Return the chunks that an answer was made from, best first."""
    found: list[Json] = answer["trace"].get("retrieved", [])
    return found


def judge(
    question: Question, answer: Json, article: Article, language: Language, by: Judge | None = None
) -> Result:
    """Return what an answer is worth, judged by the stored text and not by what chose the answer.

    `by` judges the sentences of drafts; without it a `WordJudge` does.
    """
    scores = {
        "abstention_accuracy": float(answer["abstained"] != question.answerable),
        "unsupported_sentences": float(unsupported(answer, article, by or WordJudge(language))),
        "latency_ms": float(answer["timings_ms"]["total"]),
        "answer_words": None if answer["abstained"] else float(words_in(answer)),
        "followup_recall": recovered(question, answer["standalone_question"], language),
    }
    if not question.answerable:
        wrong = not answer["abstained"]
        scores["false_answers"] = float(wrong)
        return Result(question, answer, scores, "answered wrongly" if wrong else "right")
    rank = evidence_rank(question, answer, article) if question.evidence else None
    spans = [(c["start"], c["end"]) for c in answer["citations"]]
    hit = covers(article, spans, question)
    scores["missed_answers"] = float(answer["abstained"])
    if question.evidence:
        right, total = quotes_near_evidence(question, answer, article)
        scores |= {
            "evidence_at_1": float(rank == 1),
            "evidence_at_4": float(rank is not None and rank <= HIGH_RANK),
            "mrr": 1 / rank if rank else 0.0,
            "citation_hit": float(hit),
            "quotes_right": float(right),
            "quotes": float(total),
        }
    scores["cited_characters"] = (
        None if answer["abstained"] else float(sum(end - start for start, end in spans))
    )
    if question.answers:
        said = evened(" ".join(sentence["text"] for sentence in answer["sentences"]))
        scores["answer_hit"] = float(
            not answer["abstained"] and any(evened(text) in said for text in question.answers)
        )
    return Result(question, answer, scores, diagnosed(answer, rank, hit or not question.evidence))


def diagnosed(answer: Json, rank: int | None, hit: bool) -> Diagnosis:
    """Return what became of an answerable question."""
    if answer["abstained"]:
        return "abstained wrongly"
    if hit:
        return "right"
    return "sentence not chosen" if rank and rank <= HIGH_RANK else "retrieved too low"


def words_in(answer: Json) -> int:
    """Return how many words an answer has, footnote marks not counted."""
    return sum(len(sentence["text"].split()) for sentence in answer["sentences"])


def covers(article: Article, spans: Sequence[Span], question: Question) -> bool:
    """Return whether spans hold every non-space character of one occurrence of a snippet."""
    covered = set[int]().union(*(range(start, end) for start, end in spans))
    return any(
        all(n in covered for n in range(start, end) if not article.text[n].isspace())
        for snippet in question.evidence
        for start, end in occurrences(article.text, snippet)
    )


def evidence_rank(question: Question, answer: Json, article: Article) -> int | None:
    """Return the rank (from 1) of the first retrieved chunk that covers the evidence."""
    for rank, chunk in enumerate(retrieved(answer), start=1):
        if covers(article, [(chunk["start"], chunk["end"])], question):
            return rank
    return None


def unsupported(answer: Json, article: Article, by: Judge) -> int:
    """Count sentences that cite nothing, whose quotes are not the stored text, or that these do not back.

    A quote answer's sentence has to be its quote; a draft's is judged.
    """
    quotes = {c["number"]: c for c in answer["citations"]}
    return sum(
        not sentence["citations"]
        or any(
            article.text[quotes[n]["start"] : quotes[n]["end"]] != quotes[n]["quote"]
            for n in sentence["citations"]
        )
        or not is_backed(sentence["text"], [quotes[n]["quote"] for n in sentence["citations"]],
                         answer["mode"], article.title, by)
        for sentence in answer["sentences"]
    )  # fmt: skip


def is_backed(text: str, quotes: Sequence[str], mode: str, title: str, by: Judge) -> bool:
    """Return whether the quotes of a shown sentence say it."""
    if mode == "quote":
        return list(quotes) == [text]
    return by.backs(text, quotes, title)


def quotes_near_evidence(question: Question, answer: Json, article: Article) -> tuple[int, int]:
    """Return how many quotes lie in a paragraph that holds evidence, and how many there are."""
    places = [p for s in question.evidence for p, _ in occurrences(article.text, s)]
    good = [
        (start, end)
        for start, end in article.paragraphs()
        if any(start <= place < end for place in places)
    ]
    starts = [citation["start"] for citation in answer["citations"]]
    return sum(any(a <= start < b for a, b in good) for start in starts), len(starts)


def evened(text: str) -> str:
    """Return text without case, punctuation and separators inside numbers."""
    return f" {' '.join(WORD.findall(THOUSANDS.sub('', text.lower())))} "


def recovered(question: Question, standalone: str, language: Language) -> float | None:
    """Return the share of a person's additional content words that a rewrite has; None without any."""
    if not question.standalone:
        return None
    asked, wanted, got = (
        {word.stem for word in language.words(text) if word.stem}
        for text in (question.question, question.standalone, standalone)
    )
    lacking = wanted - asked
    return len(lacking & got) / len(lacking) if lacking else None


def summarise(results: Sequence[Result]) -> dict[str, Metric]:
    """Return the contract's metrics with bootstrap intervals (95 %, percentile)."""
    rows = [result.scores for result in results]
    summary = {name: interval(column(rows, name), np.mean) for name in RATES}
    counts = zip(column(rows, "quotes_right"), column(rows, "quotes"), strict=True)
    quotes = [float(n < right) for right, total in counts for n in range(int(total))]
    missed, false = summary["missed_answers"], summary["false_answers"]
    return {
        **summary,
        "citation_precision": interval(quotes, np.mean),
        "balanced_abstention": balanced(missed, false),
        "unsupported_sentences": interval(column(rows, "unsupported_sentences"), np.sum),
        "answer_words": interval(column(rows, "answer_words"), np.median),
        "cited_characters": interval(column(rows, "cited_characters"), np.median),
        "latency_ms_p50": interval(column(rows, "latency_ms"), np.median),
        "latency_ms_p95": interval(column(rows, "latency_ms"), partial(np.percentile, q=95)),
    }


def balanced(missed: Metric, false: Metric) -> Metric:
    """Return 1 minus the mean of both error rates, so that always answering scores 0.5."""
    values = {
        key: None if missed[other] is None or false[other] is None
        else 1 - (float(missed[other] or 0) + float(false[other] or 0)) / 2
        for key, other in (("value", "value"), ("low", "high"), ("high", "low"))
    }  # fmt: skip
    return {"value": values["value"], "n": int(missed["n"] or 0) + int(false["n"] or 0),
            "low": values["low"], "high": values["high"]}  # fmt: skip


def column(rows: Sequence[Mapping[str, float | None]], name: str) -> list[float]:
    """Return the values of the questions that have one."""
    return [value for row in rows if (value := row.get(name)) is not None]


def interval(values: Sequence[float], statistic: Statistic) -> Metric:
    """Return a statistic with its 95 % bootstrap interval and the number of values."""
    if not values:
        return {"value": None, "n": 0, "low": None, "high": None}
    table = np.asarray(values, np.float64)
    drawn = np.random.default_rng(SEED).choice(table, size=(RESAMPLES, len(values)))
    low, high = np.percentile(statistic(drawn, axis=1), [2.5, 97.5])
    return {
        "value": float(statistic(table, axis=0)),
        "n": len(values),
        "low": float(low),
        "high": float(high),
    }


def by_type(results: Sequence[Result]) -> Iterator[tuple[str, list[Result]]]:
    """Yield the results of each question type, in the order of the set."""
    for name in dict.fromkeys(result.question.type or "-" for result in results):
        yield name, [r for r in results if (r.question.type or "-") == name]
