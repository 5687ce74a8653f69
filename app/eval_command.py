"""`python -m app eval`: run a question set, report on it, gate on it, or begin a new one."""

import json
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import track

from app.baseline import StockPipeline
from app.comparison import changes, differences
from app.evaluation import Result
from app.exchange import (
    from_feedback,
    promptfoo_csv,
    ragas_samples,
    read_any,
    write_beir,
    write_lines,
)
from app.feedback import FeedbackLog
from app.floors import Floors, update
from app.gates import Requirement, shortfalls
from app.judging import open_judge
from app.junit import junit_xml
from app.opening import bundled, folder_for, open_assistant
from app.question_set import Question
from app.run import Run, SetRun, read_run, write_run, write_text
from app.settings import AppSettings
from app.starter import starter_set
from app.terminal import print_changes, print_summary
from index.errors import FixInput

errors = Console(stderr=True, highlight=False, soft_wrap=True)
INTERRUPTED = 130


class Baseline(StrEnum):
    """The pipelines to compare with."""

    STOCK = "stock"


def evaluate(
    question_set: Annotated[
        Path | None, typer.Argument(help="A question set: JSON Lines or CSV.", metavar="SET")
    ] = None,
    article: Annotated[str | None, typer.Option(help="The article's id.")] = None,
    source: Annotated[Path | None, typer.Option(help="A draft that is not published.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the run here.")] = None,
    html_file: Annotated[Path | None, typer.Option("--html", help="Write a page here.")] = None,
    junit_file: Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML.")] = None,
    require: Annotated[
        list[str] | None, typer.Option(help="'METRIC>=VALUE' or 'METRIC<=VALUE'; repeatable.")
    ] = None,
    compare: Annotated[Path | None, typer.Option(help="An older run's JSON file.")] = None,
    baseline: Annotated[Baseline | None, typer.Option(help="Ask this pipeline too.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with --json's file.")] = False,
    floors: Annotated[Path | None, typer.Option(help="Gate on the values in this file.")] = None,
    update_floors: Annotated[
        bool, typer.Option("--update-floors", help="Write what is reached to --floors.")
    ] = False,
    allow_lower: Annotated[
        bool, typer.Option("--allow-lower", help="Let --update-floors lower a value.")
    ] = False,
    ragas: Annotated[Path | None, typer.Option(help="Write ragas samples here.")] = None,
    beir: Annotated[Path | None, typer.Option(help="Write a BEIR folder.")] = None,
    promptfoo: Annotated[Path | None, typer.Option(help="Write promptfoo's CSV here.")] = None,
    new: Annotated[str | None, typer.Option(help="Begin a set for this article.")] = None,
    feedback: Annotated[
        bool, typer.Option("--from-feedback", help="Begin a set from readers' verdicts.")
    ] = False,
) -> None:
    """Run a question set and show its metrics."""
    if new or feedback:
        write_draft(list(begun(new) if new else asked_by_readers()), question_set)
        return
    if question_set is None:
        raise FixInput("Name a question set, or begin one with --new ARTICLE.")
    required = [Requirement.parse(text) for text in require or []]
    older = read_run(compare) if compare else None
    if (update_floors or allow_lower) and floors is None:
        raise FixInput("--update-floors and --allow-lower go with --floors FILE.")
    if resume and json_file is None:
        raise FixInput("--resume goes on with the file of --json: name it.")
    asked = ask(question_set, article, source, baseline, json_file, resume)
    run = asked.to_json()
    found = changes(asked.results, older) if older else []
    unmet = shortfalls(required, run["summary"])
    print_summary(asked.results, asked.baseline, errors)
    if older:
        print_changes(found, differences(run["summary"], older["summary"]), errors)
    if json_file:
        write_run(json_file, run)
    if floors:
        unmet += against_floors(floors, run, update_floors, allow_lower)
    if html_file:
        # matplotlib takes a second to import, which only a page with charts needs.
        from app.report import html_report

        html = html_report(asked.results, asked.articles, run["run"], asked.baseline, found)
        write_text(html_file, html)
    if junit_file:
        write_text(junit_file, junit_xml(question_set.name, asked.results, required, unmet))
    write_exports(asked, ragas, beir, promptfoo)
    for line in unmet:
        errors.print(line, markup=False)
    if unmet:
        sys.exit(1)


