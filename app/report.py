"""A run as one page that a browser opens without any request: tiles, charts, and every question."""

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app import charts
from app.comparison import Change
from app.evaluation import Result, by_type, evidence_rank, retrieved, summarise
from app.figures import interval_shown, shown
from app.question_set import occurrences
from index.article import Article

Articles = Mapping[str, Article]
OUTCOME = {
    "right": "right", "retrieved too low": "wrong passage", "sentence not chosen": "wrong passage",
    "abstained wrongly": "missed", "answered wrongly": "false",
}  # fmt: skip
TILES = {
    "citation_hit": "the evidence is among the quotes",
    "citation_precision": "quotes from the right paragraph",
    "abstention_accuracy": "right to answer or to abstain",
    "false_answers": "answered although the article doesn’t say",
    "missed_answers": "abstained although the article says",
    "evidence_at_1": "the evidence ranks first",
    "evidence_at_4": "the evidence is in the first four",
    "answer_hit": "an accepted answer is in the text",
    "answer_words": "words an answer (median)",
    "latency_ms_p50": "an answer (median)",
    "unsupported_sentences": "sentences that the article doesn’t back",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph, and what it is: evidence, quoted, both or neither."""

    text: str
    is_evidence: bool
    is_quoted: bool


def html_report(
    results: Sequence[Result], articles: Articles, run: Mapping[str, Any],
    baseline: Sequence[Result] = (), changes: Sequence[Change] = (),
) -> str:  # fmt: skip
    """Return the report as HTML; `articles` by id, `run` is what made the answers."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined,
        autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    summary, stock = summarise(results), summarise(baseline)
    return templates.get_template("report.html").render(
        run=run,
        tiles=[(name, label, summary[name], stock[name]) for name, label in TILES.items()],
        has_baseline=bool(baseline),
        counts=Counter(OUTCOME[result.diagnosis] for result in results),
        diagnoses=sorted({result.diagnosis for result in results}),
        types=[name for name, _ in by_type(results)],
        table=[(name, summarise(group), len(group)) for name, group in by_type(results)],
        charts=drawn(results, articles),
        changes=changes,
        questions=[
            question_view(result, articles[result.answer["article_id"]]) for result in results
        ],
        value=shown,
        interval=interval_shown,
    )


def drawn(results: Sequence[Result], articles: Articles) -> list[tuple[str, str]]:
    """Return the charts, each with what it shows."""
    counts = {
        name: Counter(OUTCOME[result.diagnosis] for result in group)
        for name, group in by_type(results)
    }
    ranks = [
        evidence_rank(r.question, r.answer, articles[r.answer["article_id"]])
        for r in results
        if r.question.evidence
    ]
    sure = [(r.question.answerable, r.answer["trace"].get("probability")) for r in results]
    found = [
        ("What became of each type of question", charts.outcomes_by_type(counts)),
        ("Where the evidence was ranked", charts.evidence_ranks(ranks)),
    ]
    threshold = next(
        (t for r in results if (t := r.answer["trace"].get("threshold")) is not None), None
    )
    if threshold is not None:
        with_answer = [p for answerable, p in sure if answerable and p is not None]
        without = [p for answerable, p in sure if not answerable and p is not None]
        drawing = charts.probabilities(with_answer, without, threshold)
        found.append(("How sure it was, with and without an answer in the article", drawing))
    times = [result.answer["timings_ms"]["total"] for result in results]
    return [*found, ("How long answers took", charts.latencies(times))]


def question_view(result: Result, article: Article) -> dict[str, Any]:
    """Return one question as the template shows it."""
    answer, question = result.answer, result.question
    quoted = [(c["start"], c["end"]) for c in answer["citations"]]
    evidence = [place for s in question.evidence for place in occurrences(article.text, s)]
    paragraphs = [
        pieces(article, start, end, evidence, quoted)
        for start, end in article.paragraphs()
        if any(left < end and right > start for left, right in (*evidence, *quoted))
    ]
    return {
        "question": question,
        "answer": answer,
        "diagnosis": result.diagnosis,
        "outcome": OUTCOME[result.diagnosis],
        "paragraphs": paragraphs,
        "retrieved": [
            {**chunk, "text": article.text[chunk["start"] : chunk["end"]]}
            for chunk in retrieved(answer)[:10]
        ],
        "title": article.title,
    }


def pieces(
    article: Article, start: int, end: int, evidence: Sequence[tuple[int, int]],
    quoted: Sequence[tuple[int, int]],
) -> list[Piece]:  # fmt: skip
    """Return a paragraph cut where evidence or a quote begins or ends."""
    inside = [min(max(place, start), end) for span in (*evidence, *quoted) for place in span]
    cuts = sorted({start, end, *inside})
    return [
        Piece(
            article.text[left:right],
            any(a <= left and right <= b for a, b in evidence),
            any(a <= left and right <= b for a, b in quoted),
        )
        for left, right in itertools.pairwise(cuts)
    ]
