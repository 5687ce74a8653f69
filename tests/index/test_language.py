import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language import Language


def leaning(language: Language, paragraph: str) -> list[bool]:
    (sentences,) = language.sentences([paragraph])
    return [sentence.leans_back for sentence in sentences]


@given(st.lists(st.text(max_size=60), max_size=4))
def test_every_paragraph_gets_its_sentences_inside_it(
    language: Language, paragraphs: list[str]
) -> None:
    found = list(language.sentences(paragraphs))
    assert len(found) == len(paragraphs)
    for paragraph, sentences in zip(paragraphs, found, strict=True):
        for sentence in sentences:
            assert 0 <= sentence.start < sentence.end <= len(paragraph)


@pytest.mark.parametrize(
    "second",
    ["He objected to it.", "But she refused.", "That was too late.", "Both were sold.", "Their union agreed."],
)  # fmt: skip
def test_a_sentence_that_only_the_one_before_explains_leans_back(
    language: Language, second: str
) -> None:
    assert leaning(language, f"Nadia Rahmani met Oskar Lindqvist. {second}") == [False, True]


@pytest.mark.parametrize(
    "second",
    [
        "Oskar Lindqvist objected to it.",
        "The council sold its harbour.",
        "There was a fire in the harbour.",
    ],
)
def test_a_sentence_that_names_its_own_subject_does_not(language: Language, second: str) -> None:
    assert leaning(language, f"The vote was delayed. {second}") == [False, False]


def test_a_name_is_one_run_of_words_with_its_kind(language: Language) -> None:
    names = language.names("Sheikh Tahnoun bin Zayed met Nadia Rahmani in London.")
    texts = [name.text for name in names]
    assert "Nadia Rahmani" in texts
    assert any(text.endswith("Tahnoun bin Zayed") for text in texts)
    (london,) = [name for name in names if name.text == "London"]
    assert london.kind == "place"


def test_a_deed_is_read_from_a_plain_sentence(language: Language) -> None:
    (deed,) = language.deeds("Nadia Rahmani signed the contract, to the surprise of many.")
    assert (deed.subject, deed.lemma, deed.rest) == ("Nadia Rahmani", "sign", "the contract")
    assert deed.past
    assert language.deeds("It was not signed by anybody.") == []


def test_a_question_s_content_words_have_stems_and_the_others_none(language: Language) -> None:
    words = {word.text: word.stem for word in language.words("Who did the councils object to?")}
    assert words["councils"] == "council"
    assert words["object"] == "object"
    assert words["the"] is None
    assert words["?"] is None
