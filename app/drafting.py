"""A cited draft, sentence by sentence: what passes the check is shown, the rest is tried once more.

Nothing that is shown is taken back, and nothing that fails is shown.
"""

import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field

from app.answer import Citation, Draft, Sentence
from app.checking import Backing, Check, Checker, Place, place_of
from app.citing import cite
from app.conversation import Wording
from app.mentions import Source, name_runs, unnamed
from app.prompts import fenced
from app.question import language_of
from app.quoting import Candidate, belongs
from app.writing import ChatWriter, Deadline, WritingFault, within
from index.article import Article, Chunk, SearchResult

# The passages that a draft may rest on.
PASSAGES = 6
MAX_SENTENCES = 4
# A model that rambles is read so far.
MAX_DRAFTED = 8
MAX_REWRITTEN = 200
# A model may rest on another answer than the best one; the logit is odds of 4 to 1 that it is one.
ANSWERING = 1.5
NOTHING = "NOT IN THE ARTICLE"
MARK = re.compile(r"\[\s*(\d+(?:\s*[,;]\s*\d+)*)\s*\]")
# A sentence ends where its marks end, before or behind the full stop; a new line ends one, too.
END = re.compile(r"(?:\[[\d\s,;]+\]\s*)+[.!?]?[”\"’')]*(?=\s)|\n+")
LIST_MARK = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
SPACE_BEFORE_STOP = re.compile(r"\s+(?=[.,;:!?])")


@dataclass(frozen=True, slots=True)
class Drafted:
    """One sentence as the model wrote it: its `text` without marks and the `numbers` of the passages."""

    text: str
    numbers: tuple[int, ...]


class Drafter:
    """Lets a chat model write and shows what the article backs."""

    def __init__(self, writer: ChatWriter, checker: Checker) -> None:
        self.writer = writer
        self.checker = checker

    def made_of(self) -> dict[str, object]:
        """Return what drafts are made and checked with: the models, the prompts' digests, the threshold."""
        return {
            "llm": self.writer.name,
            "prompts": {name: prompt.digest for name, prompt in self.writer.prompts.items()},
            "checking_model": self.checker.verifier.name,
            "checking_threshold": self.checker.threshold,
        }

    def draft(
        self, asked: str, wording: Wording, article: Article, results: Sequence[SearchResult],
        candidates: Sequence[Candidate], known_words: Iterable[str],
    ) -> Generator[Sentence, None, Draft]:  # fmt: skip
        """Yield each sentence as soon as it has passed; return the whole draft.

        `candidates` are the sentences of `results` with their scores, best first.
        """
        deadline = Deadline(self.writer.timeout_s)
        question = self.rewritten(asked, wording, article, deadline)
        texts = {n: result.chunk.searched_text for n, result in enumerate(results[:PASSAGES], 1)}
        given = within(texts, self.writer.prompt_tokens)
        attempt = Attempt(
            self, question, article, {n: results[n - 1].chunk for n in given}, given, candidates,
            frozenset(known_words), deadline,
        )  # fmt: skip
        return (yield from attempt.run())

    def rewritten(self, asked: str, wording: Wording, article: Article, deadline: Deadline) -> str:
        """Return a follow-up as the model rewrites it, or with its earlier questions in front.

        A rewriting is taken that keeps the question's words and names only what the reader named.
        """
        if not wording.earlier:
            return wording.searched
        values = {
            "title": article.title, "history": "\n".join(wording.earlier), "question": asked,
        }  # fmt: skip
        try:
            text = self.writer.text("follow-up", values, deadline)
        except WritingFault:
            return wording.searched
        typed = " ".join([*wording.earlier, asked])
        lost = self.checker.language.content(asked) - self.checker.language.content(text)
        names = name_runs(text, self.checker.language)
        named = unnamed(text, names, Source(typed, "", typed))
        plausible = "\n" not in text and len(text) <= MAX_REWRITTEN and not lost and not named
        return text if plausible else wording.searched

    def proposed(self, article: Article, count: int) -> list[str]:
        """Return questions that the model proposes for an article; none where it fails."""
        paragraphs = [article.text[start:end] for start, end in article.paragraphs()]
        given = within(dict(enumerate(paragraphs, 1)), self.writer.prompt_tokens)
        values = {"title": article.title, "passages": fenced(given), "count": str(count)}
        try:
            text = self.writer.text("suggested-questions", values, Deadline(self.writer.timeout_s))
        except WritingFault:
            return []
        lines = (LIST_MARK.sub("", line).strip() for line in text.split("\n"))
        return [line for line in lines if line.endswith("?") and len(line) <= MAX_REWRITTEN][:count]


