import random

import torch

from app.opening import SEEDS
from app.pairs import Pair, all_pairs, around, loss_of_step, names_of, pairs_of, read_lines
from index.ingest import read_article
from index.language import Language

FILES = sorted((SEEDS / "pairs").glob("*.jsonl"))


def test_what_is_cited_stands_in_its_article() -> None:
    lines = read_lines(FILES)
    articles = {name: read_article(SEEDS / name).text for name in {line.article for line in lines}}
    assert len(lines) > 1_000
    assert all(cited in articles[line.article] for line in lines for cited in line.cited)
    assert all(line.true and line.false for line in lines)


def test_pairs_are_the_lines_and_more_and_the_same_each_time(language: Language) -> None:
    every = read_lines(FILES[:1])
    lines = [line for line in every if line.article == every[0].article]
    pairs = all_pairs(lines, language)
    assert pairs == all_pairs(lines, language)
    written = {s for line in lines for s in (*line.true, *line.false)}
    assert written <= {pair.sentence for pair in pairs}
    true = {s for line in lines for s in line.true}
    assert any(not pair.backed and pair.sentence not in written for pair in pairs)
    assert any(pair.backed and pair.sentence in true for pair in pairs)


def test_what_stands_around_a_citation_holds_it(language: Language) -> None:
    line = read_lines(FILES[:1])[0]
    article = read_article(SEEDS / line.article)
    wide = around(article, line.cited, language)
    assert all(cited in wide for cited in line.cited)
    assert list(
        pairs_of(line, [line], article, names_of(article, language), language, random.Random(0))
    )


def test_the_loss_falls_as_backed_sentences_rise() -> None:
    line = read_lines(FILES[:1])[0]
    pairs = [Pair(line.true[0], line.text, "", True), Pair(line.false[0], line.text, "", False)]
    good = loss_of_step(pairs, lambda _: torch.tensor([3.0, -3.0]), random.Random(0))
    bad = loss_of_step(pairs, lambda _: torch.tensor([-3.0, 3.0]), random.Random(0))
    assert good < bad
