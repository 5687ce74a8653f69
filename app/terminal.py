"""Answers and metrics as a person reads them in a terminal."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.answer import Answer, Citation
from app.evaluation import Outcome, by_type, summarise

PERCENTAGES = (
    "evidence_at_1", "evidence_at_4", "citation_hit", "citation_precision", "answer_hit",
    "abstention_accuracy", "false_answers", "missed_answers", "balanced_abstention",
)  # fmt: skip


def print_answer(answer: Answer, console: Console) -> None:
    """Print an answer with its footnotes, or that the article doesn't say."""
    if answer.notice:
        console.print(escape(answer.notice), style="dim")
    if answer.abstained:
        console.print(escape(answer.text), style="yellow")
        if answer.related:
            console.print("\nNearest passages:", style="dim")
        print_citations(answer.related, console)
        return
    console.print(escape(answer.text))
    console.print()
    print_citations(answer.citations, console)


def print_citations(citations: Sequence[Citation], console: Console) -> None:
    """Print footnotes, one a line."""
    for citation in citations:
        section = f"{escape(citation.section)}: " if citation.section else ""
        quote = escape(f"{citation.number}. ") + f"[dim]{section}[/dim]{escape(citation.quote)}"
        console.print(quote)


def print_summary(outcomes: Sequence[Outcome], console: Console) -> None:
    """Print the metrics of a run, and its hits by question type."""
    table = Table("metric", "value", "95 % interval", "questions")
    for name, metric in summarise(outcomes).items():
        table.add_row(
            name,
            shown(name, metric, "value"),
            f"{shown(name, metric, 'low')} – {shown(name, metric, 'high')}",
            str(metric["n"]),
        )
    console.print(table)
    kinds = Table("type", "questions", "right to answer or abstain", "citation hit")
    for name, group in by_type(outcomes):
        found = summarise(group)
        kinds.add_row(
            name,
            str(len(group)),
            shown("abstention_accuracy", found["abstention_accuracy"], "value"),
            shown("citation_hit", found["citation_hit"], "value"),
        )
    console.print(kinds)


def shown(name: str, metric: Mapping[str, float | int | None], key: str) -> str:
    """Return a figure with its unit."""
    value = metric[key]
    if value is None:
        return "–"
    if name in PERCENTAGES:
        return f"{value:.0%}"
    unit = {"answer_words": " words"}.get(name, " ms" if name.startswith("latency") else "")
    return f"{value:.2f}" if name == "mrr" else f"{value:.0f}{unit}"
