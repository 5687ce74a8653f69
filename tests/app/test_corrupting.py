import random

import pytest

from app.corrupting import corrupted, negated, opposite, recounted, renamed, swapped
from index.language import Language

SENTENCE = "Mara Quill sold 300 boats to Tom Ashby before the war."
NAMES = {"person": ["Mara Quill", "Tom Ashby", "Lena Voss"]}


def test_a_denial_is_put_in_or_taken_out() -> None:
    assert negated("She was there.") == "She was not there."
    assert negated("She was not there.") == "She was there."
    assert negated("She left.") is None


def test_names_change_places_where_that_changes_the_sentence(language: Language) -> None:
    sentence = "Mara Quill defeated Tom Ashby."
    assert swapped(sentence, language.names(sentence)) == "Tom Ashby defeated Mara Quill."
    both = "Mara Quill met Tom Ashby."
    assert swapped(both, language.names(both)) is None


def test_another_name_is_one_of_the_article_and_not_of_the_sentence(language: Language) -> None:
    found = renamed(SENTENCE, language.names(SENTENCE), NAMES, random.Random(0))
    assert found is not None
    assert "Lena Voss" in found
    assert renamed("It rained.", [], NAMES, random.Random(0)) is None


@pytest.mark.parametrize("number", ["3", "1,250", "2.5", "1987"])
def test_a_number_stays_one_of_its_form_and_changes(number: str) -> None:
    for seed in range(20):
        found = recounted(f"It cost {number} crowns.", random.Random(seed))
        assert found != f"It cost {number} crowns."
        assert found is not None
        assert ("." in found[:-1]) == ("." in number)


def test_every_fault_of_a_sentence_is_another_sentence(language: Language) -> None:
    found = dict(corrupted(SENTENCE, NAMES, language, random.Random(0)))
    assert {"order", "name", "number"} <= set(found)
    assert SENTENCE not in found.values()
    turned = {opposite(SENTENCE, random.Random(seed)) for seed in range(20)}
    assert turned == {SENTENCE.replace("before", "after"), SENTENCE.replace("sold", "bought")}
