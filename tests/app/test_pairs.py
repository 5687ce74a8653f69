import random

import torch

from app.opening import SEEDS
from app.pairs import Pair, all_groups, around, loss_of_step, names_of, pairs_of, read_lines
from index.ingest import read_article
from index.language import Language

FILES = sorted((SEEDS / "pairs").glob("*.jsonl"))
MORE = sorted((SEEDS / "pairs-context").glob("*.jsonl"))


def test_what_is_cited_stands_in_its_article() -> None:
    lines = read_lines([*FILES, *MORE])
    articles = {name: read_article(SEEDS / name).text for name in {line.article for line in lines}}
    assert len(lines) > 1_000
    assert all(cited in articles[line.article] for line in lines for cited in line.cited)
    assert all(line.true and line.false for line in lines)


def test_groups_are_the_lines_and_more_and_the_same_each_time(language: Language) -> None:
    every = read_lines(FILES[:1])
    lines = [line for line in every if line.article == every[0].article]
    groups = all_groups(lines, language)
    assert groups == all_groups(lines, language)
    assert len(groups) == len(lines)
    for line, group in zip(lines, groups, strict=True):
        assert len(set(group)) == len(group)
        said = {(pair.sentence, pair.backed) for pair in group if pair.cited == line.text}
        assert {(sentence, True) for sentence in line.true} <= said
        assert {(sentence, False) for sentence in line.false} <= said
    written = {s for line in lines for s in (*line.true, *line.false)}
    assert any(pair.sentence not in written for group in groups for pair in group)


def test_what_stands_around_a_citation_holds_it(language: Language) -> None:
    line = read_lines(FILES[:1])[0]
    article = read_article(SEEDS / line.article)
    wide = around(article, line.cited, language)
    assert all(cited in wide for cited in line.cited)
    assert list(
        pairs_of(line, [line], article, names_of(article, language), language, random.Random(0))
    )


def a_group() -> tuple[Pair, ...]:
    line = read_lines(FILES[:1])[0]
    return Pair(line.true[0], line.text, "", True), Pair(line.false[0], line.text, "", False)


def loss_at(*scores: float) -> float:
    groups = [a_group()] * (len(scores) // 2)
    return float(loss_of_step(groups, lambda _: torch.tensor(scores), random.Random(0)))


def test_the_loss_falls_as_backed_sentences_rise() -> None:
    assert loss_at(3.0, -3.0) < loss_at(-3.0, 3.0)


def test_a_true_sentence_is_held_against_the_false_ones_of_its_own_citation() -> None:
    # The same four logits, but in each group the false one scores as high as the true one.
    assert loss_at(1.0, 1.0, -1.0, -1.0) > loss_at(1.0, -1.0, 1.0, -1.0)
