import pytest

from app.conversation import one_question, stand_alone, wordings
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


@pytest.mark.parametrize(
    "question", ["Who is Ellison?", "What does Ellison own?", "when did Ada Lindqvist resign"]
)
def test_a_question_that_names_its_subject_is_left_as_it_is(
    language: Language, question: str
) -> None:
    assert stand_alone(question, ["Who runs the port?"], language) == question


def test_a_bare_name_goes_on(language: Language) -> None:
    assert "port" in stand_alone("Ellison?", ["Who runs the port?"], language)


def test_the_topic_is_carried_through_follow_ups_and_no_further(language: Language) -> None:
    history = ["Who is the mayor of Ostrava?", "When was Port Ellery sold?", "who bought it?"]
    found = stand_alone("and for how much?", history, language)
    assert "Port Ellery" in found
    assert "who bought it" in found
    assert "Ostrava" not in found


def test_what_may_change_the_topic_is_understood_both_ways(language: Language) -> None:
    history = ["Who runs the port?"]
    joined, alone = wordings("How big was the fine?", history, language)
    assert "port" in joined.searched
    assert "port" in joined.read
    assert alone.searched == alone.read == "How big was the fine?"


@pytest.mark.parametrize("question", ["and for how much?", "why?", "what about the fine?"])
def test_half_a_question_is_understood_only_with_what_came_before(
    language: Language, question: str
) -> None:
    (joined,) = wordings(question, ["Who runs the port?"], language)
    assert "port" in joined.searched
