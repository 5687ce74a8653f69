"""The bodies that the HTTP interface takes and gives, as its OpenAPI document shows them."""

from dataclasses import replace
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from app.answer import AbstentionReason, Citation, Mode, Scope, Timings
from app.feedback import MAX_REASON_CHARACTERS, Feedback, Verdict
from app.question import MAX_CHARACTERS
from index.article import Article, Section, content_version
from index.ingest import MAX_BYTES

MAX_HISTORY = 50
MAX_SPANS = 100
# `index.naming.ID` in other words, for pydantic's expressions have no look-ahead: neither "." nor "..".
ARTICLE_ID = (
    r"^(?:[a-z0-9-][a-z0-9._-]{0,127}|\.[a-z0-9_-][a-z0-9._-]{0,126}|\.\.[a-z0-9._-]{1,126})$"
)
EXAMPLE_ID = "altman-musk-trump"
EXAMPLE_QUESTION = "Who controls G42?"
EXAMPLE_VERSION = "6b1c" * 16
EXAMPLE_QUOTE = "Sheikh Tahnoun bin Zayed controls G42."
EXAMPLE_ANSWER: dict[str, Any] = {
    "question": EXAMPLE_QUESTION, "standalone_question": EXAMPLE_QUESTION, "article_id": EXAMPLE_ID,
    "article_version": EXAMPLE_VERSION, "mode": "quote", "abstained": False,
    "abstention_reason": None, "answer": f"{EXAMPLE_QUOTE} [1]", "notice": None,
    "sentences": [{"text": EXAMPLE_QUOTE, "citations": [1]}],
    "citations": [{
        "number": 1, "article_id": EXAMPLE_ID, "chunk_id": f"{EXAMPLE_ID}:{EXAMPLE_VERSION}:36",
        "title": "The Patient Guest", "published": "2025-07-20", "modified": None,
        "corrected_at": None, "kind": "news", "section": "Seven lost days", "start": 9843,
        "end": 9881, "quote": EXAMPLE_QUOTE, "before": "to keep everybody content. ",
        "url": "https://news.example/the-patient-guest#:~:text=Sheikh%20Tahnoun",
    }],
    "related": [],
    "timings_ms": {"retrieve": 21.0, "rerank": 180.0, "answer": 0.4, "model": 190.0, "total": 203.0},
    "trace": {},
}  # fmt: skip
EXAMPLE_PROBLEM: dict[str, Any] = {
    "type": "about:blank", "title": "Too Many Requests", "status": 429,
    "detail": "That is as many questions as can be answered for now.",
}  # fmt: skip


def whole(text: str) -> str:
    """Return a text that can be encoded; raises `ValueError` for half of a surrogate pair.

    JSON's escapes can write one, and no database or model can take it.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("holds half of a surrogate pair") from None
    return text


Text = Annotated[str, AfterValidator(whole)]
Line = Annotated[Text, Field(max_length=2000)]
Id = Annotated[str, Field(pattern=ARTICLE_ID, examples=[EXAMPLE_ID])]
Question = Annotated[Text, Field(min_length=1, max_length=MAX_CHARACTERS)]
Count = Annotated[int, Field(ge=0, le=MAX_BYTES)]
# JSON has no tuples, so that a strict one would never be there.
Span = Annotated[tuple[Count, Count], Field(strict=False)]


class Body(BaseModel):
    """What a caller sends: exactly these fields, of exactly these types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class AskBody(Body):
    """A question about one article, or about all; `history` holds the earlier questions, oldest first."""

    question: Question = Field(examples=[EXAMPLE_QUESTION])
    article: Id | None = Field(None, description="The article's id; null means the only one.")
    scope: Scope = Field(
        "article", description="`archive` asks all articles; `article` is null then."
    )
    history: list[Question] = Field(default=[], max_length=MAX_HISTORY, examples=[[]])


