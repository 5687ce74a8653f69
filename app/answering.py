"""The whole flow from a question to its answer."""

import copy
import time
from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from app.answer import Answer, Scope, Sentence, Status, Timings
from app.citing import abstain, drafted, lead, name_list, quoted
from app.conversation import Wording, one_question, wordings
from app.disagreement import differ
from app.drafting import Drafter
from app.evidence import EvidenceModel, features
from app.library import Library
from app.question import checked, corrected, language_of, wish_of
from app.quoting import Candidate, choose, read_sentences
from app.shelf import KnownArticle, Shelf
from index.article import Article, Chunk, SearchResult
from index.language import Language
from index.models import Embedder, Reranker, Stopwatch
from index.retrieval import ArticleRetriever
from index.store import ArticleStore

MAX_TURNS = 3
# Below this probability a follow-up may be a change of topic, and is read by itself, too (DECISIONS.md).
SURE = 0.8
DIFFERING = "The articles differ here; the latest comes first."


@dataclass
class Lap:
    """Milliseconds since the last lap or the start."""

    at: float = field(default_factory=time.perf_counter)

    def __call__(self) -> float:
        """Return the time since the last call and start anew."""
        before, self.at = self.at, time.perf_counter()
        return (self.at - before) * 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """What one wording found: chunks and their sentences best first, and the probability that they answer.

    `took` are the milliseconds of retrieving and of reranking.
    """

    wording: Wording
    results: list[SearchResult]
    candidates: list[Candidate]
    evidence: dict[str, float]
    probability: float
    took: tuple[float, float]


