import pytest

from app.conversation import one_question, stand_alone
from index.language import Language


@pytest.mark.parametrize(
    ("question", "before"),
    [
        ("who is he?", "Who runs the port?"),
        ("how much was it worth?", "Did Acme sign a contract with the navy?"),
        ("why?", "Was the vote delayed?"),
        ("Does she regret what she posted?", "What did Ada Lindqvist post?"),
        ("and in the second year?", "How much did the port earn in its first year?"),
    ],
)
def test_a_follow_up_takes_the_question_before_it_along(
    language: Language, question: str, before: str
) -> None:
    found = stand_alone(question, [before], language)
    assert found.startswith(before.rstrip("?"))
    assert found.endswith(question)


def test_half_a_question_brings_the_one_before_it_too() -> None:
    found = one_question("why?", ["Was the vote in the harbour council delayed?", "By how long?"])
    assert "harbour council" in found
    assert "By how long" in found


def test_a_whole_question_is_left_as_it_is(language: Language) -> None:
    question = "When did the Harrowmere council approve the annual budget?"
    assert stand_alone(question, ["Who runs the port?"], language) == question
    assert stand_alone("who is he?", [], language) == "who is he?"