class FeedbackBody(Body):
    """A verdict on an answer; with the `id` of an earlier one it replaces that."""

    article: Id | None = None
    article_version: str | None = Field(None, pattern="^[0-9a-f]{64}$", examples=[EXAMPLE_VERSION])
    question: Question = Field(examples=[EXAMPLE_QUESTION])
    verdict: Verdict
    reason: Text | None = Field(None, max_length=MAX_REASON_CHARACTERS)
    spans: list[Span] = Field(default=[], max_length=MAX_SPANS)
    abstained: bool = False
    id: str | None = Field(None, pattern="^[0-9a-f]{32}$")

    def feedback(self) -> Feedback:
        """Return the verdict as it is kept."""
        given = Feedback(
            article=self.article, article_version=self.article_version, question=self.question,
            verdict=self.verdict, spans=tuple(self.spans), abstained=self.abstained,
        )  # fmt: skip
        named = replace(given, id=self.id) if self.id else given
        return named.because(self.reason or "")


class FeedbackKept(BaseModel):
    """The id under which a verdict is kept, to add a reason later."""

    id: str


class SectionBody(Body):
    """A headed part of an article; offsets count characters of its text."""

    heading: Line
    start: Count
    end: Count


class ArticleBody(Body):
    """An `Article` as `python -m index show --json` prints it; `id` and `version` may be left out."""

    id: Id | None = None
    version: str | None = Field(None, pattern="^[0-9a-f]{64}$")
    title: Annotated[Line, Field(min_length=1)] = Field(examples=["Port sold"])
    standfirst: Line = ""
    byline: Line = ""
    url: Line = ""
    published: Line = Field("", examples=["2026-11-24"])
    modified: Line | None = None
    language: Line = "en"
    kind: Line = "news"
    text: Text = Field(
        min_length=1, max_length=MAX_BYTES, examples=["The port was sold to Acme on Monday."]
    )
    sections: list[SectionBody] = []

    @model_validator(mode="after")
    def check_sections(self) -> Self:
        """Refuse sections that overlap or lie outside of the text, and a text without a word."""
        at = 0
        for section in self.sections:
            if not at <= section.start <= section.end <= len(self.text):
                raise ValueError(f"the section {section.heading[:40]!r} overlaps or ends too late")
            at = section.end
        if not self.text.strip() or "\x00" in self.text:
            raise ValueError("the text holds no words, or a NUL character")
        return self

    def article(self, article_id: str) -> Article:
        """Return the article under this id, its version computed from its content."""
        sections = tuple(Section(s.heading, s.start, s.end) for s in self.sections)
        fields = self.model_dump(exclude={"id", "version", "sections"})
        version = content_version(self.title, sections, self.text)
        return Article(id=article_id, version=version, sections=sections, **fields)


class UrlBody(Body):
    """An article to be read from its page."""

    url: Annotated[Text, Field(min_length=8, max_length=2000, pattern="^https?://")]


class ArticleShown(BaseModel):
    """An article's metadata; `text` is there with the admin token alone."""

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
    sections: list[SectionBody]
    text: str | None = None


class SuggestionsShown(BaseModel):
    """Questions that this version of the article answers."""

    suggestions: list[str] = Field(examples=[[EXAMPLE_QUESTION]])


class SentenceShown(BaseModel):
    """A sentence of an answer with the numbers of its footnotes."""

    text: str
    citations: list[int]


class AnswerShown(BaseModel):
    """The answer to a question; an abstention is one too and has no sentences."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_ANSWER]})

    question: str
    standalone_question: str
    article_id: str | None
    article_version: str | None
    mode: Mode
    abstained: bool
    abstention_reason: AbstentionReason | None
    answer: str
    notice: str | None
    sentences: list[SentenceShown]
    citations: list[Citation]
    related: list[Citation]
    timings_ms: Timings
    trace: dict[str, Any]


class ProblemShown(BaseModel):
    """An RFC 9457 problem document."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_PROBLEM]})

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] | None = None
