from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.article import Article
from index.chunking import chunk_article
from index.ingest import from_text
from index.language import Language

SENTENCES = st.sampled_from(
    ["The deal fell through.", "“It is over,” he said.", "He left on Jan. 30.", "Nobody knew why " * 70 + "."]
)  # fmt: skip


def check(article: Article, language: Language) -> None:
    chunks = chunk_article(article, language)
    covered: list[int] = []
    for number, chunk in enumerate(chunks):
        assert chunk.id == f"{article.id}:{article.version}:{number}"
        assert chunk.text == article.text[chunk.start : chunk.end]
        assert chunk.heading == article.heading_at(chunk.start)
        assert all(chunk.start <= s.start < s.end <= chunk.end for s in chunk.sentences)
        covered += [n for s in chunk.sentences for n in range(s.start, s.end)]
    assert len(covered) == len(set(covered))
    assert {n for n, c in enumerate(article.text) if not c.isspace()} <= set(covered)


def test_chunks_of_the_bundled_article_hold_every_sentence_once(
    language: Language, seed_article: Article
) -> None:
    check(seed_article, language)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(SENTENCES, min_size=1, max_size=5), min_size=1, max_size=5))
def test_chunks_hold_every_sentence_once(language: Language, paragraphs: list[list[str]]) -> None:
    text = "\n".join(["A headline", *(" ".join(paragraph) for paragraph in paragraphs)])
    check(from_text(text, "a"), language)
