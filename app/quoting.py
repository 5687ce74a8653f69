"""The sentences that answer, verbatim and in the article's order."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.article import Chunk, SearchResult, SentenceSpan

MAX_SENTENCES = 4
MAX_WORDS = 75
# Logits: a further sentence is quoted where it scores nearly as well as the best one and well by
# itself. Beside the best sentence less is enough: there stands the rest of the answer.
CLOSE, GOOD = 2.0, 0.0
CLOSE_BESIDE, GOOD_BESIDE = 7.0, -4.0
BESIDE = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence of a retrieved chunk with its `rerank_score` (a logit)."""

    chunk: Chunk
    position: int
    rerank_score: float

    @property
    def span(self) -> SentenceSpan:
        """The sentence's offsets and annotations."""
        return self.chunk.sentences[self.position]

    @property
    def quote(self) -> str:
        """The sentence verbatim."""
        return self.chunk.text[
            self.span.start - self.chunk.start : self.span.end - self.chunk.start
        ]

    @property
    def words(self) -> int:
        """How many words the sentence has."""
        return len(self.quote.split())


def read_sentences(results: Sequence[SearchResult]) -> list[Candidate]:
    """Return the sentences of the chunks that were found, best first."""
    candidates = [
        Candidate(result.chunk, position, score)
        for result in results
        for position, score in enumerate(result.sentence_scores)
    ]
    return sorted(candidates, key=lambda candidate: -candidate.rerank_score)


def choose(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return one to four sentences that answer by themselves, in the article's order.

    `candidates` are best first and not empty. A sentence comes with the one that it leans on.
    """
    best = candidates[0]
    chosen: list[Candidate] = []
    for candidate in (best, *(c for c in candidates[1:] if belongs(c, best))):
        fresh = [c for c in with_support(candidate) if not any(same(c, other) for other in chosen)]
        words = sum(c.words for c in (*chosen, *fresh))
        if chosen and (len(chosen) + len(fresh) > MAX_SENTENCES or words > MAX_WORDS):
            continue
        chosen.extend(fresh)
    return sorted(chosen, key=lambda candidate: candidate.span.start)


def same(one: Candidate, other: Candidate) -> bool:
    """Return whether both are the same sentence."""
    return one.chunk.id == other.chunk.id and one.position == other.position


def belongs(candidate: Candidate, best: Candidate) -> bool:
    """Return whether a further sentence is worth quoting beside the best one."""
    beside = candidate.chunk.id == best.chunk.id and (
        abs(candidate.position - best.position) <= BESIDE
    )
    close, good = (CLOSE_BESIDE, GOOD_BESIDE) if beside else (CLOSE, GOOD)
    return candidate.rerank_score >= max(best.rerank_score - close, good)


def with_support(candidate: Candidate) -> list[Candidate]:
    """Return a sentence, and the one before it where it opens with a word that only that one explains."""
    if not candidate.span.leans_back or not candidate.position:
        return [candidate]
    return [candidate, Candidate(candidate.chunk, candidate.position - 1, candidate.rerank_score)]
