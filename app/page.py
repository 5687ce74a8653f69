"""Articles and answers as Markdown for the web chat; every text is shown as text."""

import string
from collections.abc import Iterable, Sequence
from datetime import date

from app.answer import Answer, Citation, Sentence
from app.question import MAX_CHARACTERS
from index.article import Article

# Every mark that Markdown, HTML or an autolink could read becomes an entity.
ENTITIES = {ord(mark): f"&#{ord(mark)};" for mark in string.punctuation if mark not in ",;?'%"}
ARTICLE_TOP = "article-top"
CHAT_TOP = "chat-top"
LISTED_WORDS = 14
SHOWN_CHARACTERS = 200
Span = tuple[int, int]


def plain(text: str) -> str:
    """Return Markdown that shows exactly this text, on one line."""
    return " ".join(text.split()).translate(ENTITIES)


def anchor(start: int) -> str:
    """Return the id of the passage that starts at this offset."""
    return f"passage-{start}"


def tabs_markdown() -> str:
    """Return the two links that switch between chat and article on a narrow screen."""
    return f'<span id="{CHAT_TOP}"></span>[Chat](#{CHAT_TOP}) [Article](#{ARTICLE_TOP})'


def article_markdown(
    article: Article, cited: Iterable[Span] = (), current: Iterable[Span] = (),
    answered: bool = True,
) -> str:  # fmt: skip
    """Return the whole article; `current` passages are highlighted, earlier `cited` ones only linked.

    Where the question is not `answered`, they are only near it and look so.
    """
    bright = set(current)
    marks = sorted({*cited, *bright})
    # The pane scrolls, and without something in it to focus it would do so by mouse alone.
    lines = [f'<div id="{ARTICLE_TOP}" tabindex="0" role="region" aria-label="Article">']
    lines.append(f"# {plain(article.title)}")
    about = [plain(part) for part in (article.byline, reader_date(article.published)) if part]
    if about:
        lines.append(f"<small>{' · '.join(about)}</small>")
    headings = list(article.sections)
    for start, end in article.paragraphs():
        while headings and headings[0].start <= start:
            lines.append(f"## {plain(headings.pop(0).heading)}")
        text = marked(article, start, end, marks, bright, answered)
        is_standfirst = start == 0 and bool(article.standfirst)
        lines.append(f'<p class="standfirst">{text}</p>' if is_standfirst else text)
    return "\n\n".join([*lines, "</div>"])


def marked(
    article: Article, start: int, end: int, marks: Sequence[Span], bright: set[Span],
    answered: bool,
) -> str:  # fmt: skip
    """Return one paragraph with the marks that begin in it."""
    parts, position = [], start
    for left, right in marks:
        if position <= left < end:
            parts.append(spaced(article.text[position:left]))
            quote = plain(article.text[left:right])
            current = "" if answered else ' class="related"'
            look = current if (left, right) in bright else ' class="earlier"'
            parts.append(f'<mark id="{anchor(left)}"{look}>{quote}</mark>')
            position = right
    parts.append(spaced(article.text[position:end]))
    return "".join(parts)


def spaced(text: str) -> str:
    """Return `plain` text that keeps a space at either end."""
    left = " " if text[:1].isspace() else ""
    right = " " if text[-1:].isspace() and text.strip() else ""
    return f"{left}{plain(text)}{right}"


def sentences_markdown(sentences: Sequence[Sentence]) -> str:
    """Return the sentences so far, each with its footnote marks."""
    return " ".join(
        plain(sentence.text)
        + "".join(f" [\\[{c.number}\\]](#{anchor(c.start)})" for c in sentence.citations)
        for sentence in sentences
    )


def answer_markdown(answer: Answer) -> str:
    """Return a finished answer: its sentences and its quotes, or that the article doesn't say."""
    if answer.abstained:
        nearest = citation_list("Nearest passages, which do not answer it", answer.related)
        return f'<div class="abstained"><p>{plain(answer.text)}</p></div>{nearest}'
    notice = f"<small>{plain(answer.notice)}</small>\n\n" if answer.notice else ""
    quotes = citation_list("From the article", answer.citations)
    return f"{notice}{sentences_markdown(answer.sentences)}{corrected(answer.citations)}{quotes}"


def corrected(citations: Sequence[Citation]) -> str:
    """Return a line that says which passages were corrected and when, "" where none was."""
    lines = [correction(citation) for citation in citations]
    return "".join(f"\n\n<small>{plain(line)}</small>" for line in lines if line)


def correction(citation: Citation) -> str:
    """Return that a passage was corrected and when, "" where it was not."""
    if citation.corrected_at is None:
        return ""
    return f"[{citation.number}] corrected on {reader_date(citation.corrected_at)}"


def question_markdown(asked: str) -> str:
    """Return what a reader typed, cut where it is too long to be a question."""
    cut = len(asked) > MAX_CHARACTERS
    return plain(f"{asked[:SHOWN_CHARACTERS]} …" if cut else asked)


def notice_markdown(text: str) -> str:
    """Return a line that tells the reader what to do, where a question could not be taken."""
    return f'<div class="notice"><p>{plain(text)}</p></div>'


def citation_list(label: str, citations: Sequence[Citation]) -> str:
    """Return a compact list of quotes with their sections, "" where there are none."""
    if not citations:
        return ""
    items = [
        f"{c.number}. [{plain(c.section or 'Opening')}](#{anchor(c.start)}) {plain(shortened(c.quote))}"
        for c in citations
    ]
    return f"\n\n<small>{label}</small>\n\n" + "\n".join(items)


def shortened(quote: str) -> str:
    """Return the first words of a quote; the whole of it is one click away in the article."""
    words = quote.split()
    return quote if len(words) <= LISTED_WORDS else f"{' '.join(words[:LISTED_WORDS])} …"


def copied_text(answer: Answer, article: Article) -> str:
    """Return an answer with its sources as plain text for the clipboard."""
    source = ", ".join(
        part for part in (article.title, article.byline, reader_date(article.published)) if part
    )
    lines = [answer.question, "", answer.text, "", f"Source: {source}"]
    if article.url:
        lines.append(article.url)
    lines += [
        f"[{c.number}] “{c.quote}”" + (f" ({c.section})" if c.section else "")
        for c in answer.citations
    ]
    lines += [line for c in answer.citations if (line := correction(c))]
    return "\n".join(lines)


def disclosure_markdown(article: Article) -> str:
    """Return the headline, which the article pane shows on a wide screen, and who answers from what."""
    day = f" of {plain(reader_date(article.published))}" if article.published else ""
    return (
        f"# {plain(article.title)}\n\n<small>An automated assistant answers here, only with sentences from "
        f"“{plain(article.title)}”{day}.</small>"
    )


def reader_date(published: str) -> str:
    """Return an ISO date as a newspaper prints it, or the text as it is."""
    try:
        day = date.fromisoformat(published[:10])
    except ValueError:
        return published
    return f"{day.day} {day:%B %Y}"
