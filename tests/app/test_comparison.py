from app.answering import Assistant
from app.comparison import changes, differences
from app.evaluation import Metric, judge, summarise
from app.question_set import Question


def test_won_comes_before_lost_and_the_unchanged_is_left_out(assistant: Assistant) -> None:
    answer = assistant.ask("hi").to_json()
    asked = [Question("a", "x", True), Question("b", "hi", False), Question("c", "hi", False)]
    results = [judge(q, answer, assistant.article(None), assistant.language) for q in asked]
    older = {"questions": [{"id": "a", "diagnosis": "right"}, {"id": "b", "diagnosis": "right"},
                           {"id": "c", "diagnosis": "answered wrongly"}]}  # fmt: skip
    found = changes(results, older)
    assert [(change.id, change.won) for change in found] == [("c", True), ("a", False)]


def test_metrics_that_were_not_measured_have_no_difference() -> None:
    newer: dict[str, Metric] = {
        **summarise([]),
        "mrr": {"value": 0.5, "n": 1, "low": 0.5, "high": 0.5},
    }
    older: dict[str, Metric] = {"mrr": {"value": 0.25, "n": 1, "low": 0.25, "high": 0.25}}
    assert differences(newer, older) == {"mrr": 0.25}
