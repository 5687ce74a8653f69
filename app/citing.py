"""Answers are put together: sentences with their footnotes, abstentions with the nearest passages."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote as url_quote

from app.answer import AbstentionReason, Answer, Citation, Draft, Sentence, Timings
from app.question import abstention_text
from app.quoting import Candidate
from app.shelf import KnownArticle, Shelf
from index.article import Article

RELATED = 3
LEAD_SENTENCES = 4
FRAGMENT_WORDS = 8
BEFORE_CHARACTERS = 32
UNREACHED = "The language model gave no answer; these are the article’s own sentences."
UNBACKED = (
    "What the language model wrote is not backed by the article; these are its own sentences."
)
BROKEN_OFF = "The language model broke off; this is what it had written and the article backs."


def quoted(
    asked: str, standalone: str, shelf: Shelf, chosen: Sequence[Candidate],
    notice: str | None = None,
) -> Answer:  # fmt: skip
    """Return an answer made of these sentences, one footnote each."""
    citations = [cite(shelf.holder(c), c, n) for n, c in enumerate(chosen, start=1)]
    article_id, version = asked_of(shelf)
    return Answer(
        question=asked, standalone_question=standalone, article_id=article_id,
        article_version=version, mode="quote", abstained=False, abstention_reason=None,
        text=" ".join(f"{c.quote} [{c.number}]" for c in citations), notice=notice,
        sentences=tuple(Sentence(c.quote, (c,)) for c in citations), related=(),
        timings_ms=Timings(),
    )  # fmt: skip


def drafted(quotes: Answer, draft: Draft, made_of: Mapping[str, object]) -> Answer:
    """Return a draft's sentences as the answer, or the quotes with a notice where none has passed.

    The trace says what was written and refused, and `made_of` what wrote and checked it.
    """
    trace = {"draft": {"fault": draft.fault, "sentences": draft.record, **made_of}}
    if not draft.sentences:
        return replace(quotes, notice=UNREACHED if draft.fault else UNBACKED, trace=trace)
    marks = ("".join(f" [{c.number}]" for c in s.citations) for s in draft.sentences)
    texts = (s.text + mark for s, mark in zip(draft.sentences, marks, strict=True))
    return replace(
        quotes, mode="draft", text=" ".join(texts), sentences=tuple(draft.sentences),
        notice=BROKEN_OFF if draft.fault else None, trace=trace,
    )  # fmt: skip


def abstain(
    asked: str, standalone: str, shelf: Shelf, reason: AbstentionReason,
    related: Sequence[Candidate] = (), language: str = "en",
) -> Answer:  # fmt: skip
    """Return an abstention with the nearest passages."""
    nearest = [cite(shelf.holder(c), c, n) for n, c in enumerate(related[:RELATED], start=1)]
    article_id, version = asked_of(shelf)
    return Answer(
        question=asked, standalone_question=standalone, article_id=article_id,
        article_version=version, mode="quote", abstained=True, abstention_reason=reason,
        text=abstention_text(reason, language, shelf.is_archive), notice=None, sentences=(), related=tuple(nearest),
        timings_ms=Timings(),
    )  # fmt: skip


def asked_of(shelf: Shelf) -> tuple[str | None, str | None]:
    """Return the id and the version of the article that was asked, None for the archive."""
    return (shelf.only.article.id, shelf.only.article.version) if shelf.only else (None, None)


def lead(asked: str, known: KnownArticle) -> Answer:
    """Return the article's first sentences, labelled as such."""
    sentences = [
        Candidate(chunk, position, 0.0)
        for chunk in known.chunks
        for position in range(len(chunk.sentences))
    ]
    return quoted(
        asked, asked, Shelf((known,)), sentences[:LEAD_SENTENCES], notice="How the article begins:"
    )


def name_list(asked: str, known: KnownArticle) -> Answer:
    """Return sentences that together name the people the article names most, labelled as such."""
    spans = [
        Candidate(chunk, position, 0.0)
        for chunk in known.chunks
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
    return quoted(
        asked, asked, Shelf((known,)), ordered, notice="Sentences that name who is in the article:"
    )


def cite(article: Article, candidate: Candidate, number: int) -> Citation:
    """Return the footnote of one sentence."""
    span = candidate.span
    before = article.text[max(0, span.start - BEFORE_CHARACTERS) : span.start]
    is_repeated = article.text.count(candidate.quote) > 1
    return Citation(
        number=number, article_id=article.id, chunk_id=candidate.chunk.id, title=article.title,
        published=article.published, modified=article.modified, corrected_at=span.corrected_at,
        kind=article.kind, section=candidate.chunk.heading, start=span.start, end=span.end,
        quote=article.text[span.start : span.end],
        url=text_fragment(article.url, candidate.quote, before if is_repeated else ""),
        before=before,
    )  # fmt: skip


def text_fragment(url: str, quote: str, before: str = "") -> str:
    """Return the address that opens a page at a quote, or at the one after `before`; "" without an address."""
    if not url:
        return ""
    words = quote.split()
    ends = [" ".join(words[:FRAGMENT_WORDS]), " ".join(words[-FRAGMENT_WORDS:])]
    parts = ends if len(words) > 2 * FRAGMENT_WORDS else [quote]
    # The first word of what stands before may be cut.
    context = escaped(" ".join(before.split()[1:]))
    prefix = f"{context}-," if context else ""
    return f"{url.split('#')[0]}#:~:text={prefix}{','.join(map(escaped, parts))}"


def escaped(text: str) -> str:
    """Return a text as a text fragment holds it, whose own marks are the comma and the hyphen."""
    return url_quote(text, safe="").replace("-", "%2D")
