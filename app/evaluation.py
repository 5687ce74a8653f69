"""A question set and an assistant become metrics, as the contract names them."""

import hashlib
import json
import re
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from app.answer import Answer
from index.article import Article
from index.errors import FixInput

RESAMPLES = 1000
SEED = 0
RETRIEVED_SHOWN = 10
FIELDS = {
    "id",
    "question",
    "history",
    "article",
    "answerable",
    "evidence",
    "answers",
    "type",
    "standalone",
}


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a question set; any one snippet of `evidence` is enough."""

    id: str
    question: str
    answerable: bool
    article: str | None = None
    history: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question with the answer it got and the article it was asked of."""

    question: Question
    answer: Answer
    article: Article


def read_set(path: Path) -> list[Question]:
    """Read a JSON Lines question set.

    Raises `FixInput` with the line number for the first line that cannot be used.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FixInput(f"{path}: cannot be read ({error}).") from None
    questions: dict[str, Question] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = parse_question(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            raise FixInput(f"{path}, line {number}: {error}") from None
        if question.id in questions:
            raise FixInput(f"{path}, line {number}: the id {question.id!r} is there twice.")
        questions[question.id] = question
    if not questions:
        raise FixInput(f"{path}: there is no question in it.")
    return list(questions.values())


def parse_question(record: Any) -> Question:
    """Return the question of one line; raises `ValueError` saying what is wrong."""
    if not isinstance(record, dict):
        raise ValueError("a line must be a JSON object.")
    if unknown := sorted(set(record) - FIELDS):
        raise ValueError(f"unknown field {unknown[0]!r}.")
    for name, kind in (("id", str), ("question", str), ("answerable", bool)):
        if not isinstance(record.get(name), kind):
            raise ValueError(f"{name!r} is missing or not a {kind.__name__}.")
    lists = {name: tuple(record.get(name) or ()) for name in ("history", "evidence", "answers")}
    if any(not isinstance(item, str) for items in lists.values() for item in items):
        raise ValueError("history, evidence and answers hold texts.")
    return Question(
        id=record["id"], question=record["question"], answerable=record["answerable"],
        article=record.get("article"), type=record.get("type"), **lists,
    )  # fmt: skip


def check_evidence(
    questions: Sequence[Question], article_of: Callable[[Question], Article]
) -> None:
    """Raise `FixInput` for the first snippet that is not in its article."""
    for question in questions:
        article = article_of(question)
        for snippet in question.evidence:
            if not occurrences(article.text, snippet):
                raise FixInput(
                    f"{question.id}: this evidence is not in {article.id}: {snippet[:80]!r}"
                )


def occurrences(text: str, snippet: str) -> list[tuple[int, int]]:
    """Return where a snippet stands in a text, as `(start, end)`."""
    if not snippet.strip():
        return []
    pattern = re.compile(re.escape(snippet.strip()))
    return [match.span() for match in pattern.finditer(text)]


def covers(article: Article, spans: Sequence[tuple[int, int]], question: Question) -> bool:
    """Return whether spans hold every non-space character of one occurrence of a snippet."""
    covered = set[int]().union(*(range(start, end) for start, end in spans))
    return any(
        all(n in covered for n in range(start, end) if not article.text[n].isspace())
        for snippet in question.evidence
        for start, end in occurrences(article.text, snippet)
    )


def evidence_rank(outcome: Outcome) -> int | None:
    """Return the rank (from 1) of the first retrieved chunk that covers the evidence."""
    for rank, chunk in enumerate(outcome.answer.trace.get("retrieved", []), start=1):
        if covers(outcome.article, [(chunk["start"], chunk["end"])], outcome.question):
            return rank
    return None


def scores(outcome: Outcome) -> dict[str, float | None]:
    """Return one question's contribution to each metric; None where it has none."""
    question, answer = outcome.question, outcome.answer
    spans = [(citation.start, citation.end) for citation in answer.citations]
    result: dict[str, float | None] = {
        "abstention_accuracy": float(answer.abstained != question.answerable),
        "unsupported_sentences": float(unsupported(answer, outcome.article)),
        "latency_ms": answer.timings_ms.total,
        "answer_words": None
        if answer.abstained
        else float(sum(len(s.text.split()) for s in answer.sentences)),
    }
    if not question.answerable:
        return {**result, "false_answers": float(not answer.abstained)}
    rank = evidence_rank(outcome)
    result |= {
        "evidence_at_1": float(rank == 1),
        "evidence_at_4": float(rank is not None and rank <= 4),
        "mrr": 1 / rank if rank else 0.0,
        "citation_hit": float(covers(outcome.article, spans, question)),
        "missed_answers": float(answer.abstained),
    }
    if question.answers:
        said = evened(answer.text)
        result["answer_hit"] = float(
            not answer.abstained and any(evened(a) in said for a in question.answers)
        )
    return result


