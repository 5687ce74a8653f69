"""Is this sentence backed by that text? Numbers, names, quotations, and the meaning.

A sentence passes only where nothing objects: the rules of `app/reckoning.py` and `app/mentions.py`
compare what can be compared literally, the verifier reads whether the text says it.
"""

import itertools
import json
import math
import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from app.mentions import Source, evened, name_runs, unnamed, unsaid
from app.polarity import doubts
from app.quoting import Candidate
from app.reckoning import unbacked
from index.article import Article, Chunk
from index.language import Language
from index.models import Reading, Verifier, joined
from index.settings import BUNDLED

CALIBRATION = Path(__file__).with_name("calibration.json")
MOST_CITED = 3
# Of the groups of sentences with the most of a draft's words, so many are compared and so many read.
MOST_COMPARED, MOST_READ = 60, 8
# The verifier reads 256 word pieces, of which a longer sentence would leave too few for what is cited.
MOST_WORDS = 100
# A chunk's id and the position of a sentence in it.
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Check:
    """Whether a sentence is backed; `reason` says what objects ("" where nothing does).

    `score` is the verifier's logit, None where a rule objected before it was asked.
    """

    accepted: bool
    reason: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Backing:
    """A check and the sentences of the article that the sentence rests on, in the article's order."""

    check: Check
    spans: tuple[Candidate, ...] = ()


class Checker:
    """Checks sentences against cited text."""

    def __init__(
        self, language: Language, verifier: Verifier, threshold: float, doubted: float
    ) -> None:
        """Take the least logit at which the verifier's word is enough, and by how much a doubt raises it."""
        self.verifier = verifier
        self.threshold = threshold
        self._doubted = doubted
        self.language = language

    @classmethod
    def open(cls, language: Language, model: str, path: Path = CALIBRATION) -> "Checker":
        """Load the verifier; raises `FixSettings` where it cannot be used."""
        numbers = json.loads(path.read_text())["checking"]
        # Another model's logits are log-odds of entailment: above 0 it is likelier than not.
        threshold = numbers["threshold"] if model == BUNDLED else 0.0
        return cls(language, Verifier(model), threshold, numbers["doubted"])

    def check(self, sentence: str, sources: Sequence[Source]) -> list[Check]:
        """Return one check a source; what stands in it word for word needs no reading."""
        names = name_runs(sentence, self.language)
        return self._read(sentence, sources, [objection(sentence, names, s) for s in sources])

    def _read(
        self, sentence: str, sources: Sequence[Source], objections: Sequence[str]
    ) -> list[Check]:
        """Return one check a source, of which the rules' objections are known."""
        verbatim = [stands_in(sentence, source.cited) for source in sources]
        unclear = [not why and not same for why, same in zip(objections, verbatim, strict=True)]
        asked = [source for source, read in zip(sources, unclear, strict=True) if read]
        readings = [joined(Reading(source.cited, source.title)) for source in asked]
        scores = iter(self.verifier.score(sentence, readings))
        return [
            self._judged(sentence, source, next(scores)) if read else Check(not why, why)
            for source, why, read in zip(sources, objections, unclear, strict=True)
        ]

    def _judged(self, sentence: str, source: Source, score: float) -> Check:
        """Return what the verifier's logit is worth; only what would pass is looked at for doubts."""
        reason = "the passage does not say this"
        if score < self.threshold:
            return Check(False, reason, round(score, 3))
        # "Nothing else is known" goes with any text (5 of 936 true sentences share no word, either).
        if not self.language.content(sentence) & self.language.content(source.cited):
            return Check(False, reason, round(score, 3))
        found = doubts(sentence, source.cited, self.language)
        if found and score < self.threshold + self._doubted:
            return Check(False, found[0], round(score, 3))
        return Check(True, "", round(score, 3))

    def backing(
        self, sentence: str, article: Article, chunks: Sequence[Chunk],
        wanted: Set[Place] = frozenset(),
    ) -> Backing:  # fmt: skip
        """Return the fewest sentences of the chunks that back a sentence, or why none do.

        Of as many that do, those with a `wanted` one come first.
        """
        in_order = sorted(chunks, key=lambda chunk: chunk.start)
        singles = [c for chunk in in_order for c in sentences_of(chunk)]
        if not singles:
            return Backing(Check(False, "it cites no passage"))
        groups = [(single,) for single in singles]
        checks = self.check(sentence, [source_of(article, group) for group in groups])
        best = strongest(map(Backing, checks, groups), wanted)
        for size in range(2, MOST_CITED + 1):
            if best.check.accepted:
                break
            best = strongest((best, *self._likely(sentence, article, singles, size)), wanted)
        return best

    def _likely(
        self, sentence: str, article: Article, singles: Sequence[Candidate], size: int
    ) -> list[Backing]:
        """Return the groups of so many sentences with the most of a draft's words that no rule objects to, read."""
        words, names = self.language.content(sentence), name_runs(sentence, self.language)
        pairs = [(single, words & single.span.stems) for single in singles]
        held = [
            (len(frozenset().union(*(shared for _, shared in group))), tuple(c for c, _ in group))
            for group in itertools.combinations(pairs, size)
        ]
        held.sort(key=lambda pair: -pair[0])
        likely = ((group, source_of(article, group)) for _, group in held[:MOST_COMPARED])
        passed = (pair for pair in likely if not objection(sentence, names, pair[1]))
        read = list(itertools.islice(passed, MOST_READ))
        checks = self._read(sentence, [source for _, source in read], [""] * len(read))
        return [Backing(check, group) for check, (group, _) in zip(checks, read, strict=True)]


