from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.article import Article, Chunk
from index.chunking import chunk_article
from index.cross_encoder import bundled_folder
from index.ingest import from_text
from index.language import Language
from index.passage_reader import (
    MARK,
    MAX_POSITIONS,
    Layout,
    Passage,
    PassageReader,
    encoding,
    laid_out,
    passage_of,
)

TEXT = (
    "Harbour\n"
    "Nadia Rahmani, the mayor, and Oskar Lindqvist, who runs the port, met on Monday.\n"
    "She sold it to Acme for $US4m. It rained.\n"
    "The port is 90 years old. Nobody had made an offer before."
)
ENCODE = encoding(bundled_folder())


@pytest.fixture(scope="module")
def reader() -> PassageReader:
    return PassageReader()


@pytest.fixture(scope="module")
def chunks(language: Language) -> list[Chunk]:
    return list(chunk_article(from_text(TEXT, "harbour"), language))


def best(reader: PassageReader, question: str, chunks: list[Chunk]) -> str:
    scores = reader.score(question, chunks)
    (key, number), _ = max(scores.items(), key=lambda item: item[1])
    chunk = next(c for c in chunks if c.number == key)
    span = chunk.sentences[number]
    return chunk.text[span.start - chunk.start : span.end - chunk.start]


def test_each_sentence_has_a_score_and_the_one_that_answers_the_highest(
    reader: PassageReader, chunks: list[Chunk]
) -> None:
    scores = reader.score("what was paid for the port?", chunks)
    assert len(scores) == sum(len(chunk.sentences) for chunk in chunks)
    assert "$US4m" in best(reader, "what was paid for the port?", chunks)
    assert "90 years" in best(reader, "how old is the port?", chunks)


def test_the_order_in_which_passages_were_found_does_not_matter(
    reader: PassageReader, chunks: list[Chunk]
) -> None:
    question = "who sold the port?"
    assert reader.score(question, chunks) == reader.score(question, chunks[::-1])


def test_a_long_article_is_read_to_its_end(
    reader: PassageReader, seed_article: Article, language: Language
) -> None:
    chunks = list(chunk_article(seed_article, language))
    scores = reader.score("who is G42's chairman?", chunks)
    assert set(scores) == {(c.number, n) for c in chunks for n in range(len(c.sentences))}
    assert "G42" in best(reader, "who is G42's chairman?", chunks)


def test_a_question_about_the_end_is_answered_there(
    reader: PassageReader, seed_article: Article, language: Language
) -> None:
    chunks = list(chunk_article(seed_article, language))
    last = chunks[-1].text
    scores = reader.score(last, chunks)
    assert max(scores, key=lambda place: scores[place])[0] == chunks[-1].number


sizes = st.lists(st.lists(st.integers(1, 130), min_size=1, max_size=6), min_size=1, max_size=12)


@settings(deadline=None)
@example(question=500, heading=120, sizes=[[120] * 6])
@given(question=st.integers(0, 300), heading=st.integers(0, 120), sizes=sizes)
def test_a_layout_fits_and_marks_stand_before_their_sentences(
    question: int, heading: int, sizes: list[list[int]]
) -> None:
    passages = [
        Passage(number, (8,) * heading, tuple((1000 + number,) * size for size in found))
        for number, found in enumerate(sizes)
    ]
    layout: Layout = laid_out([7] * question, passages)
    assert len(layout.tokens) <= MAX_POSITIONS
    assert layout.places
    for chunk, number, place in layout.places:
        assert layout.tokens[place] == MARK
        sentence = passages[chunk].sentences[number]
        assert layout.tokens[place + 1 : place + 1 + len(sentence)] == sentence


@settings(max_examples=15, deadline=None)
@example(question="why " * 500)
@example(question="")
@given(question=st.text(max_size=1000))
def test_any_question_is_read(question: str, reader: PassageReader, chunks: list[Chunk]) -> None:
    assert reader.score(question, chunks)


def test_a_passage_has_its_heading_and_a_part_of_each_sentence(language: Language) -> None:
    article = from_text(
        "Harbour\nFirst words here.\nThe sale\n" + "very " * 200 + "long.", "harbour"
    )
    long = list(chunk_article(article, language))[-1]
    passage = passage_of(long, ENCODE)
    assert passage.heading
    assert all(len(sentence) <= 120 for sentence in passage.sentences)


def test_a_heading_as_long_as_a_page_is_cut(reader: PassageReader, chunks: list[Chunk]) -> None:
    headed = [replace(chunk, heading="The sale of the port " * 200) for chunk in chunks]
    assert reader.score("who sold the port? " * 60, headed)