class Assistant:
    """Answers questions about stored articles with their own sentences."""

    def __init__(
        self, store: ArticleStore, language: Language, embedder: Embedder, reranker: Reranker,
        evidence: EvidenceModel, drafter: Drafter | None = None,
    ) -> None:  # fmt: skip
        """Take the parts; without a drafter every answer is a quote."""
        self.library = Library(store)
        self.language = language
        self.embedder = embedder
        self._reranker = reranker
        self._evidence = evidence
        self._drafter = drafter

    def articles(self) -> list[Article]:
        """Return the stored articles in the order of their ids."""
        return self.library.articles()

    def article(self, article_id: str | None) -> Article:
        """Return an article, or the only one for None; raises `FixInput`."""
        return self.library.article(article_id)

    def quoting(self) -> "Assistant":
        """Return this assistant without its language model: its answers are quotes."""
        plain = copy.copy(self)
        plain._drafter = None
        return plain

    def proposed(self, article: Article, count: int) -> list[str]:
        """Return questions that the language model proposes for an article, none without one."""
        return self._drafter.proposed(article, count) if self._drafter else []

    def nearest(self, text: str, article_id: str | None, count: int) -> list[Chunk]:
        """Return the chunks of an article that come first for a text, without reading them closely."""
        search = self.library.known(article_id).search
        retriever = ArticleRetriever(
            search_in=search, embedder=self.embedder, reranker=self._reranker
        )
        return [result.chunk for result in retriever.find(text)[:count]]

    def made_of(self) -> dict[str, Any]:
        """Return what makes the answers: the models, the threshold and what it was calibrated with."""
        return {
            "embedding_model": self.embedder.name,
            "reranker_model": self._reranker.name,
            "threshold": self._evidence.threshold,
            "evidence_model": asdict(self._evidence),
            **(self._drafter.made_of() if self._drafter else {}),
        }

    def ask(
        self, question: str, history: Sequence[str] = (), article_id: str | None = None,
        scope: Scope = "article",
    ) -> Answer:  # fmt: skip
        """Return the answer; raises `FixInput` for an empty or too long question."""
        *_, answer = self.stream(question, history, article_id, scope)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self, question: str, history: Sequence[str] = (), article_id: str | None = None,
        scope: Scope = "article",
    ) -> Generator[Status | Sentence | Answer, None, None]:  # fmt: skip
        """Yield what is being done, each sentence of the answer, and last the `Answer`.

        `history` holds the earlier questions; what they were answered with is not needed. Closing
        the iterator stops the work at the next step.
        """
        yield Status("searching")
        lap, clock = Lap(), Stopwatch()
        asked, *before = (checked(text) for text in (question, *history[-MAX_TURNS:]))
        shelf = self._shelf(asked, before, article_id, scope, clock)
        now, *earlier = (corrected(text, shelf.names, shelf.words) for text in (asked, *before))
        ways = wordings(now, earlier, self.language)
        answer = yield from self._answer(asked, ways, shelf, clock)
        if answer.mode == "quote":
            yield from answer.sentences
        timings = replace(answer.timings_ms, model=clock.milliseconds, total=lap())
        yield replace(answer, timings_ms=timings)

    def _shelf(
        self, asked: str, earlier: Sequence[str], article_id: str | None, scope: Scope,
        clock: Stopwatch,
    ) -> Shelf:  # fmt: skip
        """Return the article that is asked, or those of the archive nearest to the question."""
        if scope == "article":
            return self.library.shelf(article_id)
        texts = dict.fromkeys([one_question(asked, earlier), asked])
        return self.library.archive(self.embedder.encode(list(texts), clock))

    def _answer(
        self, asked: str, ways: Sequence[Wording], shelf: Shelf, clock: Stopwatch
    ) -> Generator[Status | Sentence, None, Answer]:
        """Answer what is no question about a passage by itself, and everything else from passages."""
        wish, standalone = wish_of(asked), ways[0].searched
        language = language_of(asked, shelf.words)
        if language != "en":
            return abstain(asked, standalone, shelf, "language", language=language)
        if wish == "greeting" or (wish != "question" and shelf.only is None):
            return abstain(asked, standalone, shelf, "not_a_question")
        if wish == "summary" and shelf.only:
            return lead(asked, shelf.only)
        if wish == "names" and shelf.only:
            return name_list(asked, shelf.only)
        return (yield from self._search(asked, ways, shelf, clock))

    def _search(
        self, asked: str, ways: Sequence[Wording], shelf: Shelf, clock: Stopwatch
    ) -> Generator[Status | Sentence, None, Answer]:
        """Find the passages, read their sentences, and answer from the best ones if they are enough."""
        tried = [(yield from self._find(ways[0], shelf, clock))]
        if len(ways) > 1 and tried[0].probability < SURE:
            tried.append((yield from self._find(ways[1], shelf, clock)))
        found = max(tried, key=lambda finding: finding.probability)
        lap, standalone = Lap(), found.wording.searched
        if found.probability < self._evidence.threshold:
            answer = abstain(asked, standalone, shelf, "not_in_article", found.candidates)
        else:
            answer = self._quoted(asked, standalone, shelf, choose(found.candidates))
            if self._drafter and shelf.only:
                answer = yield from self._write(self._drafter, answer, shelf.only, found)
        trace = {
            "probability": round(found.probability, 4),
            "threshold": self._evidence.threshold,
            "features": {name: round(value, 3) for name, value in found.evidence.items()},
            "retrieved": [traced(result) for result in found.results],
            **answer.trace,
        }
        retrieve, rerank = (sum(times) for times in zip(*(f.took for f in tried), strict=True))
        return replace(answer, trace=trace, timings_ms=Timings(retrieve, rerank, lap()))

    def _quoted(
        self, asked: str, standalone: str, shelf: Shelf, chosen: Sequence[Candidate]
    ) -> Answer:
        """Return the answer of these sentences; it says where articles differ."""
        notice = DIFFERING if differ(chosen, self.language) else None
        return quoted(asked, standalone, shelf, shelf.newest_first(chosen), notice)

    def _find(
        self, wording: Wording, shelf: Shelf, clock: Stopwatch
    ) -> Generator[Status, None, Finding]:
        """Return what the articles have on one way to understand the question."""
        lap = Lap()
        retriever = ArticleRetriever(
            search_in=shelf.search, embedder=self.embedder, reranker=self._reranker
        )
        found = retriever.find(wording.searched, clock)
        retrieve = lap()
        yield Status("reading")
        lap()
        results = retriever.rerank(wording.read, found, clock)
        candidates = read_sentences(results)
        evidence = features(candidates)
        probability = self._evidence.probability(evidence)
        return Finding(wording, results, candidates, evidence, probability, (retrieve, lap()))

    def _write(
        self, drafter: Drafter, quotes: Answer, known: KnownArticle, found: Finding
    ) -> Generator[Status | Sentence, None, Answer]:
        """Let the language model write; where nothing of it passes the check, the quotes stay."""
        yield Status("writing")
        draft = yield from drafter.draft(
            quotes.question,
            found.wording,
            known.article,
            found.results,
            found.candidates,
            known.words,
        )
        return drafted(quotes, draft, drafter.made_of())


def traced(result: SearchResult) -> dict[str, str | int | float]:
    """Return a search result as the trace and the evaluation show it."""
    return {
        "chunk_id": result.chunk.id,
        "start": result.chunk.start,
        "end": result.chunk.end,
        "similarity": round(result.similarity, 4),
        "rerank_score": round(result.rerank_score, 4),
    }
