import pytest

from app.conversation import Turn, stand_alone
from index.language import Language


@pytest.mark.parametrize(
    ("question", "turn", "expected_words"),
    [
        ("who is he?", Turn("Who runs the port?", "Piers Lamont runs the port."), {"Piers", "Lamont"}),
        ("how much was it worth?", Turn("Did Acme sign a contract with the navy?", "It did."), {"contract", "navy"}),
        ("why?", Turn("Was the vote delayed?", "The vote was delayed."), {"vote", "delayed"}),
        ("Does she regret it?", Turn("What did Ada Lindqvist post?", "She posted a joke."), {"Ada", "Lindqvist"}),
    ],
)  # fmt: skip
def test_a_follow_up_takes_what_it_lacks_from_the_turn_before(
    language: Language, question: str, turn: Turn, expected_words: set[str]
) -> None:
    resolved = stand_alone(question, [turn], language)
    assert expected_words <= set(resolved.replace("?", " ").replace(":", " ").split())


def test_a_whole_question_is_left_as_it_is(language: Language) -> None:
    turn = Turn("Who runs the port?", "Piers Lamont runs the port.")
    question = "When did the Harrowmere council approve the annual budget?"
    assert stand_alone(question, [turn], language) == question
    assert stand_alone("who is he?", [], language) == "who is he?"
