from pathlib import Path

from app.examples import example, examples, judge, who_is
from app.question_set import Question
from index.ingest import from_text
from index.language import Language
from index.models import Embedder
from index.publishing import prepared
from index.retrieval import ArticleSearch

TEXT = "Harbour\nThe mayor sold the harbour to Acme. It rained.\nAcme paid $US4m. Nobody objected."
PEOPLE = "Harbour\nNadia Rahmani, the mayor of Port Ellery, sold the harbour on Monday. It rained."
OTHERS = "Vote\nOskar Lindqvist, a former teacher, won the vote on Friday. It snowed."


def test_an_example_holds_the_sentences_of_the_evidence_as_answers(
    language: Language, embedder: Embedder
) -> None:
    article = from_text(TEXT, "harbour")
    search = ArticleSearch.prepare(article, prepared(article, embedder, language))
    question = Question("1", "what did it cost?", True, "harbour", evidence=("Acme paid $US4m",))
    vector = embedder.encode([question.question])[0]
    made = example(judge(question, article, search, vector))
    assert [reading.text for reading in made.answering] == ["Acme paid $US4m."]
    assert len(made.near) + len(made.far) == 3


def test_people_are_asked_about_where_they_are_introduced_and_where_they_are_strangers(
    language: Language,
) -> None:
    articles = {"a": from_text(PEOPLE, "a"), "b": from_text(OTHERS, "b")}
    made = list(who_is(articles, language))
    known = {q.article: q.evidence[0] for q in made if q.answerable}
    assert known == {"a": "Nadia Rahmani, the mayor", "b": "Oskar Lindqvist, a former"}
    strangers = {q.article: q.question for q in made if not q.answerable}
    assert "Lindqvist" in strangers["a"]
    assert "Rahmani" in strangers["b"]


def test_a_set_becomes_its_questions_and_those_about_people(
    tmp_path: Path, language: Language, embedder: Embedder
) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text(PEOPLE)
    line = '{"id": "1", "question": "who sold it?", "article": "a", "answerable": true, "evidence": ["sold the harbour"]}'
    (tmp_path / "questions.jsonl").write_text(line)
    made = list(examples(str(tmp_path), language, embedder))
    assert len(made) == 2
    assert all(item.answering for item in made)
