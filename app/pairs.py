"""`python -m app.pairs [FILE...]`: fit the verifier on sentences that articles back or do not, save `index/checking.npz`.

A line of a file (`seeds/pairs/*.jsonl`) names an article of `seeds/`, the sentences that are cited, true restatements of
them and false ones with their kind; people wrote them for this project. A few more are made of these by `app/corrupting.py`
and by citing more or something else. All that is said of one citation is read in one step and once: seen again or apart, a
sentence is known by heart, and what was learnt by heart tells nothing of other articles (DECISIONS.md has the figures, and which lines the run
that made the adapter in force had not read).
"""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import typer
from rich.progress import track

from app.corrupting import Names, corrupted
from app.low_rank import SEED, Plan, Scorer, fitted, pair_reader, save
from app.opening import SEEDS
from index.adapter import CHECKING_ADAPTER
from index.article import Article
from index.cross_encoder import bundled_folder
from index.ingest import read_article
from index.language import Language
from index.models import Reading, joined

# Four citations are about 26 sentences.
PLAN = Plan(epochs=1, rate=4e-4, a_step=4, rank=32, frozen_layers=2)
# How many of the sentences that are made are read; those that people wrote teach more.
MADE = 0.25
# How much it weighs that each true sentence has to score above the false ones of its own citation.
CONTRAST = 0.5
# How often a true sentence is also joined with another or held against another citation, and how
# often any is read with what stands around its citation.
OFTEN = 0.35
JOINTS = (", and ", ", while ", ", which meant that ", ", because ", ", so ", ", after ")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: what is cited, and what is truly and falsely said of it."""

    article: str
    cited: tuple[str, ...]
    true: tuple[str, ...]
    false: tuple[str, ...]

    @property
    def text(self) -> str:
        """The cited sentences as one text."""
        return " ".join(self.cited)


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence, the text that it is held against, the headline, and whether it is backed."""

    sentence: str
    cited: str
    title: str
    backed: bool

    @property
    def read(self) -> tuple[str, str]:
        """Both as the verifier reads them."""
        return self.sentence, joined(Reading(self.cited, self.title))


def read_lines(paths: Sequence[Path]) -> list[Line]:
    """Read the files."""
    records: list[dict[str, Any]] = [
        json.loads(line) for path in paths for line in path.read_text("utf-8").split("\n") if line
    ]
    return [
        Line(r["article"], tuple(r["cited"]), tuple(r["true"]), tuple(s for _, s in r["false"]))
        for r in records
    ]


def names_of(article: Article, language: Language) -> Names:
    """Return an article's names by their kind."""
    found: dict[str, set[str]] = {}
    for name in language.names(article.text):
        if name.kind:
            found.setdefault(name.kind, set()).add(name.text)
    return {kind: sorted(names) for kind, names in found.items()}


def around(article: Article, cited: Sequence[str], language: Language) -> str:
    """Return the cited sentences with the one before them and the one behind them in their paragraph."""
    first = article.text.find(cited[0])
    start, end = next(span for span in article.paragraphs() if span[0] <= first < span[1])
    (spans,) = language.sentences([article.text[start:end]])
    sentences = [article.text[start + s.start : start + s.end] for s in spans]
    place = next((n for n, s in enumerate(sentences) if cited[0] in s or s in cited[0]), 0)
    near = sentences[max(0, place - 1) : place + 2]
    return " ".join(dict.fromkeys([*near, *cited]))


def pairs_of(
    line: Line, others: Sequence[Line], article: Article, names: Names, language: Language,
    chance: random.Random,
) -> Iterator[Pair]:  # fmt: skip
    """Yield the pairs of one line: what people wrote, and what is made of it."""
    title = article.title
    for sentence in line.true:
        yield Pair(sentence, line.text, title, True)
        for _, fault in list(corrupted(sentence, names, language, chance))[:1]:
            yield Pair(fault, line.text, title, False)
        if chance.random() < OFTEN:
            yield Pair(sentence, around(article, line.cited, language), title, True)
        other = chance.choice(others)
        apart = set(other.cited).isdisjoint(line.cited)
        if apart and chance.random() < OFTEN:
            more = chance.choice(other.true)
            lower = more[:1].lower() + more[1:]
            linked = sentence.rstrip(".") + chance.choice(JOINTS) + lower
            yield Pair(chance.choice([more, linked]), line.text, title, False)
            both = sentence.rstrip(".") + ", and " + lower
            yield Pair(both, f"{line.text} {other.text}", title, True)
    for sentence in line.false:
        yield Pair(sentence, line.text, title, False)


def all_groups(lines: Sequence[Line], language: Language) -> list[tuple[Pair, ...]]:
    """Return the pairs of each line: all that people wrote, and some of what is made of it."""
    chance = random.Random(SEED)
    by_article: dict[str, list[Line]] = {}
    for line in lines:
        by_article.setdefault(line.article, []).append(line)
    found = []
    for name, group in track(by_article.items(), "Reading", len(by_article)):
        article = read_article(SEEDS / name)
        names = names_of(article, language)
        for line in group:
            written = {(sentence, line.text) for sentence in (*line.true, *line.false)}
            pairs = dict.fromkeys(pairs_of(line, group, article, names, language, chance))
            found.append(
                tuple(
                    pair
                    for pair in pairs
                    if (pair.sentence, pair.cited) in written or chance.random() < MADE
                )
            )
    return found


def loss_of_step(
    batch: list[tuple[Pair, ...]], scores: Scorer, chance: random.Random
) -> torch.Tensor:
    """Return the logistic loss of a step's pairs, and that of each true one against its citation's false ones."""
    pairs = [pair for group in batch for pair in group]
    backed = torch.tensor([float(pair.backed) for pair in pairs])
    found = scores([pair.read for pair in pairs])
    loss = torch.nn.functional.binary_cross_entropy_with_logits(found, backed)
    contrasts = []
    parts = zip(
        found.split([len(g) for g in batch]), backed.split([len(g) for g in batch]), strict=True
    )
    for logits, truth in parts:
        false = logits[truth == 0]
        if len(false):
            for logit in logits[truth == 1]:
                contrasts.append(torch.logsumexp(torch.cat([logit[None], false]), 0) - logit)
    return loss + CONTRAST * torch.stack(contrasts).mean() if contrasts else loss


def main(files: list[Path] | None = None, to: Path = CHECKING_ADAPTER) -> None:
    """Fit on all files and write the adapter."""
    lines = read_lines(files or sorted((SEEDS / "pairs").glob("*.jsonl")))
    groups = all_groups(lines, Language())
    print(f"{len(lines)} citations, {sum(map(len, groups))} sentences")
    folder = bundled_folder()
    save(fitted(groups, folder, PLAN, loss_of_step, pair_reader(folder)), to)


if __name__ == "__main__":
    typer.run(main)
