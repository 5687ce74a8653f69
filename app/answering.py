"""The whole flow from a question to its answer."""

import itertools
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote as url_quote

from app.answer import AbstentionReason, Answer, Citation, Sentence, Status, Timings
from app.conversation import Turn, stand_alone
from app.evidence import EvidenceModel, features, read_question
from app.question import abstention_text, checked, corrected, language_of, wish_of
from app.quoting import Candidate, choose, read_sentences
from index.article import Article, SearchResult
from index.errors import FixInput
from index.language import Language
from index.models import Embedder, Reranker, Stopwatch
from index.retrieval import ArticleRetriever, ArticleSearch
from index.store import ArticleStore

RELATED = 3
LEAD_SENTENCES = 4
MAX_TURNS = 3
KEPT_SEARCHES = 16
FRAGMENT_WORDS = 8


@dataclass(frozen=True)
class Known:
    """An article version made ready for search, with its words and names."""

    search: ArticleSearch
    words: frozenset[str]
    names: tuple[str, ...]


class Assistant:
    """Answers questions about stored articles with their own sentences."""

    def __init__(
        self, store: ArticleStore, language: Language, embedder: Embedder, reranker: Reranker,
        evidence: EvidenceModel,
    ) -> None:  # fmt: skip
        self._store = store
        self._language = language
        self._embedder = embedder
        self._reranker = reranker
        self._evidence = evidence
        self._known: OrderedDict[tuple[str, str], Known] = OrderedDict()
        self._lock = threading.Lock()

    def articles(self) -> list[Article]:
        """Return the stored articles in the order of their ids."""
        return self._store.articles()

    def article(self, article_id: str | None) -> Article:
        """Return an article, or the only one for None; raises `FixInput`."""
        if article_id is not None:
            return self._store.get(article_id)
        articles = self._store.articles()
        if len(articles) == 1:
            return articles[0]
        if not articles:
            raise FixInput("There is no article yet: run `python -m index add SOURCE`.")
        names = ", ".join(article.id for article in articles)
        raise FixInput(f"There are several articles, name one with --article: {names}")

    def made_of(self) -> dict[str, str | float]:
        """Return what makes the answers: the models and the threshold."""
        return {
            "embedding_model": self._embedder.name,
            "reranker_model": self._reranker.name,
            "threshold": self._evidence.threshold,
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
    ) -> Iterator[Status | Sentence | Answer]:
        """Yield what is being done, each sentence of the answer, and last the `Answer`.

        `history` holds the earlier questions; what they were answered with is found again here.
        """
        yield Status("searching")
        started, clock = time.perf_counter(), Stopwatch()
        asked = checked(question)
        known = self._prepare(self.article(article_id))
        turns = self._turns(history, known, clock)
        standalone = stand_alone(corrected(asked, known.names, known.words), turns, self._language)
        answer = self._answer(asked, standalone, known, clock)
        yield from answer.sentences
        total = (time.perf_counter() - started) * 1000
        timings = replace(answer.timings_ms, model=clock.milliseconds, total=total)
        yield replace(answer, timings_ms=timings)

    def _turns(self, history: Sequence[str], known: Known, clock: Stopwatch) -> list[Turn]:
        turns: list[Turn] = []
        for earlier in history[-MAX_TURNS:]:
            text = corrected(checked(earlier), known.names, known.words)
            resolved = stand_alone(text, turns, self._language)
            answer = self._answer(text, resolved, known, clock)
            turns.append(Turn(resolved, " ".join(sentence.text for sentence in answer.sentences)))
        return turns

    def _answer(self, asked: str, standalone: str, known: Known, clock: Stopwatch) -> Answer:
        wish = wish_of(asked)
        language = language_of(asked, known.words)
        if language != "en":
            return abstain(asked, standalone, known, "language", language=language)
        if wish == "greeting":
            return abstain(asked, standalone, known, "not_a_question")
        if wish == "summary":
            return lead(asked, known)
        if wish == "names":
            return name_list(asked, known)
        return self._quote(asked, standalone, known, clock)

    def _quote(self, asked: str, standalone: str, known: Known, clock: Stopwatch) -> Answer:
        times = [time.perf_counter()]
        retriever = ArticleRetriever(
            search_in=known.search, embedder=self._embedder, reranker=self._reranker
        )
        results = retriever.search(standalone, clock)
        times.append(time.perf_counter())
        candidates = read_sentences(standalone, results, self._reranker, clock)
        times.append(time.perf_counter())
        wanted = read_question(standalone, self._language.words(standalone))
        best = candidates[0]
        found = features(wanted, results, best.span, best.rerank_score)
        probability = self._evidence.probability(found)
        trace = {
            "probability": round(probability, 4),
            "threshold": self._evidence.threshold,
            "features": {name: round(value, 3) for name, value in found.items()},
            "retrieved": [retrieved(result) for result in results],
        }
        if probability < self._evidence.threshold:
            answer = abstain(asked, standalone, known, "not_in_article", related=candidates)
        else:
            answer = quoted(asked, standalone, known, choose(candidates, wanted))
        retrieve, rerank = ((b - a) * 1000 for a, b in itertools.pairwise(times))
        spent = Timings(retrieve, rerank, (time.perf_counter() - times[-1]) * 1000)
        return replace(answer, trace=trace, timings_ms=spent)

    def _prepare(self, article: Article) -> Known:
        key = (article.id, article.version)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        search = ArticleSearch.prepare(article, self._store.chunks(article))
        spans = [span for chunk in search.chunks for span in chunk.sentences]
        text = f"{article.title} {article.text}"
        words = frozenset(
            token.strip("“”‘’\"'.,:;!?()").removesuffix("’s").removesuffix("'s")
            for token in text.lower().split()
        )
        proper = {name for span in spans for name in span.names}
        names = sorted(
            {
                w
                for t in text.split()
                if (w := t.strip("“”‘’\"'.,:;!?()").removesuffix("’s")).lower() in proper
            }
        )
        known = Known(search, words, tuple(names))
        with self._lock:
            self._known[key] = known
            while len(self._known) > KEPT_SEARCHES:
                self._known.popitem(last=False)
        return known


