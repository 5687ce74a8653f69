"""Answers and metrics as a person reads them in a terminal."""

from collections import Counter
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.answer import Answer, Citation
from app.comparison import Change
from app.evaluation import Result, by_type, summarise
from app.figures import interval_shown, shown
from app.page import correction, headed


def print_answer(answer: Answer, console: Console) -> None:
    """Print an answer with its footnotes, or that the article doesn't say."""
    if answer.notice:
        console.print(escape(answer.notice), style="dim")
    if answer.abstained:
        console.print(escape(answer.text), style="yellow")
        if answer.related:
            console.print("\nNearest passages:", style="dim")
        print_citations(answer.related, console, answer.article_id is None)
        return
    console.print(escape(answer.text))
    console.print()
    print_citations(answer.citations, console, answer.article_id is None)


def print_citations(citations: Sequence[Citation], console: Console, names_articles: bool) -> None:
    """Print footnotes, one a line; under the title and the date of their articles where there are several."""
    for before, citation in zip([None, *citations], citations, strict=False):
        if names_articles and (before is None or before.article_id != citation.article_id):
            console.print(escape(headed(citation)), style="bold")
        section = f"{escape(citation.section)}: " if citation.section else ""
        quote = escape(f"{citation.number}. ") + f"[dim]{section}[/dim]{escape(citation.quote)}"
        console.print(quote)
        if line := correction(citation):
            console.print(escape(line), style="dim")


def print_summary(results: Sequence[Result], baseline: Sequence[Result], console: Console) -> None:
    """Print the metrics of a run, the baseline's beside them, and what became of each question type."""
    stock = summarise(baseline)
    table = Table(
        "metric", "value", "95 % interval", "n", *(["usual pipeline"] if baseline else [])
    )
    for name, metric in summarise(results).items():
        beside = [shown(name, stock[name]["value"])] if baseline else []
        cells = shown(name, metric["value"]), interval_shown(name, metric), str(metric["n"])
        table.add_row(name, *cells, *beside)
    console.print(table)
    kinds = Table("type", "questions", "right", "wrong passage", "missed", "false")
    for name, group in by_type(results):
        counts = Counter(result.diagnosis for result in group)
        wrong = counts["retrieved too low"] + counts["sentence not chosen"]
        figures = (
            len(group),
            counts["right"],
            wrong,
            counts["abstained wrongly"],
            counts["answered wrongly"],
        )
        kinds.add_row(escape(name), *map(str, figures))
    console.print(kinds)


def print_changes(found: Sequence[Change], grown: Mapping[str, float], console: Console) -> None:
    """Print what was won and lost since an older run, and how its metrics changed."""
    for change in found:
        sign, style = ("won ", "green") if change.won else ("lost", "red")
        console.print(f"[{style}]{sign}[/{style}] {escape(change.id)}: {escape(change.question)} "
                      f"({change.before}; now {change.after})")  # fmt: skip
    won = sum(change.won for change in found)
    console.print(f"{won} won, {len(found) - won} lost since the older run")
    moved = [f"{name} {by:+.3g}" for name, by in grown.items() if by]
    if moved:
        console.print(", ".join(moved))
