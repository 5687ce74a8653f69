"""`python -m app.passages SET... [--from ADAPTER]`: fit the reader that reads an article through, save `index/passages.npz`.

Each SET is a folder as `app/training.py` takes it. A question is read with passages of its article, those with its answer
among them, and the marks before answering sentences have to score above 0 and above all others. DECISIONS.md
names the runs that made the adapter in force; 14,000 questions take 42 minutes on two cores with bfloat16 instructions.
"""

import functools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import torch
import typer
from transformers import BertForSequenceClassification

from app.examples import Judged, judged
from app.low_rank import Plan, fitted, save
from app.training import loss_of
from index.adapter import PASSAGES_ADAPTER
from index.cross_encoder import bundled_folder
from index.language import Language
from index.models import Embedder
from index.passage_reader import Layout, Passage, encoding, laid_out, passage_of

PLAN = Plan(epochs=1, rate=3e-4, a_step=8, rank=64, frozen_layers=0)
# Of an article's chunks those that come first for the question are read, and not always the same.
KEPT, MOST_RIGHT, JITTER = 10, 2, 4
POOLS = (7, 8, 10)
# So often an answerable question is read without the passages of its answer.
DROPPED, DROPPED_WEIGHT = 0.15, 0.5


@dataclass(frozen=True, slots=True)
class Item:
    """A question's tokens, passages with its answer, others by fused rank, and the places that answer."""

    question: tuple[int, ...]
    holding: tuple[Passage, ...]
    others: tuple[Passage, ...]
    right: frozenset[tuple[int, int]]


def item_of(case: Judged, encode: Callable[[str], list[int]]) -> Item:
    """Return a judged question as it is trained on; `right` names chunk and sentence numbers."""
    chunks = case.search.chunks
    holding = [n for n, flags in enumerate(case.right) if any(flags)]
    others = [n for n in case.order if n not in holding][:KEPT]
    right = frozenset(
        (chunks[n].number, place)
        for n in holding
        for place, answers in enumerate(case.right[n])
        if answers
    )
    return Item(
        tuple(encode(case.question)),
        tuple(passage_of(chunks[n], encode) for n in holding),
        tuple(passage_of(chunks[n], encode) for n in others),
        right,
    )


def drawn(item: Item, chance: random.Random) -> tuple[Layout, list[bool], float]:
    """Return what is read of an item, which of its places answer, and its weight in the loss."""
    weight = 1.0
    holding = chance.sample(item.holding, min(MOST_RIGHT, len(item.holding)))
    # A text of one chunk would have nothing left.
    if holding and item.others and chance.random() < DROPPED:
        holding, weight = [], DROPPED_WEIGHT
    pool = item.others[: chance.choice(POOLS)]
    order = sorted(range(len(pool)), key=lambda n: n + chance.random() * JITTER)
    layout = laid_out(item.question, [*holding, *(pool[n] for n in order)])
    return (
        layout,
        [(chunk, sentence) in item.right for chunk, sentence, _ in layout.places],
        weight,
    )


def loss_of_step(
    batch: list[Item], scores: Callable[[Sequence[Layout]], torch.Tensor], chance: random.Random
) -> torch.Tensor:
    """Return the mean loss of a step's questions."""
    draws = [drawn(item, chance) for item in batch]
    found = scores([layout for layout, _, _ in draws]).split([len(r) for _, r, _ in draws])
    losses = []
    for logits, (_, right, weight) in zip(found, draws, strict=True):
        is_right = torch.tensor(right)
        losses.append(
            loss_of(torch.cat([logits[is_right], logits[~is_right]]), sum(right)) * weight
        )
    return torch.stack(losses).mean()


def at_places(model: BertForSequenceClassification, layouts: Sequence[Layout]) -> torch.Tensor:
    """Return one logit a place, layout after layout, computed in two batches of like length."""
    order = sorted(range(len(layouts)), key=lambda n: len(layouts[n].tokens))
    half = -(-len(order) // 2)
    parts: dict[int, torch.Tensor] = {}
    for numbers in (order[:half], order[half:]):
        if numbers:
            parts |= dict(zip(numbers, padded(model, [layouts[n] for n in numbers]), strict=True))
    return torch.cat([parts[n] for n in range(len(layouts))])


def padded(model: BertForSequenceClassification, layouts: Sequence[Layout]) -> list[torch.Tensor]:
    """Return the logits of each of some layouts of like length, which are read in one batch."""
    assert model.bert.pooler is not None
    longest = max(len(layout.tokens) for layout in layouts)
    tokens, types, mask = (torch.zeros(len(layouts), longest, dtype=torch.long) for _ in range(3))
    for row, layout in enumerate(layouts):
        size = len(layout.tokens)
        tokens[row, :size] = torch.tensor(layout.tokens)
        types[row, layout.question_size : size] = 1
        mask[row, :size] = 1
    with torch.autocast("cpu", torch.bfloat16):
        states = model.bert(
            input_ids=tokens, attention_mask=mask, token_type_ids=types
        ).last_hidden_state
        found = []
        for row, layout in enumerate(layouts):
            marks = states[row, [place for _, _, place in layout.places]]
            pooled = torch.tanh(model.bert.pooler.dense(marks))
            found.append(model.classifier(pooled)[:, 0].float())
    return found


def main(
    sets: list[str],
    start: Annotated[Path | None, typer.Option("--from", help="An adapter to go on from.")] = None,
    to: Annotated[Path, typer.Option(help="The adapter to write.")] = PASSAGES_ADAPTER,
) -> None:
    """Fit on all sets and write the adapter."""
    language, embedder = Language(), Embedder()
    folder = bundled_folder()
    encode = functools.cache(encoding(folder))
    cases = (case for name in sets for case in judged(name, language, embedder))
    items = [
        item_of(case, encode) for case in cases if case.answerable == any(map(any, case.right))
    ]
    save(fitted(items, folder, PLAN, loss_of_step, at_places, start), to)


if __name__ == "__main__":
    typer.run(main)
