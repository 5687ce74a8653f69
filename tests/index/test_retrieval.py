from index.article import Article, SearchResult
from index.chunking import chunk_article
from index.language import Language
from index.models import Embedder, Reranker
from index.publishing import prepared
from index.records import StoredChunks
from index.retrieval import (
    READ_CLOSELY,
    READ_THROUGH,
    ArticleRetriever,
    ArticleSearch,
    nearest_first,
)


def test_the_retriever_finds_the_passage_and_is_a_langchain_retriever(
    seed_article: Article, language: Language, embedder: Embedder, reranker: Reranker
) -> None:
    chunks = tuple(chunk_article(seed_article, language))
    stored = StoredChunks(chunks, embedder.encode([c.searched_text for c in chunks]))
    retriever = ArticleRetriever(
        search_in=ArticleSearch.prepare(seed_article, stored), embedder=embedder, reranker=reranker
    )
    documents = retriever.invoke("who controls G42?")
    assert "Sheikh Tahnoun" in documents[0].page_content
    place = documents[0].metadata
    assert seed_article.text[place["start"] : place["end"]] == documents[0].page_content
    scores = [document.metadata["rerank_score"] for document in documents]
    assert scores == sorted(scores, reverse=True)


def made_of(seed_article: Article, language: Language) -> list[SearchResult]:
    return [SearchResult(chunk, 0.0, 0.0) for chunk in chunk_article(seed_article, language)]


def test_what_reads_best_is_read_closely_wherever_it_was_found(
    seed_article: Article, language: Language
) -> None:
    found = made_of(seed_article, language)[:READ_THROUGH]
    last = found[-1].chunk.number
    through = {(r.chunk.number, 0): (5.0 if r.chunk.number == last else -5.0) for r in found}
    nearest = nearest_first(found, through)
    assert last in [result.chunk.number for result in nearest[:READ_CLOSELY]]
    assert {r.chunk.id for r in nearest} == {r.chunk.id for r in found}


def test_what_comes_first_both_ways_stays_first(seed_article: Article, language: Language) -> None:
    found = made_of(seed_article, language)
    through = {(result.chunk.number, 0): -float(n) for n, result in enumerate(found)}
    assert nearest_first(found, through) == found


def test_only_the_best_of_an_article_are_read_closely(
    seed_article: Article, language: Language, embedder: Embedder, reranker: Reranker
) -> None:
    search = ArticleSearch.prepare(seed_article, prepared(seed_article, embedder, language))
    retriever = ArticleRetriever(search_in=search, embedder=embedder, reranker=reranker)
    results = retriever.search("who controls G42?")
    assert len(results) == READ_CLOSELY < len(search.chunks)
    assert all(len(r.sentence_scores) == len(r.chunk.sentences) for r in results)
