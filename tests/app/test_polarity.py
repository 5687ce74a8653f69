import pytest

from app.polarity import doubts
from index.language import Language

CITED = (
    "The council approved the plan before the vote. Quill defeated Ashby in May, and prices rose. "
    "She did not resign. “It was a fair fight,” Quill said."
)


@pytest.mark.parametrize(
    "sentence",
    [
        "The council did not approve the plan.",
        "The plan was approved after the vote.",
        "Ashby defeated Quill in May.",
        "In May prices fell.",
        "She resigned.",
        "“It was a fair fight,” Ashby said.",
    ],
)
def test_what_is_turned_round_is_doubted(sentence: str, language: Language) -> None:
    cited = CITED.replace("rose", "rose, not fell") if "fell" not in sentence else CITED
    assert doubts(sentence, cited, language)


@pytest.mark.parametrize(
    "sentence",
    [
        "The plan was approved by the council before the vote.",
        "Ashby was defeated by Quill in May.",
        "In May prices rose.",
        "She did not resign.",
        "“It was a fair fight,” Quill said.",
    ],
)
def test_the_same_in_other_words_is_not(sentence: str, language: Language) -> None:
    assert not doubts(sentence, CITED, language)
