"""`make bench-adversary`: the bundled questions answered by a 135M model, which invents freely, beside quotes.

Prints both summaries' rows that a draft can change, and how many answers were drafts. The answers go to the
file that is named, for a person to read.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from tests.model_server import start_llama_server
from tests.running import ROOT

METRICS = ("unsupported_sentences", "citation_hit", "citation_precision", "abstention_accuracy", "answer_hit", "answer_words", "latency_ms_p50")  # fmt: skip
# One slot, one thread: four drafts are hardly ever written at once here, and the verifier needs the other core.
TIMEOUT_S = "60"
console = Console(highlight=False)


def evaluated(path: Path, **environment: str) -> dict[str, Any]:
    """Return what `python -m app eval` writes for the bundled set."""
    subprocess.run(
        [sys.executable, "-m", "app", "eval", "seeds/questions.jsonl", "--json", str(path)],
        cwd=ROOT, check=True, env={**os.environ, **environment},
    )  # fmt: skip
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def main(answers: Annotated[Path, typer.Argument(help="Where the drafts' answers go.")]) -> None:
    """Measure and print."""
    server, address = start_llama_server()
    with tempfile.TemporaryDirectory() as folder:
        quotes = evaluated(Path(folder) / "quotes.json", FOOTNOTE_DATA_DIR=f"{folder}/data")
        drafts = evaluated(
            answers, FOOTNOTE_DATA_DIR=f"{folder}/data", FOOTNOTE_LLM="openai:smollm2-135m",
            FOOTNOTE_LLM_BASE_URL=address, FOOTNOTE_LLM_TIMEOUT_S=TIMEOUT_S,
        )  # fmt: skip
    del server
    for name in METRICS:
        before, after = (run["summary"][name]["value"] for run in (quotes, drafts))
        console.print(f"{name}: {before} as quotes, {after} as drafts")
    shown = [q for q in drafts["questions"] if q["mode"] == "draft"]
    console.print(f"{len(shown)} of {len(drafts['questions'])} answers were drafts")


if __name__ == "__main__":
    typer.run(main)
