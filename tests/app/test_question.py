import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.question import corrected, language_of, wish_of
from app.question_set import read_set

SETS = Path(__file__).parents[1] / "sets"
# What was typed, a name in the article, and whether the same is meant.
NAMES = Path(__file__).with_name("names.csv")


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("hi", "greeting"), ("Hello there!", "greeting"), ("?!", "greeting"),
        ("summarise this", "summary"), ("tl;dr", "summary"), ("what is this article about?", "summary"),
        ("who is mentioned?", "names"), ("Which people are named in the article", "names"),
        ("who is Sam Altman", "question"), ("why did it happen", "question"),
    ],
)  # fmt: skip
def test_what_readers_type_is_told_apart(text: str, wish: str) -> None:
    assert wish_of(text) == wish


@pytest.mark.parametrize(
    "question",
    [
        "stargate money",
        "who is Sheikh Tahnoun bin Zayed?",
        "what is MGX",
        "musk nasa",
        "Why did Lamont resign?",
    ],
)
def test_english_questions_with_foreign_names_are_english(question: str) -> None:
    assert language_of(question, {"stargate", "sheikh", "musk"}) == "en"


def test_a_misspelt_name_is_mended_and_other_words_are_not() -> None:
    names, words = (
        ["Altman", "Dhabi", "Harrowmere"],
        {"altman", "abu", "dhabi", "harrowmere", "mere"},
    )
    assert corrected("where is abu dabi", names, words) == "where is abu Dhabi"
    assert corrected("did Altmann's deal fail", names, words) == "did Altman's deal fail"
    assert corrected("what about the elephant", names, words) == "what about the elephant"


def test_misspellings_are_mended_and_another_person_s_name_is_not() -> None:
    with NAMES.open() as file:
        rows = list(csv.DictReader(file))
    mended = {
        same: [
            corrected(r["typed"], [r["name"]], ()) == r["name"] for r in rows if r["same"] == same
        ]
        for same in ("yes", "no")
    }
    assert len(mended["yes"]) > 60
    assert len(mended["no"]) > 60
    assert sum(mended["yes"]) / len(mended["yes"]) >= 0.9
    assert sum(mended["no"]) / len(mended["no"]) <= 0.05


def test_a_slip_between_two_names_is_left_as_it_is() -> None:
    assert corrected("who is Marlowd", ["Marlowe", "Marlows"], ()) == "who is Marlowd"


@given(st.text(max_size=60))
def test_mending_is_idempotent(question: str) -> None:
    names, words = ["Altman", "Dhabi"], {"altman", "dhabi"}
    once = corrected(question, names, words)
    assert corrected(once, names, words) == once


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Was sagte Musk über Stargate?", "de"),
        ("wer ist der chef von g42", "de"),
        ("¿Quién dirige OpenAI?", "es"),
        ("cuanto dinero dio Altman", "es"),
        ("Qui dirige OpenAI ?", "fr"),
        ("De quoi parle cet article ?", "fr"),
        ("من يدير شركة أوبن إيه آي؟", "ar"),
        ("Chi dirige OpenAI?", "it"),
        ("谁领导OpenAI？", "zh"),
    ],
)
def test_a_question_in_another_language_is_known(question: str, language: str) -> None:
    assert language_of(question, {"openai", "musk", "stargate", "altman"}) == language


@pytest.mark.parametrize(
    "question", ["Los Angeles fires", "Le Pen's age?", "Rio de Janeiro", "El Niño damage"]
)
def test_a_name_with_a_foreign_word_is_no_foreign_question(question: str) -> None:
    assert language_of(question, ()) == "en"


def test_no_english_question_of_the_sets_is_taken_for_another_language() -> None:
    for folder in (SETS / "a", SETS / "b", SETS / "c"):
        for question in read_set(folder / "questions.jsonl"):
            assert language_of(question.question, ()) == "en", question.question
