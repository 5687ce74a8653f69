from index.article import Article
from index.chunking import chunk_article
from index.language import Language
from index.models import Embedder, Reranker
from index.records import StoredChunks
from index.retrieval import ArticleRetriever, ArticleSearch


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
