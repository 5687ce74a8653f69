"""One published text and the pieces of it that are stored, searched and cited.

Every offset counts characters of `Article.text`; a span is `text[start:end]`.
"""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of an article; `end` is exclusive, and a heading without text has `start == end`."""

    heading: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """One published text: `text` is the standfirst and body, one paragraph a line, without headings."""

    id: str
    version: str
    title: str
    standfirst: str
    byline: str
    url: str
    published: str
    modified: str | None
    language: str
    kind: str
    text: str
    sections: tuple[Section, ...]

    def heading_at(self, offset: int) -> str:
        """Return the heading over the character at `offset`, or "" before the first heading."""
        position = bisect_right([section.start for section in self.sections], offset) - 1
        return self.sections[position].heading if position >= 0 else ""

    def paragraphs(self) -> list[tuple[int, int]]:
        """Return the `(start, end)` of every paragraph, line breaks excluded."""
        spans, start = [], 0
        for line in self.text.split("\n"):
            spans.append((start, start + len(line)))
            start += len(line) + 1
        return [(start, end) for start, end in spans if end > start]

    def metadata(self) -> dict[str, Any]:
        """Return the contract's JSON object without the text."""
        record = asdict(self)
        del record["text"]
        record["sections"] = [asdict(section) for section in self.sections]
        return record

    def to_json(self) -> dict[str, Any]:
        """Return the contract's whole JSON object."""
        return {**self.metadata(), "text": self.text}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "Article":
        """Return the article that `to_json` wrote."""
        sections = tuple(Section(**section) for section in record["sections"])
        return cls(**{**record, "sections": sections})


def content_version(title: str, sections: Sequence[Section], text: str) -> str:
    """Return the SHA-256 (hex) of headline, headings with their places, and text."""
    content = [title, [[section.heading, section.start] for section in sections], text]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SentenceSpan:
    """One sentence, or one unbroken quotation, of a chunk with what choosing it needs.

    `stems` are those of its content words, `names` the lower-cased words of its proper nouns;
    `kinds` what it holds that a question can ask for ("person", "number", "money", "date", ...);
    `corrected_at` the ISO date since which the article says it, None if it did from the start.
    """

    start: int
    end: int
    stems: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    leans_back: bool = False
    corrected_at: str | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole sentences of one paragraph under one heading; `id` is `article:version:number`."""

    id: str
    article_id: str
    version: str
    number: int
    heading: str
    start: int
    end: int
    text: str
    sentences: tuple[SentenceSpan, ...]

    @property
    def searched_text(self) -> str:
        """The chunk as it is embedded and reranked: its section heading in front."""
        return f"{self.heading}. {self.text}" if self.heading else self.text


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A chunk that was found: `similarity` is a cosine (-1 to 1), the scores are the cross-encoder's logits.

    `sentence_scores` has one score a sentence of the chunk; `rerank_score` is the highest of them.
    """

    chunk: Chunk
    similarity: float
    rerank_score: float
    sentence_scores: tuple[float, ...] = ()
