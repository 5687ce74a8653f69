import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.question_set import Question, check_set, occurrences, parse_question, read_set
from index.article import Article
from index.errors import FixInput
from index.ingest import from_text

GOOD = {"id": "1", "question": "who?", "answerable": True, "evidence": ["x"]}


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (["{broken"], 1),
        ([json.dumps(GOOD), "[]"], 2),
        ([json.dumps({**GOOD, "colour": "red"})], 1),
        ([json.dumps(GOOD), "", json.dumps(GOOD)], 3),
        ([json.dumps({**GOOD, "answerable": "yes"})], 1),
        ([json.dumps({**GOOD, "answerable": False})], 1),
        ([json.dumps({**GOOD, "evidence": "x"})], 1),
        ([json.dumps({**GOOD, "question": " "})], 1),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, lines: list[str], line: int) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(lines))
    with pytest.raises(FixInput, match=f"line {line}"):
        read_set(path)


def test_a_file_without_questions_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text("\n\n")
    with pytest.raises(FixInput):
        read_set(path)
    with pytest.raises(FixInput):
        read_set(tmp_path / "missing.jsonl")


def test_csv_says_the_same_as_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    path.write_text(
        "id,question,answerable,evidence,history,type\n"
        '1,"who, really?",true,"first line of it\nsecond, line",,who\n'
        '2,and then?,no,,"[""who was it?""]",followup\n'
    )
    first, second = read_set(path)
    assert first.evidence == ("first line of it", "second, line")
    assert first.question == "who, really?"
    assert second.history == ("who was it?",)
    assert not second.answerable
    assert (first.line, second.line) == (2, 4)


def test_a_csv_row_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    path.write_text("id,question,answerable\n1,who?,perhaps\n")
    with pytest.raises(FixInput, match="line 2"):
        read_set(path)


def test_evidence_that_is_not_in_the_article_is_named_with_its_line(seed_article: Article) -> None:
    path, wrong = Path("s"), Question("a", "who?", True, evidence=("no such words",), line=7)
    with pytest.raises(FixInput, match="line 7"):
        check_set(path, [wrong], lambda question: seed_article)


def test_a_question_that_cannot_be_asked_is_named_before_the_run(seed_article: Article) -> None:
    for wrong in (
        Question("a", "why " * 3000, False, line=4),
        Question("a", "why", False, history=("",), line=4),
    ):
        with pytest.raises(FixInput, match="line 4"):
            check_set(Path("s"), [wrong], lambda question: seed_article)


def test_a_stray_quote_in_csv_is_named(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    path.write_text('id,question,answerable\n1,"who" is?,true\n')
    with pytest.raises(FixInput, match="line 2"):
        read_set(path)


def test_a_snippet_is_found_as_the_article_was_read() -> None:
    article = from_text(
        "Falls\nMarble Falls lies at 17 W \ufeff/ 98 N in  Texas.\nIt is small.", "a"
    )
    for snippet in ("17 W \ufeff/ 98 N", " lies at 17  W", "17 W / 98 N in Texas.\nIt"):
        assert occurrences(article.text, snippet)
    assert not occurrences(article.text, "\ufeff ")
    assert not occurrences(article.text, "in  Texas. It")


def test_an_unknown_article_is_named_with_its_line() -> None:
    def unknown(question: Question) -> Article:
        raise FixInput("There is no article")

    with pytest.raises(FixInput, match="line 3"):
        check_set(Path("s"), [Question("a", "who?", False, line=3)], unknown)


def test_a_set_without_an_answerable_question_is_refused(seed_article: Article) -> None:
    with pytest.raises(FixInput):
        check_set(Path("s"), [Question("a", "who?", False)], lambda question: seed_article)


texts = st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda text: bool(text.strip()))


@given(
    question=texts,
    evidence=st.lists(texts),
    history=st.lists(texts),
    note=st.none() | texts,
)
def test_a_question_survives_being_written_and_read(
    question: str, evidence: list[str], history: list[str], note: str | None
) -> None:
    written = Question(
        "1", question, True, evidence=tuple(evidence), history=tuple(history), note=note
    )
    assert parse_question(json.loads(json.dumps(written.to_json()))) == written