@dataclass
class Attempt:
    """One draft being written and checked."""

    drafter: Drafter
    question: str
    article: Article
    chunks: dict[int, Chunk]
    passages: dict[int, str]
    candidates: Sequence[Candidate]
    known_words: frozenset[str]
    deadline: Deadline
    result: Draft = field(default_factory=Draft)
    cited: list[Citation] = field(default_factory=list)

    def run(self) -> Generator[Sentence, None, Draft]:
        """Yield the sentences that pass; a fault of the model ends the draft and keeps what was shown."""
        values = {
            "title": self.article.title, "published": self.article.published or "on an unknown day",
            "passages": fenced(self.passages), "question": self.question,
        }  # fmt: skip
        pieces = self.drafter.writer.stream("answer", values, self.deadline)
        try:
            for number, drafted in enumerate(sentences_in(pieces), start=1):
                backing = self.checked(drafted)
                if not backing.check.accepted:
                    backing, drafted = self.revised(drafted, backing)
                if backing.check.accepted:
                    yield self.shown(drafted, backing)
                if len(self.result.sentences) == MAX_SENTENCES or number == MAX_DRAFTED:
                    break
        except WritingFault as fault:
            self.result.fault = str(fault)
        finally:
            pieces.close()
        return self.result

    def revised(self, drafted: Drafted, backing: Backing) -> tuple[Backing, Drafted]:
        """Return a refused sentence and its check as they are after one more try."""
        values = {
            "passages": fenced(self.passages), "question": self.question,
            "sentence": drafted.text, "reason": backing.check.reason,
        }  # fmt: skip
        text = self.drafter.writer.text("revision", values, self.deadline)
        again = next(sentences_in([text]), None)
        return (self.checked(again), again) if again else (backing, drafted)

    def checked(self, drafted: Drafted) -> Backing:
        """Return what backs a drafted sentence; the trace keeps the outcome."""
        backing = self.backing(drafted)
        self.result.record.append({"text": drafted.text, **asdict(backing.check)})
        return backing

    def backing(self, drafted: Drafted) -> Backing:
        """Return the sentences of its passages that back it, or why it cannot be shown."""
        unknown = [n for n in drafted.numbers if n not in self.chunks]
        if not drafted.numbers:
            return refused("it cites no passage")
        if unknown:
            return refused(f"it cites passage {unknown[0]}, which it was not given")
        if language_of(drafted.text, self.known_words) != "en":
            return refused("it is not in English")
        if any(drafted.text == sentence.text for sentence in self.result.sentences):
            return refused("it was said already")
        chunks = [self.chunks[n] for n in dict.fromkeys(drafted.numbers)]
        answering = self.answering()
        backing = self.drafter.checker.backing(drafted.text, self.article, chunks, answering)
        if backing.check.accepted and not any(place_of(c) in answering for c in backing.spans):
            return refused("it rests on a sentence that does not answer the question")
        return backing

    def answering(self) -> frozenset[Place]:
        """Return the sentences that were found to answer: a draft has to rest on one of them."""
        best = self.candidates[0]
        return frozenset(
            place_of(c)
            for c in self.candidates
            if c is best or belongs(c, best) or c.rerank_score >= ANSWERING
        )

    def shown(self, drafted: Drafted, backing: Backing) -> Sentence:
        """Return a sentence with its footnotes; a passage that was cited before keeps its number."""
        citations = []
        for span in backing.spans:
            known = next((c for c in self.cited if c.start == span.span.start), None)
            if known is None:
                known = cite(self.article, span, len(self.cited) + 1)
                self.cited.append(known)
            citations.append(known)
        sentence = Sentence(drafted.text, tuple(citations))
        self.result.sentences.append(sentence)
        return sentence


def refused(reason: str) -> Backing:
    """Return the backing of a sentence that nothing backs."""
    return Backing(Check(False, reason))


def sentences_in(pieces: Iterable[str]) -> Iterator[Drafted]:
    """Yield the sentences of a text that arrives in pieces, each as soon as the next one begins."""
    text = ""
    for piece in pieces:
        text += piece
        while (found := END.search(text)) and text[found.end() :].strip():
            yield from drafted_sentence(text[: found.end()])
            text = text[found.end() :]
    for line in text.split("\n"):
        rest = f"{line} "
        while found := END.search(rest):
            yield from drafted_sentence(rest[: found.end()])
            rest = rest[found.end() :]
        yield from drafted_sentence(rest)


def drafted_sentence(text: str) -> Iterator[Drafted]:
    """Yield a sentence without its marks; nothing for white space or a refusal to answer."""
    numbers = tuple(int(n) for found in MARK.findall(text) for n in re.findall(r"\d+", found))
    bare = SPACE_BEFORE_STOP.sub("", " ".join(MARK.sub("", LIST_MARK.sub("", text)).split()))
    if bare.strip(" .!?“”\"'") and NOTHING not in bare.upper():
        yield Drafted(bare, numbers)
