"""What a user would otherwise build: the pipeline of LangChain's own RAG tutorial.

A recursive splitter (1,000 characters, 200 of overlap), the same bi-encoder, LangChain's Chroma store and
its default of four chunks, each of which is a citation as a whole. It never abstains.
"""

import time
from typing import Any

import chromadb
from chromadb.config import Settings
from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from index.article import Article
from index.models import Embedder

CHUNK_CHARACTERS, OVERLAP_CHARACTERS, COUNT = 1000, 200, 4
RANKED = 10


class BundledEmbeddings(Embeddings):
    """The program's bi-encoder as LangChain calls it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one unit vector a text."""
        vectors: list[list[float]] = self._embedder.encode(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question."""
        return self.embed_documents([text])[0]


class StockPipeline:
    """Answers any question about an article with its four nearest chunks, in the contract's form."""

    def __init__(self, embedder: Embedder) -> None:
        self._embeddings = BundledEmbeddings(embedder)
        self._client = chromadb.EphemeralClient(Settings(anonymized_telemetry=False))
        self._stores: dict[str, Chroma] = {}

    def ask(self, question: str, article: Article) -> dict[str, Any]:
        """Return the contract's JSON object; `text` of the article is all that is searched."""
        started = time.perf_counter()
        store = self._store(article)
        found = store.similarity_search_with_score(question, k=RANKED)
        total = (time.perf_counter() - started) * 1000
        spans = [span_of(document, 1 - score) for document, score in found]
        citations = [
            {
                "number": number, "article_id": article.id, "chunk_id": span["chunk_id"],
                "title": article.title, "published": article.published, "modified": None,
                "corrected_at": None, "kind": article.kind,
                "section": article.heading_at(span["start"]), "start": span["start"],
                "end": span["end"], "quote": article.text[span["start"] : span["end"]],
                "url": article.url,
            }
            for number, span in enumerate(spans[:COUNT], start=1)
        ]  # fmt: skip
        return {
            "question": question, "standalone_question": question, "article_id": article.id,
            "article_version": article.version, "mode": "quote", "abstained": False,
            "abstention_reason": None,
            "answer": " ".join(f"{c['quote']} [{c['number']}]" for c in citations), "notice": None,
            "sentences": [{"text": c["quote"], "citations": [c["number"]]} for c in citations],
            "citations": citations, "related": [],
            "timings_ms": {"retrieve": total, "rerank": 0.0, "answer": 0.0, "model": 0.0,
                           "total": total},
            "trace": {"retrieved": spans},
        }  # fmt: skip

    def _store(self, article: Article) -> Chroma:
        key = f"stock-{article.version[:32]}"
        if key not in self._stores:
            splitter = RecursiveCharacterTextSplitter(
                chunk_size=CHUNK_CHARACTERS, chunk_overlap=OVERLAP_CHARACTERS, add_start_index=True
            )
            store = Chroma(
                key, self._embeddings, client=self._client,
                collection_configuration={"hnsw": {"space": "cosine"}},
            )  # fmt: skip
            store.add_documents(splitter.create_documents([article.text]))
            self._stores[key] = store
        return self._stores[key]


def span_of(document: Document, similarity: float) -> dict[str, Any]:
    """Return a chunk as the contract shows what was retrieved."""
    start = int(document.metadata["start_index"])
    return {
        "chunk_id": f"stock:{start}",
        "start": start,
        "end": start + len(document.page_content),
        "similarity": round(similarity, 4),
        "rerank_score": 0.0,
    }