def ask(
    question_set: Path, article: str | None, source: Path | None, baseline: Baseline | None,
    json_file: Path | None, resume: bool,
) -> SetRun:  # fmt: skip
    """Return the set with its questions asked; an interruption keeps what is finished and leaves."""
    questions = read_any(question_set)
    sources = [source] if source else bundled(question_set)
    with folder_for(sources) as folder:
        settings = AppSettings.load()
        assistant = open_assistant(settings, errors, folder, sources)
        by = open_judge(settings, assistant.language)
        asked = SetRun(assistant, question_set, questions, article, by)
        if resume and json_file:
            asked.go_on_from(json_file)
        with interruptions() as interrupted:
            errors.print(f"Asking {len(questions)} questions")
            try:
                go_through(asked.ask(), "Asking", len(questions), interrupted)
                if baseline:
                    stock = asked.ask_baseline(StockPipeline(assistant.embedder))
                    go_through(stock, "Asking the usual pipeline", len(questions), interrupted)
            except KeyboardInterrupt:
                stop(asked, json_file)
    return asked


def go_through(
    results: Iterator[Result], what: str, total: int, interrupted: threading.Event
) -> None:
    """Ask, with a progress bar; raises `KeyboardInterrupt` after the question during which Ctrl-C came."""
    for _ in track(results, what, total, console=errors):
        if interrupted.is_set():
            raise KeyboardInterrupt


@contextmanager
def interruptions() -> Iterator[threading.Event]:
    """Give an event that the first Ctrl-C sets; a second one interrupts at once.

    An interruption in the middle of a library's work may be swallowed by it, or leave it broken.
    """
    interrupted = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        if interrupted.is_set():
            signal.default_int_handler(number, frame)
        interrupted.set()

    before = signal.signal(signal.SIGINT, note)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)


def against_floors(path: Path, run: Run, renew: bool, allow_lower: bool) -> list[str]:
    """Return a line for each value that fell below its floor; none where the floors are renewed."""
    reached = Floors.reached(run["summary"], run["run"]["set_digest"])
    if renew:
        update(path, reached, allow_lower)
        return []
    return Floors.read(path).shortfalls(reached)


def stop(asked: SetRun, json_file: Path | None) -> NoReturn:
    """Keep what is finished, say how to go on, and leave."""
    asked.keep_finished()
    count = f"Stopped after {len(asked.results)} of {len(asked.questions)} questions"
    if json_file is None:
        errors.print(f"{count}; nothing is kept without --json FILE.", markup=False)
    else:
        write_run(json_file, asked.to_json())
        errors.print(f"{count}; go on by adding --json {json_file} --resume.", markup=False)
    sys.exit(INTERRUPTED)


def write_exports(
    asked: SetRun, ragas: Path | None, beir: Path | None, promptfoo: Path | None
) -> None:
    """Write the run in the formats that were asked for."""
    if ragas:
        write_lines(ragas, ragas_samples(asked.results, asked.articles))
    if beir:
        write_beir([(question, asked.article_of(question)) for question in asked.questions], beir)
    if promptfoo:
        write_text(promptfoo, promptfoo_csv(asked.questions))


def begun(article: str) -> Iterator[Question]:
    """Yield a first set for an article, given by its id or as a file that is not published."""
    sources = [Path(article)] if Path(article).is_file() else None
    with folder_for(sources) as folder:
        assistant = open_assistant(AppSettings.load(), errors, folder, sources)
        found = assistant.article(None if sources else article)
        with errors.status("Writing questions …"):
            yield from starter_set(assistant, found)


def asked_by_readers() -> Iterator[Question]:
    """Yield a draft set from what readers thought of answers."""
    settings = AppSettings.load()
    yield from from_feedback(FeedbackLog(settings.data_dir, settings.feedback_days).lines())


def write_draft(questions: Sequence[Question], path: Path | None) -> None:
    """Write a draft set to a new file, or to standard output."""
    if not questions:
        raise FixInput("There is nothing to begin a set with yet.")
    if path is None:
        for question in questions:
            print(json.dumps(question.to_json(), ensure_ascii=False))
        return
    if path.exists():
        raise FixInput(f"{path} is there already; name a new file for the draft.")
    write_lines(path, [question.to_json() for question in questions])
    errors.print(f"{path}: {len(questions)} questions to complete.", markup=False)
