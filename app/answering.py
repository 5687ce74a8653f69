"""The whole flow from a question to its answer."""

import time
from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from app.answer import Answer, Sentence, Status, Timings
from app.citing import abstain, lead, name_list, quoted
from app.conversation import stand_alone
from app.evidence import EvidenceModel, features
from app.library import KnownArticle, Library
from app.question import checked, corrected, language_of, wish_of
from app.quoting import choose, read_sentences
from index.article import Article, SearchResult
from index.language import Language
from index.models import Embedder, Reranker, Stopwatch
from index.retrieval import ArticleRetriever
from index.store import ArticleStore

MAX_TURNS = 3


@dataclass
class Lap:
    """Milliseconds since the last lap or the start."""

    at: float = field(default_factory=time.perf_counter)

    def __call__(self) -> float:
        """Return the time since the last call and start anew."""
        before, self.at = self.at, time.perf_counter()
        return (self.at - before) * 1000


class Assistant:
    """Answers questions about stored articles with their own sentences."""

    def __init__(
        self, store: ArticleStore, language: Language, embedder: Embedder, reranker: Reranker,
        evidence: EvidenceModel,
    ) -> None:  # fmt: skip
        self.library = Library(store)
        self.language = language
        self.embedder = embedder
        self._reranker = reranker
        self._evidence = evidence

    def articles(self) -> list[Article]:
        """Return the stored articles in the order of their ids."""
        return self.library.articles()

    def article(self, article_id: str | None) -> Article:
        """Return an article, or the only one for None; raises `FixInput`."""
        return self.library.article(article_id)

    def made_of(self) -> dict[str, Any]:
        """Return what makes the answers: the models, the threshold and what it was calibrated with."""
        return {
            "embedding_model": self.embedder.name,
            "reranker_model": self._reranker.name,
            "threshold": self._evidence.threshold,
            "evidence_model": asdict(self._evidence),
        }

    def ask(
        self, question: str, history: Sequence[str] = (), article_id: str | None = None
    ) -> Answer:
        """Return the answer; raises `FixInput` for an empty or too long question."""
        *_, answer = self.stream(question, history, article_id)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self, question: str, history: Sequence[str] = (), article_id: str | None = None
    ) -> Generator[Status | Sentence | Answer, None, None]:
        """Yield what is being done, each sentence of the answer, and last the `Answer`.

        `history` holds the earlier questions; what they were answered with is not needed.
        """
        yield Status("searching")
        lap, clock = Lap(), Stopwatch()
        asked = checked(question)
        known = self.library.known(article_id)
        now, *earlier = (
            corrected(text, known.names, known.words)
            for text in (asked, *(checked(text) for text in history[-MAX_TURNS:]))
        )
        standalone = stand_alone(now, earlier, self.language)
        answer = self._answer(asked, standalone, known, clock)
        yield from answer.sentences
        timings = replace(answer.timings_ms, model=clock.milliseconds, total=lap())
        yield replace(answer, timings_ms=timings)

    def _answer(self, asked: str, standalone: str, known: KnownArticle, clock: Stopwatch) -> Answer:
        """Answer what is no question about a passage by itself, and everything else from passages."""
        article, wish = known.article, wish_of(asked)
        language = language_of(asked, known.words)
        if language != "en":
            return abstain(asked, standalone, article, "language", language=language)
        if wish == "greeting":
            return abstain(asked, standalone, article, "not_a_question")
        if wish == "summary":
            return lead(asked, article, known.chunks)
        if wish == "names":
            return name_list(asked, article, known.chunks)
        return self._quote(asked, standalone, known, clock)

    def _quote(self, asked: str, standalone: str, known: KnownArticle, clock: Stopwatch) -> Answer:
        """Find the passages, read their sentences, and quote the best ones if they are enough."""
        lap = Lap()
        retriever = ArticleRetriever(
            search_in=known.search, embedder=self.embedder, reranker=self._reranker
        )
        found = retriever.find(standalone, clock)
        retrieve = lap()
        results = retriever.rerank(standalone, found, clock)
        rerank = lap()
        candidates = read_sentences(results)
        evidence = features(candidates)
        probability = self._evidence.probability(evidence)
        if probability < self._evidence.threshold:
            answer = abstain(asked, standalone, known.article, "not_in_article", candidates)
        else:
            answer = quoted(asked, standalone, known.article, choose(candidates))
        trace = {
            "probability": round(probability, 4),
            "threshold": self._evidence.threshold,
            "features": {name: round(value, 3) for name, value in evidence.items()},
            "retrieved": [traced(result) for result in results],
        }
        return replace(answer, trace=trace, timings_ms=Timings(retrieve, rerank, lap()))


def traced(result: SearchResult) -> dict[str, str | int | float]:
    """Return a search result as the trace and the evaluation show it."""
    return {
        "chunk_id": result.chunk.id,
        "start": result.chunk.start,
        "end": result.chunk.end,
        "similarity": round(result.similarity, 4),
        "rerank_score": round(result.rerank_score, 4),
    }
