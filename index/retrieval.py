"""Which chunks of an article, or of several, may answer a question, best first.

Dense and lexical ranks are fused (reciprocal rank, Cormack et al. 2009, k = 60). One article is then read through, some
paragraphs at a time, and that rank counts, too. Of the best chunks the cross-encoder reads every sentence with what stands
before it, and a chunk ranks by its best sentence. One article is searched exactly, whatever else is stored; of an archive
those articles are, which the approximate index finds nearest.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import bm25s
import numpy as np
import Stemmer
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from index.article import Article, Chunk, SearchResult
from index.models import Embedder, Reading, Reranker, Stopwatch, Vectors
from index.records import StoredChunks

FUSION_K = 60
# Of the evidence 0.95 lies in the first 10 by fused rank, 0.98 in the first 16 (DECISIONS.md).
RERANKED = 16
# Of one article all of the evidence lies in the first 24, which are read through. Of that 0.97 lies in the first 6 then
# (DECISIONS.md); the reading's rank counts twice.
READ_THROUGH, READ_CLOSELY = 24, 6
THROUGH_K, THROUGH_COUNTS = 10, 2
# How much the reading through counts for a score: a third, as each of the readers of a sentence (DECISIONS.md).
THROUGH = 1 / 3
# Two or three sentences: enough to find whom a pronoun means, and what the training used.
WORDS_BEFORE = 45


@dataclass(frozen=True)
class ArticleSearch:
    """The chunks of one article version, or of several, made ready for search.

    `readings` holds by chunk id its sentences as the cross-encoder reads them.
    """

    chunks: tuple[Chunk, ...]
    vectors: Vectors
    lexical: bm25s.BM25
    readings: Mapping[str, tuple[Reading, ...]]

    @classmethod
    def prepare(cls, article: Article, stored: StoredChunks) -> "ArticleSearch":
        """Index the chunks' words; some milliseconds for a long article."""
        readings = zip(stored.chunks, read_with_context(article, stored.chunks), strict=True)
        by_id = {chunk.id: own for chunk, own in readings}
        return cls(stored.chunks, stored.vectors, lexical_index(stored.chunks), by_id)

    @classmethod
    def pooled(cls, searches: Sequence["ArticleSearch"]) -> "ArticleSearch":
        """Return one search over the chunks of several; `searches` is not empty."""
        chunks = tuple(chunk for search in searches for chunk in search.chunks)
        vectors = np.concatenate([search.vectors for search in searches])
        readings = {key: own for search in searches for key, own in search.readings.items()}
        return cls(chunks, vectors, lexical_index(chunks), readings)

    def similarities(self, vector: Vectors) -> Vectors:
        """Return the cosine of every chunk with a question's unit vector."""
        cosines: Vectors = self.vectors @ vector
        return cosines

    def fused_order(self, question: str, similarities: Vectors) -> list[int]:
        """Return all chunk numbers, best first, by both ranks together."""
        words = lexical_scores(self.lexical, question, len(self.chunks))
        score = np.zeros(len(self.chunks))
        for values in (similarities, words):
            for rank, number in enumerate(np.argsort(-values, kind="stable")):
                if values is similarities or values[number] > 0:
                    score[number] += 1 / (FUSION_K + rank + 1)
        return [int(number) for number in np.argsort(-score, kind="stable")]


def with_scores(result: SearchResult, scores: tuple[float, ...]) -> SearchResult:
    """Return a result with its sentences' scores, the best of which is its own."""
    return replace(result, rerank_score=max(scores), sentence_scores=scores)


def averaged(result: SearchResult, through: Mapping[tuple[int, int], float]) -> SearchResult:
    """Return a result whose sentences that were read through have the mean of both scores."""
    places = ((result.chunk.number, n) for n in range(len(result.sentence_scores)))
    both = ((s, through.get(p, s)) for s, p in zip(result.sentence_scores, places, strict=True))
    return with_scores(result, tuple(s + THROUGH * (t - s) for s, t in both))


def nearest_first(
    found: Sequence[SearchResult], through: Mapping[tuple[int, int], float]
) -> list[SearchResult]:
    """Return what was found by its rank, which is its place, and by that of its best sentence when read through."""
    best: dict[int, float] = {}
    for (number, _), logit in through.items():
        best[number] = max(logit, best.get(number, logit))
    by_reading = sorted(found, key=lambda result: -best.get(result.chunk.number, -math.inf))
    ranks = {result.chunk.id: rank for rank, result in enumerate(by_reading)}
    pairs = ((result, rank, ranks[result.chunk.id]) for rank, result in enumerate(found))
    fused = [
        (1 / (THROUGH_K + rank) + THROUGH_COUNTS / (THROUGH_K + read), result)
        for result, rank, read in pairs
    ]
    return [result for _, result in sorted(fused, key=lambda pair: -pair[0])]


