from app.baseline import COUNT, StockPipeline
from app.evaluation import judge
from app.question_set import Question
from index.article import Article
from index.language import Language
from index.models import Embedder


def test_the_usual_pipeline_cites_four_whole_chunks_of_the_article(
    embedder: Embedder, language: Language, seed_article: Article
) -> None:
    asked = "who controls G42?"
    answer = StockPipeline(embedder).ask(asked, seed_article)
    assert len(answer["citations"]) == COUNT
    for citation in answer["citations"]:
        assert seed_article.text[citation["start"] : citation["end"]] == citation["quote"]
    found = judge(Question("1", asked, False), answer, seed_article, language)
    assert found.scores["unsupported_sentences"] == 0
    assert found.diagnosis == "answered wrongly"
