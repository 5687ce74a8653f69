import dataclasses
from typing import Any

import numpy as np
import pytest

from app.answering import Assistant
from app.evaluation import Result, covers, evened, interval, judge, summarise
from app.question_set import Question


def judged(assistant: Assistant, question: Question, asked: str) -> Result:
    answer = assistant.ask(asked).to_json()
    return judge(question, answer, assistant.article(None), assistant.language)


def test_a_span_covers_a_snippet_only_whole(assistant: Assistant) -> None:
    article = assistant.article(None)
    snippet = article.text[100:160].strip()
    start = article.text.index(snippet)
    question = Question("1", "who?", True, evidence=(snippet,))
    end = start + len(snippet)
    assert covers(article, [(start, end)], question)
    assert covers(article, [(start, start + 9), (start + 9, end)], question)
    assert not covers(article, [(start, end - 1)], question)


def test_metrics_of_two_questions_by_hand(assistant: Assistant) -> None:
    evidence = assistant.article(None).text[:40].strip()
    missed = judged(assistant, Question("1", "who said hello", True, evidence=(evidence,)), "hi")
    refused = judged(assistant, Question("2", "hi", False), "hi")
    assert (missed.diagnosis, refused.diagnosis) == ("abstained wrongly", "right")
    summary = summarise([missed, refused])
    assert summary["citation_hit"]["value"] == 0
    assert summary["missed_answers"] == {"value": 1, "n": 1, "low": 1, "high": 1}
    assert summary["false_answers"]["value"] == 0
    assert summary["abstention_accuracy"]["value"] == 0.5
    assert summary["balanced_abstention"]["value"] == 0.5
    assert summary["unsupported_sentences"]["value"] == 0


def test_a_right_a_wrong_and_a_false_answer_are_told_apart(assistant: Assistant) -> None:
    asked = "who controls G42?"
    quotes = [citation.quote for citation in assistant.ask(asked).citations]
    right = judged(assistant, Question("1", asked, True, evidence=(quotes[0],)), asked)
    assert right.diagnosis == "right"
    assert right.scores["citation_hit"] == 1
    last = assistant.article(None).text[-60:].strip()
    wrong = judged(assistant, Question("2", asked, True, evidence=(last,)), asked)
    assert wrong.diagnosis in {"retrieved too low", "sentence not chosen"}
    assert wrong.scores["quotes_right"] == 0
    false = judged(assistant, Question("3", asked, False), asked)
    assert false.diagnosis == "answered wrongly"
    assert false.scores["false_answers"] == 1


def test_a_sentence_that_is_not_its_quote_counts_as_unsupported(assistant: Assistant) -> None:
    article = assistant.article(None)
    answer: dict[str, Any] = assistant.ask("who controls G42?").to_json()
    question = Question("1", "who controls G42?", False)
    answer["sentences"][0]["text"] += " indeed"
    found = judge(question, answer, article, assistant.language)
    assert found.scores["unsupported_sentences"] == 1


def test_what_a_rewrite_recovers_is_counted_in_content_words(assistant: Assistant) -> None:
    question = Question(
        "1", "and how much?", False, history=("what is Stargate?",),
        standalone="how much is the Stargate partnership worth?",
    )  # fmt: skip
    answer = assistant.ask("hi").to_json() | {"standalone_question": "what is Stargate: how much?"}
    found = judge(question, answer, assistant.article(None), assistant.language)
    assert found.scores["followup_recall"] == pytest.approx(1 / 3)
    plain = dataclasses.replace(question, standalone=None)
    unmeasured = judge(plain, answer, assistant.article(None), assistant.language)
    assert unmeasured.scores["followup_recall"] is None


@pytest.mark.parametrize(
    ("one", "other"),
    [("$US1,000,000", "us1000000"), ("“Yes,” he said", "yes he said"), ("3.5%", "3.5")],
)
def test_number_forms_case_and_punctuation_are_evened_out(one: str, other: str) -> None:
    assert evened(one) == evened(other)


def test_an_interval_holds_its_value_and_is_the_same_each_time() -> None:
    values = [1.0] * 30 + [0.0] * 10
    found = interval(values, np.mean)
    assert found == interval(values, np.mean)
    low, value, high = found["low"], found["value"], found["high"]
    assert low is not None
    assert value is not None
    assert high is not None
    assert low < value == 0.75 < high