def retrieved(result: SearchResult) -> dict[str, str | int | float]:
    """Return a search result as the trace and the evaluation show it."""
    return {
        "chunk_id": result.chunk.id,
        "start": result.chunk.start,
        "end": result.chunk.end,
        "similarity": round(result.similarity, 4),
        "rerank_score": round(result.rerank_score, 4),
    }


def quoted(
    asked: str, standalone: str, known: Known, chosen: Sequence[Candidate],
    notice: str | None = None,
) -> Answer:  # fmt: skip
    """Return an answer made of these sentences, one footnote each."""
    article = known.search.article
    citations = [cite(article, candidate, n) for n, candidate in enumerate(chosen, start=1)]
    return Answer(
        question=asked, standalone_question=standalone, article_id=article.id,
        article_version=article.version, mode="quote", abstained=False, abstention_reason=None,
        text=" ".join(f"{c.quote} [{c.number}]" for c in citations), notice=notice,
        sentences=tuple(Sentence(c.quote, (c,)) for c in citations), related=(),
        timings_ms=Timings(),
    )  # fmt: skip


def abstain(
    asked: str, standalone: str, known: Known, reason: AbstentionReason,
    related: Sequence[Candidate] = (), language: str = "en",
) -> Answer:  # fmt: skip
    """Return an abstention with the nearest passages."""
    article = known.search.article
    nearest = [
        cite(article, candidate, n) for n, candidate in enumerate(related[:RELATED], start=1)
    ]
    return Answer(
        question=asked, standalone_question=standalone, article_id=article.id,
        article_version=article.version, mode="quote", abstained=True, abstention_reason=reason,
        text=abstention_text(reason, language), notice=None, sentences=(), related=tuple(nearest),
        timings_ms=Timings(),
    )  # fmt: skip


def lead(asked: str, known: Known) -> Answer:
    """Return the article's first sentences, labelled as such."""
    sentences = [
        Candidate(chunk, position, 0.0)
        for chunk in known.search.chunks
        for position in range(len(chunk.sentences))
    ]
    return quoted(asked, asked, known, sentences[:LEAD_SENTENCES], notice="How the article begins:")


def name_list(asked: str, known: Known) -> Answer:
    """Return sentences that together name the people the article names most, labelled as such."""
    spans = [
        Candidate(chunk, position, 0.0)
        for chunk in known.search.chunks
        for position, span in enumerate(chunk.sentences)
        if "person" in span.kinds
    ]
    counts = Counter(name for candidate in spans for name in candidate.span.names)
    chosen: list[Candidate] = []
    for _ in range(LEAD_SENTENCES):
        seen = {name for candidate in chosen for name in candidate.span.names}
        gains = [(sum(counts[n] for n in c.span.names - seen), c) for c in spans if c not in chosen]
        gain, best = max(gains, key=lambda pair: pair[0], default=(0, None))
        if best is None or not gain:
            break
        chosen.append(best)
    if not chosen:
        return lead(asked, known)
    ordered = sorted(chosen, key=lambda candidate: candidate.span.start)
    return quoted(asked, asked, known, ordered, notice="Sentences that name who is in the article:")


def cite(article: Article, candidate: Candidate, number: int) -> Citation:
    """Return the footnote of one sentence."""
    span = candidate.span
    return Citation(
        number=number, article_id=article.id, chunk_id=candidate.chunk.id, title=article.title,
        published=article.published, modified=article.modified, corrected_at=None,
        kind=article.kind, section=candidate.chunk.heading, start=span.start, end=span.end,
        quote=article.text[span.start : span.end], url=text_fragment(article.url, candidate.quote),
    )  # fmt: skip


def text_fragment(url: str, quote: str) -> str:
    """Return the address that opens a page at a quote; "" where the article has no address."""
    if not url:
        return ""
    words = quote.split()
    ends = [" ".join(words[:FRAGMENT_WORDS]), " ".join(words[-FRAGMENT_WORDS:])]
    parts = ends if len(words) > 2 * FRAGMENT_WORDS else [quote]
    escaped = [url_quote(part, safe="").replace("-", "%2D") for part in parts]
    return f"{url.split('#')[0]}#:~:text={','.join(escaped)}"
