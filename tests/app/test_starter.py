from pathlib import Path

from app.answering import Assistant
from app.question_set import check_set
from app.starter import starter_set


def test_a_starter_set_holds_evidence_and_near_misses(assistant: Assistant) -> None:
    article = assistant.article(None)
    drafted = list(starter_set(assistant, article))
    check_set(Path("draft"), drafted, lambda question: article)
    assert sum(question.answerable for question in drafted) >= 5
    misses = [question for question in drafted if not question.answerable]
    assert len(misses) >= 3
    assert len({question.question for question in drafted}) == len(drafted)
