import json
from pathlib import Path

import pytest

from app.answering import Assistant
from app.evaluation import Outcome, Question, covers, read_set, summarise
from index.errors import FixInput

GOOD = {"id": "1", "question": "who?", "answerable": True, "evidence": ["x"]}


@pytest.mark.parametrize(
    "lines",
    [["{broken"], ["[]"], [json.dumps({**GOOD, "colour": "red"})], [json.dumps(GOOD)] * 2,
     [json.dumps({**GOOD, "answerable": "yes"})], [""]],
)  # fmt: skip
def test_a_set_that_cannot_be_used_is_refused(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(lines))
    with pytest.raises(FixInput):
        read_set(path)


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
    article = assistant.article(None)
    asked = Question("1", "who said hello", True, evidence=(article.text[:40].strip(),))
    greeting = Outcome(asked, assistant.ask("hi"), article)
    refused = Outcome(Question("2", "hi", False), assistant.ask("hi"), article)
    summary = summarise([greeting, refused])
    assert summary["citation_hit"]["value"] == 0
    assert summary["missed_answers"] == {"value": 1, "n": 1, "low": 1, "high": 1}
    assert summary["false_answers"]["value"] == 0
    assert summary["abstention_accuracy"]["value"] == 0.5
    assert summary["balanced_abstention"]["value"] == 0.5
    assert summary["unsupported_sentences"]["value"] == 0
