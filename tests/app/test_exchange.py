import csv
import io
import json
from pathlib import Path

import pytest

from app.answering import Assistant
from app.evaluation import judge
from app.exchange import (
    from_feedback,
    promptfoo_csv,
    ragas_samples,
    read_any,
    write_beir,
    write_lines,
)
from app.question_set import Question
from index.errors import FixInput


@pytest.fixture
def questions(assistant: Assistant) -> list[Question]:
    article = assistant.article(None)
    start, end = article.paragraphs()[3]
    return [
        Question("1", "who, “really”?", True, article=article.id, type="who",
                 evidence=(article.text[start:end],), answers=("Trump", "a man, said he")),
        Question("2", "and why?", False, article=article.id, history=("who?",)),
    ]  # fmt: skip


def test_promptfoo_csv_is_read_back_as_it_was(tmp_path: Path, questions: list[Question]) -> None:
    path = tmp_path / "tests.csv"
    path.write_text(promptfoo_csv(questions), "utf-8")
    assert read_any(path) == questions
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    assert rows[0]["__expected"].startswith("javascript:[")
    assert rows[1]["__expected"].startswith("contains:")


def test_a_promptfoo_csv_of_others_gives_accepted_answers(tmp_path: Path) -> None:
    path = tmp_path / "tests.csv"
    path.write_text(
        "question,__expected,__metadata:answerable\n"
        "Who won?,icontains: Acme,\nIs it kind?,llm-rubric: it is kind,TRUE\nWho lost?,,FALSE\n"
    )
    won, kind, lost = read_any(path)
    assert won.answers == ("Acme",)
    assert kind.answers == ()
    assert (won.answerable, kind.answerable, lost.answerable) == (True, True, False)


def test_beir_judges_the_paragraph_that_holds_the_evidence(
    tmp_path: Path, assistant: Assistant, questions: list[Question]
) -> None:
    article = assistant.article(None)
    write_beir([(question, article) for question in questions], tmp_path)
    corpus = [json.loads(line) for line in (tmp_path / "corpus.jsonl").read_text().splitlines()]
    assert [document["text"] for document in corpus] == [
        article.text[start:end] for start, end in article.paragraphs()
    ]
    rows = (tmp_path / "qrels" / "test.tsv").read_text().splitlines()
    assert rows == ["query-id\tcorpus-id\tscore", f"1\t{corpus[3]['_id']}\t1"]
    first, second = read_any(tmp_path)
    assert first.evidence == questions[0].evidence
    assert first.article == article.id
    assert not second.answerable


def test_ragas_samples_hold_what_was_retrieved_and_are_read_back(
    tmp_path: Path, assistant: Assistant, questions: list[Question]
) -> None:
    article = assistant.article(None)
    results = [
        judge(q, assistant.ask(q.question, q.history).to_json(), article, assistant.language)
        for q in questions
    ]
    path = tmp_path / "samples.jsonl"
    write_lines(path, ragas_samples(results, {article.id: article}))
    sample = json.loads(path.read_text().splitlines()[0])
    assert sample["reference_contexts"] == list(questions[0].evidence)
    assert all(context in article.text for context in sample["retrieved_contexts"])
    assert [q.answerable for q in read_any(path)] == [True, False]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "colour,__expected\nred,x\n"),
        ("a.jsonl", '{"user_input": 3}\n'),
        ("b.csv", "question,__expected,history\nwho?,x,then\n"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(FixInput):
        read_any(path)
    with pytest.raises(FixInput):
        read_any(tmp_path)


def test_a_beir_folder_that_cannot_be_written_is_told(
    tmp_path: Path, assistant: Assistant, questions: list[Question]
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FixInput):
        write_beir(
            [(question, assistant.article(None)) for question in questions], tmp_path / "file"
        )


def test_thumbs_down_and_unanswered_questions_become_a_draft() -> None:
    def line(
        question: str, verdict: str, abstained: bool, reason: str | None = None
    ) -> dict[str, object]:
        return {"question": question, "verdict": verdict, "abstained": abstained, "article": "a",
                "reason": reason, "at": "2026-11-01T10:00:00+00:00"}  # fmt: skip

    drafted = list(
        from_feedback([
            line("Who won?", "up", False), line("who lost?", "down", False, "wrong man"),
            line("Who lost?", "down", False), line("How old is he?", "up", True),
        ])
    )  # fmt: skip
    assert [q.question for q in drafted] == ["who lost?", "How old is he?"]
    assert [q.answerable for q in drafted] == [True, False]
    assert "wrong man" in (drafted[0].note or "")
