import pytest

from index.language import Language


@pytest.mark.parametrize(
    ("sentence", "subject", "lemma", "rest"),
    [
        ("Nadia Rahmani signed the contract on Monday.", "Nadia Rahmani", "sign", "the contract on Monday"),
        ("The council kept the lighthouse because tourists love it.", "the council", "keep",
         "the lighthouse because tourists love it"),
        ("In 2019 the council borrowed £31m.", "the council", "borrow", "£31m"),
        ("Carys Whitlock, one of the two rebels, left her party.", "Carys Whitlock", "leave", "her party"),
        ("The work took 22 months and filled a warehouse.", "the work", "take", "22 months"),
    ],
)  # fmt: skip
def test_a_plain_sentence_says_who_did_what(
    language: Language, sentence: str, subject: str, lemma: str, rest: str
) -> None:
    (deed,) = language.deeds(sentence)
    assert (deed.subject, deed.lemma, deed.rest) == (subject, lemma, rest)


@pytest.mark.parametrize(
    "sentence",
    [
        "The contract was signed by nobody.",
        "Nadia Rahmani called the deal “a present to the town”.",
        "The one that was missing came later.",
        "She signed it.",
        "A crowd gathered.",
    ],
)
def test_what_no_question_can_be_made_from_is_no_deed(language: Language, sentence: str) -> None:
    assert language.deeds(sentence) == []


def test_a_date_before_the_deed_is_when_it_was(language: Language) -> None:
    (deed,) = language.deeds("On May 5, Nadia Rahmani signed the contract.")
    assert deed.when == "May 5"
