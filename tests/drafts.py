"""`make bench-drafts`: how much good prose the check lets through, and how soon a reader sees it.

A scripted model answers the bundled questions over HTTP with the true paraphrases of
`seeds/adversarial.jsonl` whose cited words hold the question's evidence. Prints how many are shown as
drafts, why the others are not, and the milliseconds until a reader sees the first status and the first sentence.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import typer
from rich.console import Console

from tests.model_server import Handler, scripted
from tests.running import ROOT, served

SEEDS = ROOT / "seeds"
FIRST = "altman-musk-trump"
# What a model writes after the first sentence, so that its end can be told from the stream's.
LAST = "Nothing else is known [1]."
TIMEOUT_S = 60.0
console = Console(highlight=False)


@dataclass(frozen=True)
class Case:
    """A question and a true paraphrase that answers it; `cited` are the article's own words."""

    article: str
    question: str
    sentence: str
    cited: tuple[str, ...]


def lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def even(text: str) -> str:
    """Return a text with single spaces."""
    return " ".join(text.split())


def cases() -> Iterator[Case]:
    """Yield each true paraphrase whose cited words hold the evidence of a question, with the first such question."""
    questions = [q for q in lines(SEEDS / "questions.jsonl") if q["answerable"] and not q.get("history")]  # fmt: skip
    for line in lines(SEEDS / "adversarial.jsonl"):
        cited = even(" ".join(line["cited"]))
        for asked in questions if line["supported"] else []:
            same = asked.get("article", FIRST) == line["article"]
            if same and any(even(evidence) in cited for evidence in asked["evidence"]):
                yield Case(line["article"], asked["question"], line["sentence"], tuple(line["cited"]))  # fmt: skip
                break


class Model:
    """Answers with a paraphrase; `finished` is when its full stop was sent for the first time."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.finished: float | None = None

    def __call__(self, body: dict[str, Any], handler: Handler) -> None:
        asked = body["messages"][-1]["content"]
        numbers = [
            part.split('"', 1)[0]
            for part in asked.split('<passage number="')[1:]
            if any(even(words) in even(part) for words in self.case.cited)
        ]
        marks = "".join(f"[{number}]" for number in numbers or ["1"])
        handler.begin()
        for word in f"{self.case.sentence.rstrip('.')} {marks}.".split(" "):
            handler.piece(f"{word} ")
        # A refused sentence is asked for once more.
        self.finished = self.finished or time.perf_counter()
        handler.piece(LAST)
        handler.done()


def asked_of(address: str, case: Case) -> tuple[dict[str, Any], float, float, float | None]:
    """Return the answer, when it was asked, and when the first status and sentence arrived."""
    body = {"question": case.question, "article": case.article}
    headers = {"accept": "text/event-stream"}
    started = time.perf_counter()
    seen: dict[str, float] = {}
    event = data = ""
    with httpx.stream("POST", f"{address}/api/ask", json=body, headers=headers, timeout=TIMEOUT_S) as stream:  # fmt: skip
        stream.raise_for_status()
        for line in stream.iter_lines():
            if line.startswith("event: "):
                event = line.removeprefix("event: ")
                seen.setdefault(event, time.perf_counter())
            elif line.startswith("data: "):
                data = line.removeprefix("data: ")
    assert event == "done", data
    return json.loads(data), started, seen["status"], seen.get("sentence")


def main() -> None:
    """Measure and print."""
    tried = list(cases())
    shown = 0
    why: Counter[str] = Counter()
    status_ms, gap_ms = [], []
    model = Model(tried[0])
    with (
        tempfile.TemporaryDirectory() as folder,
        scripted(lambda body, handler: model(body, handler)) as server,
    ):
        settings = {"FOOTNOTE_LLM": "openai:scripted", "FOOTNOTE_LLM_BASE_URL": server.url}
        added = [str(SEEDS / "altman-musk-trump.md"), str(SEEDS / "more" / "council-budget.md")]
        subprocess.run(
            [sys.executable, "-m", "index", "add", *added], cwd=ROOT, check=True,
            env={**os.environ, "FOOTNOTE_DATA_DIR": folder},
        )  # fmt: skip
        with served(Path(folder), **settings) as address:
            for case in tried:
                model = Model(case)
                answer, started, status, sentence = asked_of(address, case)
                wanted = even(case.sentence).rstrip(".")
                status_ms.append((status - started) * 1000)
                if any(s["text"].rstrip(".") == wanted for s in answer["sentences"]):
                    shown += 1
                    assert sentence is not None
                    assert model.finished is not None
                    gap_ms.append((sentence - model.finished) * 1000)
                else:
                    written = answer["trace"].get("draft", {}).get("sentences", [])
                    reason = next((s["reason"] for s in written if s["text"] != LAST), "abstained")
                    why[reason.split(":")[0]] += 1
    console.print(
        f"{len(tried)} true paraphrases: {shown} shown as drafts ({shown / len(tried):.0%})"
    )
    for reason, count in why.most_common():
        console.print(f"  {count}: {reason}", markup=False)
    console.print(f"first status after {median(status_ms):.0f} ms in the middle, {max(status_ms):.0f} ms at most")  # fmt: skip
    console.print(f"first sentence {median(gap_ms):.0f} ms after the model finished writing it, {max(gap_ms):.0f} ms at most")  # fmt: skip


if __name__ == "__main__":
    typer.run(main)