def best_first(results: Iterable[SearchResult]) -> list[SearchResult]:
    """Return results by their rerank scores."""
    return sorted(results, key=lambda result: -result.rerank_score)


def read_with_context(article: Article, chunks: tuple[Chunk, ...]) -> Iterator[tuple[Reading, ...]]:
    """Yield for each chunk its sentences as the cross-encoder reads them, headings in front."""
    before: list[str] = []
    for chunk in chunks:
        readings = []
        for sentence in chunk.sentences:
            text = article.text[sentence.start : sentence.end]
            headed = f"{chunk.heading}. {text}" if chunk.heading else text
            readings.append(Reading(headed, last_sentences(before, WORDS_BEFORE)))
            before.append(text)
        yield tuple(readings)


def last_sentences(sentences: Sequence[str], words: int) -> str:
    """Return the last sentences that have this many words together, the last one in any case."""
    chosen: list[str] = []
    count = 0
    for sentence in reversed(sentences):
        size = len(sentence.split())
        if chosen and count + size > words:
            break
        chosen.insert(0, sentence)
        count += size
    return " ".join(chosen)


def lexical_index(chunks: Sequence[Chunk]) -> bm25s.BM25:
    """Return the BM25 index over the chunks' words."""
    lexical = bm25s.BM25()
    lexical.index(tokens([chunk.searched_text for chunk in chunks]), show_progress=False)
    return lexical


def tokens(texts: list[str]) -> Any:
    """Return stemmed tokens for bm25s."""
    return bm25s.tokenize(
        texts, stopwords="en", stemmer=Stemmer.Stemmer("english"), show_progress=False
    )


def lexical_scores(index: bm25s.BM25, question: str, count: int) -> Vectors:
    """Return the BM25 score of every chunk for a question."""
    words = bm25s.tokenize(
        [question], stopwords="en", stemmer=Stemmer.Stemmer("english"), return_ids=False,
        show_progress=False,
    )[0]  # fmt: skip
    known = [word for word in words if word in index.vocab_dict]
    scores: Vectors = index.get_scores(known) if known else np.zeros(count, np.float32)
    return scores


class ArticleRetriever(BaseRetriever):
    """A LangChain retriever over one article or several: `invoke(question)` gives documents, best first."""

    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)

    search_in: ArticleSearch
    embedder: Embedder
    reranker: Reranker
    count: int = READ_THROUGH

    def search(self, question: str, clock: Stopwatch | None = None) -> list[SearchResult]:
        """Return the chunks that were read closely, best first by rerank score."""
        return self.rerank(question, self.find(question, clock), clock)

    def find(self, question: str, clock: Stopwatch | None = None) -> list[SearchResult]:
        """Return up to `count` chunks by fused rank, not yet read by the cross-encoder."""
        index = self.search_in
        if not index.chunks:
            return []
        similarities = index.similarities(self.embedder.encode([question], clock)[0])
        order = index.fused_order(question, similarities)[: self.count]
        return [SearchResult(index.chunks[n], float(similarities[n]), 0.0) for n in order]

    def rerank(
        self, question: str, found: Sequence[SearchResult], clock: Stopwatch | None = None
    ) -> list[SearchResult]:
        """Return the best of what was found with the cross-encoder's scores, best first."""
        # What two articles say of the same thing does not compete: both are wanted where they differ.
        is_one = len({result.chunk.article_id for result in found}) == 1
        chunks = [result.chunk for result in found]
        through = self.reranker.score_through(question, chunks, clock) if is_one else {}
        closely = nearest_first(found, through)[:READ_CLOSELY] if through else found[:RERANKED]
        readings = [self.search_in.readings[result.chunk.id] for result in closely]
        scores = iter(self.reranker.score(question, list(itertools.chain(*readings)), clock))
        results = (
            with_scores(result, tuple(itertools.islice(scores, len(own))))
            for result, own in zip(closely, readings, strict=True)
        )
        return best_first(averaged(result, through) for result in results)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [
            Document(
                id=result.chunk.id,
                page_content=result.chunk.text,
                metadata={
                    "article_id": result.chunk.article_id,
                    "section": result.chunk.heading,
                    "start": result.chunk.start,
                    "end": result.chunk.end,
                    "similarity": result.similarity,
                    "rerank_score": result.rerank_score,
                },
            )
            for result in self.search(query)
        ]
