"""Which sentences are quoted, whatever scores the cross-encoder gives."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from app.quoting import MAX_SENTENCES, MAX_WORDS, choose, read_sentences
from index.article import Chunk, SearchResult, SentenceSpan

SCORES = st.floats(-11, 11)
Told = tuple[int, bool, float]


def made(number: int, start: int, told: Sequence[Told]) -> SearchResult:
    """Return a chunk whose sentences have so many words, lean back or not, and score so."""
    text, spans = "", []
    for words, leans, _ in told:
        begin = len(text)
        text += " ".join(["word"] * words) + ". "
        spans.append(SentenceSpan(start + begin, start + len(text) - 1, leans_back=leans))
    chunk = Chunk(
        f"a:v:{number}", "a", "v", number, "", start, start + len(text), text, tuple(spans)
    )
    return SearchResult(chunk, 0.5, max(t[2] for t in told), tuple(t[2] for t in told))


@st.composite
def results(draw: st.DrawFn) -> list[SearchResult]:
    sentence = st.tuples(st.integers(1, 60), st.booleans(), SCORES)
    found, start = [], 0
    for number, told in enumerate(draw(st.lists(st.lists(sentence, min_size=1), min_size=1))):
        found.append(made(number, start, told))
        start = found[-1].chunk.end + 1
    return draw(st.permutations(found))


@given(results())
def test_one_to_four_sentences_in_the_article_s_order_the_best_among_them(
    found: list[SearchResult],
) -> None:
    candidates = read_sentences(found)
    chosen = choose(candidates)
    starts = [c.span.start for c in chosen]
    assert starts == sorted(set(starts))
    assert candidates[0].span in [c.span for c in chosen]
    assert 1 <= len(chosen) <= MAX_SENTENCES


@given(results())
def test_an_answer_stays_short_unless_its_best_sentences_are_long(
    found: list[SearchResult],
) -> None:
    candidates = read_sentences(found)
    best, chosen = candidates[0], choose(candidates)
    if sum(c.words for c in chosen) > MAX_WORDS:
        assert {c.chunk.id for c in chosen} == {best.chunk.id}
        assert {c.position for c in chosen} <= {best.position, best.position - 1}


@given(results())
def test_a_sentence_that_leans_back_brings_the_one_before_it(found: list[SearchResult]) -> None:
    chosen = choose(read_sentences(found))
    places = {(c.chunk.id, c.position) for c in chosen}
    for candidate in chosen:
        # The one that is brought along may lean back itself; nothing is brought for it.
        brought = (candidate.chunk.id, candidate.position + 1) in places
        if candidate.span.leans_back and candidate.position and not brought:
            assert (candidate.chunk.id, candidate.position - 1) in places


@given(results())
def test_every_sentence_that_was_scored_is_read_once_best_first(found: list[SearchResult]) -> None:
    candidates = read_sentences(found)
    assert len(candidates) == sum(len(result.chunk.sentences) for result in found)
    scores = [c.rerank_score for c in candidates]
    assert scores == sorted(scores, reverse=True)


def test_a_sentence_of_another_passage_is_quoted_only_where_it_scores_nearly_as_well() -> None:
    def quoted(score: float) -> int:
        found = [made(0, 0, [(5, False, 4.0)]), made(1, 100, [(5, False, score)])]
        return len(choose(read_sentences(found)))

    assert quoted(3.5) == 2
    assert quoted(-1.0) == 1


def test_what_stands_beside_the_answer_comes_more_easily_than_what_stands_elsewhere() -> None:
    beside = [made(0, 0, [(5, False, 4.0), (5, False, 0.5)])]
    elsewhere = [made(0, 0, [(5, False, 4.0)]), made(1, 100, [(5, False, 0.5)])]
    assert len(choose(read_sentences(beside))) == 2
    assert len(choose(read_sentences(elsewhere))) == 1
