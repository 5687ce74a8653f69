"""`python -m app.quality FOLDER... [--to docs/quality.md]`: figures on public and own question sets, as a table.

A FOLDER holds `questions.jsonl` and `articles/`; `FOLDER:odd` is every other question, which is what the
cross-encoder has not seen of the public sets. A folder with `followups.jsonl` instead measures how much of
a person's rewrite of a follow-up is recovered, beside the follow-up left as it is.
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import track

from app.answering import Assistant
from app.baseline import StockPipeline
from app.conversation import stand_alone
from app.evaluation import Metric, interval, recovered, summarise
from app.evidence import EvidenceModel
from app.examples import part_of
from app.figures import interval_shown, shown
from app.question_set import Question, json_records
from app.run import SetRun, write_text
from index.ingest import read_article
from index.language import Language
from index.models import Embedder, Reranker
from index.publishing import publish
from index.store import ArticleStore

errors = Console(stderr=True, highlight=False, soft_wrap=True)
FOLLOWUPS = "followups.jsonl"
SHOWN = ("evidence_at_1", "evidence_at_4", "citation_hit", "citation_precision", "cited_characters",
         "false_answers", "missed_answers", "balanced_abstention", "answer_words", "latency_ms_p50")  # fmt: skip
INTRODUCTION = """# Quality

Measured by

    {command}

on articles and questions that the cross-encoder was not fitted on. The threshold for answering was fitted on sets/a, sets/b and
clapnq:odd (`app/calibration.json`), so their false and missed answers are not wholly unseen; sets/d and squad2:odd had no part in
anything. "The usual pipeline" is the one of LangChain's own
RAG tutorial with the same bi-encoder (`app/baseline.py`): four chunks of 1,000 characters, each cited as a
whole, so that its `citation_hit` has to be read beside the characters it cites; it never abstains. Behind a figure is its 95 %
bootstrap interval. `false_answers` (of questions that the article does not answer) and `missed_answers` (of
those that it does) belong together: always abstaining is no achievement.
"""


@dataclass(frozen=True, slots=True)
class Models:
    """The models that all sets are asked with."""

    language: Language
    embedder: Embedder
    reranker: Reranker


def compared(argument: str, models: Models) -> Iterator[str]:
    """Yield the lines of one set's table."""
    folder, questions = part_of(argument)
    articles = {
        path.stem: read_article(path, path.stem) for path in (folder / "articles").iterdir()
    }
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as data:
        store = ArticleStore(Path(data), models.embedder.digest)
        for article in track(articles.values(), f"Indexing {argument}", console=errors):
            publish(article, "set", store, models.embedder, models.language)
        assistant = Assistant(
            store, models.language, models.embedder, models.reranker, EvidenceModel.load()
        )
        asked = SetRun(assistant, folder / "questions.jsonl", questions)
        for run in (asked.ask(), asked.ask_baseline(StockPipeline(models.embedder))):
            for _ in track(run, f"Asking {argument}", len(questions), console=errors):
                pass
    yield f"\n## {titled(argument)}\n"
    yield f"{len(articles)} articles, {len(questions)} questions.\n"
    yield from table(
        summarise(asked.results), summarise(asked.baseline), "the usual pipeline", SHOWN
    )


def followups(folder: Path, models: Models) -> Iterator[str]:
    """Yield the lines of the table on follow-ups."""
    path = folder / FOLLOWUPS
    ours, theirs = [], []
    for number, record in json_records(path, path.read_text("utf-8")):
        question = Question(str(number), record["question"], False, standalone=record["standalone"])
        rewritten = stand_alone(question.question, record["history"], models.language)
        ours.append(recovered(question, rewritten, models.language))
        theirs.append(recovered(question, question.question, models.language))
    yield f"\n## {titled(str(folder))}\n"
    yield f"{len(ours)} follow-ups.\n"
    name = "followup_recall"
    mine, plain = (
        {name: interval([v for v in values if v is not None], np.mean)} for values in (ours, theirs)
    )
    yield from table(mine, plain, "left as it is", (name,))


def table(
    ours: dict[str, Metric], theirs: dict[str, Metric], other: str, names: tuple[str, ...]
) -> Iterator[str]:
    """Yield the lines of a Markdown table of two runs."""
    yield f"| | n | Footnote | {other} |"
    yield "|---|---|---|---|"
    for name in names:
        cells = [
            f"{shown(name, metric['value'])} ({interval_shown(name, metric)})"
            for metric in (ours[name], theirs[name])
        ]
        yield f"| `{name}` | {ours[name]['n']} | {cells[0]} | {cells[1]} |"


def titled(argument: str) -> str:
    """Return a set's name: its last two folders, and which half of it."""
    return "/".join(Path(argument).parts[-2:])


def main(
    folders: list[str],
    to: Annotated[Path | None, typer.Option(help="Write here, not to standard output.")] = None,
) -> None:
    """Measure all sets and write the tables."""
    models = Models(Language(), Embedder(), Reranker())
    lines = [INTRODUCTION.format(command="python -m app.quality " + " ".join(sys.argv[1:]))]
    for name in folders:
        is_followups = (Path(name) / FOLLOWUPS).exists()
        lines += followups(Path(name), models) if is_followups else compared(name, models)
    text = "\n".join(lines) + "\n"
    if to:
        write_text(to, text)
    else:
        print(text)


if __name__ == "__main__":
    typer.run(main)
