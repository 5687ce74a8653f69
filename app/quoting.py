"""The sentences that answer, verbatim and in the article's order."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.evidence import Asked
from index.article import Chunk, SearchResult, SentenceSpan
from index.models import Reranker, Stopwatch

READ_CHUNKS = 4
MAX_SENTENCES = 4
# Logits: a further sentence is quoted where it scores close to the best one and well by itself.
# In the best sentence's own chunk less is enough than elsewhere.
CLOSE_TO_BEST, GOOD_BY_ITSELF = 4.0, -2.0
CLOSE_ELSEWHERE, GOOD_ELSEWHERE = 2.5, 1.0
MAX_PRIMARY = 3
MAX_WORDS = 75


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
        return sentence_text(self.chunk, self.position)


def sentence_text(chunk: Chunk, position: int) -> str:
    """Return one sentence of a chunk verbatim."""
    span = chunk.sentences[position]
    return chunk.text[span.start - chunk.start : span.end - chunk.start]


def read_sentences(
    question: str, results: Sequence[SearchResult], reranker: Reranker, clock: Stopwatch
) -> list[Candidate]:
    """Return the sentences of the best chunks, best first.

    A sentence that leans on the one before it is read together with that one.
    """
    places = [
        (result.chunk, position)
        for result in results[:READ_CHUNKS]
        for position in range(len(result.chunk.sentences))
    ]
    scores = reranker.score(question, [read_text(*place) for place in places], clock)
    candidates = [Candidate(*place, score) for place, score in zip(places, scores, strict=True)]
    return sorted(candidates, key=lambda candidate: -candidate.rerank_score)


def read_text(chunk: Chunk, position: int) -> str:
    """Return a sentence as the reranker reads it: heading in front, what it leans on before it."""
    first = position - 1 if position and chunk.sentences[position].leans_back else position
    text = " ".join(sentence_text(chunk, n) for n in range(first, position + 1))
    return f"{chunk.heading}. {text}" if chunk.heading else text


def choose(candidates: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    """Return one to four sentences that answer by themselves, in the article's order.

    `candidates` are best first and not empty.
    """
    best = candidates[0]
    chosen: dict[tuple[str, int], Candidate] = {}
    words = 0
    for number, candidate in enumerate(candidates[:MAX_PRIMARY]):
        if number and not belongs(candidate, best):
            continue
        for member in with_neighbours(candidate, asked, candidates):
            key = (member.chunk.id, member.position)
            size = len(member.quote.split())
            if key not in chosen and len(chosen) < MAX_SENTENCES:
                if chosen and number and words + size > MAX_WORDS:
                    break
                chosen[key] = member
                words += size
    return sorted(chosen.values(), key=lambda member: member.span.start)


def belongs(candidate: Candidate, best: Candidate) -> bool:
    """Return whether a further sentence is worth quoting beside the best one."""
    near = candidate.chunk.id == best.chunk.id
    margin, least = (CLOSE_TO_BEST, GOOD_BY_ITSELF) if near else (CLOSE_ELSEWHERE, GOOD_ELSEWHERE)
    return candidate.rerank_score >= max(best.rerank_score - margin, least)


def with_neighbours(
    candidate: Candidate, asked: Asked, candidates: Sequence[Candidate]
) -> list[Candidate]:
    """Return a sentence with the one it leans on and the one that holds what is asked."""
    scores = {(c.chunk.id, c.position): c.rerank_score for c in candidates}
    chunk, position = candidate.chunk, candidate.position
    members = [candidate]
    if candidate.span.leans_back and position:
        before = position - 1
        members.append(Candidate(chunk, before, scores.get((chunk.id, before), 0.0)))
    after = position + 1
    if after < len(chunk.sentences) and asked.kinds and not asked.kinds & candidate.span.kinds:
        following = chunk.sentences[after]
        if asked.kinds & following.kinds:
            members.append(Candidate(chunk, after, scores.get((chunk.id, after), 0.0)))
    return members