def objection(sentence: str, names: Sequence[str], source: Source) -> str:
    """Return what in a sentence, whose names are given, is literally not in the source, "" for nothing."""
    if altered := unsaid(sentence, source.cited):
        return f"the words in quotation marks are not in the passage: {altered[0]}"
    if numbers := unbacked(sentence, source.cited):
        return f"a number, unit or date is not in the passage: {numbers[0]}"
    if unknown := unnamed(sentence, names, source):
        return f"a name is not in the passage: {unknown[0]}"
    if len(sentence.split()) > MOST_WORDS and not stands_in(sentence, source.cited):
        return "it is too long to be read whole"
    return ""


def strongest(backings: Iterable[Backing], wanted: Set[Place]) -> Backing:
    """Return the backing that is accepted, has a wanted sentence, or the highest logit, in this order.

    What stands there word for word has no logit and comes before those that have one; objections come last.
    """

    def strength(backing: Backing) -> tuple[bool, bool, float]:
        accepted, score = backing.check.accepted, backing.check.score
        unread = math.inf if accepted else -math.inf
        is_wanted = any(place_of(span) in wanted for span in backing.spans)
        return accepted, is_wanted, unread if score is None else score

    return max(backings, key=strength)


def place_of(candidate: Candidate) -> Place:
    """Return which sentence of which chunk a candidate is."""
    return candidate.chunk.id, candidate.position


def sentences_of(chunk: Chunk) -> list[Candidate]:
    """Return a chunk's sentences."""
    return [Candidate(chunk, position, 0.0) for position in range(len(chunk.sentences))]


def source_of(article: Article, group: Sequence[Candidate]) -> Source:
    """Return cited sentences as a source: their text under the headline and their headings."""
    headings = dict.fromkeys(c.chunk.heading for c in group if c.chunk.heading)
    return Source(
        cited=" ".join(c.quote for c in group),
        title=". ".join([article.title, *headings]),
        article=article.text,
    )


def stands_in(sentence: str, cited: str) -> bool:
    """Return whether a sentence is the source's own words, from one sentence's start to one's end."""
    ends = rf"(?:^|[.!?]\W*\s){re.escape(evened(sentence))}(?:\W|$)"
    return re.search(ends, f"{evened(cited)}.") is not None