def unsupported(answer: Answer, article: Article) -> int:
    """Count quoted sentences that are not `article.text[start:end]`, from the emitted answer alone."""
    return sum(
        1
        for sentence in answer.sentences
        if any(
            article.text[c.start : c.end] != c.quote or sentence.text != c.quote
            for c in sentence.citations
        )
        or not sentence.citations
    )


def evened(text: str) -> str:
    """Return text without case, punctuation and separators inside numbers."""
    without = re.sub(r"(?<=\d),(?=\d{3})", "", text.lower())
    return f" {' '.join(re.findall(r'[a-z0-9]+(?:[.][0-9]+)?', without))} "


def precision_counts(outcome: Outcome) -> tuple[int, int]:
    """Return how many quotes lie in a paragraph that holds evidence, and how many there are."""
    if not outcome.question.answerable:
        return 0, 0
    places = [
        start
        for snippet in outcome.question.evidence
        for start, _ in occurrences(outcome.article.text, snippet)
    ]
    good = [
        (start, end)
        for start, end in outcome.article.paragraphs()
        if any(start <= place < end for place in places)
    ]
    citations = outcome.answer.citations
    right = sum(1 for c in citations if any(start <= c.start < end for start, end in good))
    return right, len(citations)


def summarise(outcomes: Sequence[Outcome]) -> dict[str, dict[str, float | int | None]]:
    """Return the contract's metrics with bootstrap intervals (95 %, percentile)."""
    rows = [scores(outcome) for outcome in outcomes]
    names = ["evidence_at_1", "evidence_at_4", "mrr", "citation_hit", "answer_hit",
             "abstention_accuracy", "false_answers", "missed_answers"]  # fmt: skip
    summary = {name: interval(column(rows, name), statistics.fmean) for name in names}
    counts = [precision_counts(outcome) for outcome in outcomes]
    cited = [float(n < right) for right, total in counts for n in range(total)]
    summary["citation_precision"] = interval(cited, statistics.fmean)
    missed, false = summary["missed_answers"], summary["false_answers"]
    summary["balanced_abstention"] = {
        "n": int(missed["n"] or 0) + int(false["n"] or 0),
        **{key: balanced(missed[other], false[other])
           for key, other in (("value", "value"), ("low", "high"), ("high", "low"))},
    }  # fmt: skip
    latencies = column(rows, "latency_ms")
    summary["unsupported_sentences"] = interval(column(rows, "unsupported_sentences"), sum)
    summary["answer_words"] = interval(column(rows, "answer_words"), statistics.median)
    summary["latency_ms_p50"] = interval(latencies, statistics.median)
    summary["latency_ms_p95"] = interval(latencies, lambda values: float(np.percentile(values, 95)))
    return summary


def balanced(missed: float | int | None, false: float | int | None) -> float | None:
    """Return 1 minus the mean of both error rates, None where one of them is not known."""
    return None if missed is None or false is None else 1 - (missed + false) / 2


def column(rows: Sequence[Mapping[str, float | None]], name: str) -> list[float]:
    """Return the values of the questions that have one."""
    return [value for row in rows if (value := row.get(name)) is not None]


def interval(
    values: Sequence[float], statistic: Callable[[Sequence[float]], float]
) -> dict[str, float | int | None]:
    """Return a statistic with its 95 % bootstrap interval and the number of values."""
    if not values:
        return {"value": None, "n": 0, "low": None, "high": None}
    generator = np.random.default_rng(SEED)
    drawn = generator.choice(np.asarray(values), size=(RESAMPLES, len(values)))
    found = [float(statistic(row.tolist())) for row in drawn]
    low, high = np.percentile(found, [2.5, 97.5])
    return {
        "value": float(statistic(values)),
        "n": len(values),
        "low": float(low),
        "high": float(high),
    }


def report(
    outcomes: Sequence[Outcome], questions_path: Path, run: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the contract's JSON of a run."""
    digest = hashlib.sha256(questions_path.read_bytes()).hexdigest()
    return {
        "questions": list(map(question_record, outcomes)),
        "summary": summarise(outcomes),
        "run": {**run, "set": questions_path.name, "set_digest": digest,
                "chromadb": version("chromadb")},
    }  # fmt: skip


def question_record(outcome: Outcome) -> dict[str, Any]:
    """Return one question of the contract's JSON."""
    return {
        **outcome.answer.to_json(),
        "id": outcome.question.id,
        "type": outcome.question.type,
        "answerable": outcome.question.answerable,
        "retrieved": outcome.answer.trace.get("retrieved", [])[:RETRIEVED_SHOWN],
        "scores": scores(outcome),
    }


def by_type(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, Sequence[Outcome]]]:
    """Yield the outcomes of each question type, in the order of the set."""
    for name in dict.fromkeys(outcome.question.type or "-" for outcome in outcomes):
        yield name, [o for o in outcomes if (o.question.type or "-") == name]
