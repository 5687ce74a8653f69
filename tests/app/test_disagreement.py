import pytest

from app.disagreement import at_odds, differ
from app.quoting import Candidate
from index.article import Chunk, SentenceSpan
from index.language import Language


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The fire killed 12 people.", "The fire killed 14 people, police said."),
        ("The bridge will cost £3.2m.", "The bridge is to cost £4m."),
        ("The library reopens in May.", "The library reopens on 3 June."),
        ("About 400 jobs will go at the plant.", "Some 900 jobs are to go at the plant."),
    ],
)
def test_other_figures_of_the_same_thing_are_at_odds(
    one: str, other: str, language: Language
) -> None:
    assert at_odds(one, other, language)
    assert at_odds(other, one, language)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The fire killed twelve people.", "The fire killed 12 people."),
        ("The bridge will cost £3.2m.", "The bridge will cost more than £3m."),
        ("The fire killed 12 people.", "The bridge will cost £4m."),
        ("The mayor sold the harbour in 2019.", "The mayor sold the harbour in 2019 for £4m."),
        ("The mayor sold the harbour.", "The mayor sold the harbour for £4m."),
        ("It rained.", "It rained."),
    ],
)
def test_the_same_figures_and_those_of_other_things_are_not(
    one: str, other: str, language: Language
) -> None:
    assert not at_odds(one, other, language)
    assert not at_odds(other, one, language)


def test_only_different_articles_differ(language: Language) -> None:
    def said(article_id: str, text: str) -> Candidate:
        span = SentenceSpan(0, len(text))
        return Candidate(
            Chunk(f"{article_id}:v:0", article_id, "v", 0, "", 0, len(text), text, (span,)), 0, 1.0
        )

    first, second = "The fire killed 12 people.", "The fire killed 14 people."
    assert differ([said("a", first), said("b", second)], language)
    assert not differ([said("a", first), said("a", second)], language)
    assert not differ([said("a", first), said("b", first)], language)
