"""Articles and answers as Markdown for the web chat; every text is shown as text."""

import string
from collections.abc import Iterable, Sequence
from datetime import date

from app.answer import Answer, Citation, Sentence
from index.article import Article

# Every ASCII mark becomes an entity: nothing is left for Markdown, HTML or autolinks to read.
ENTITIES = {ord(mark): f"&#{ord(mark)};" for mark in string.punctuation}
Span = tuple[int, int]


def plain(text: str) -> str:
    """Return Markdown that shows exactly this text, on one line."""
    return " ".join(text.split()).translate(ENTITIES)


def anchor(start: int) -> str:
    """Return the id of the passage that starts at this offset."""
    return f"passage-{start}"


def article_markdown(article: Article, cited: Iterable[Span]) -> str:
    """Return the whole article with its cited passages marked."""
    marks = sorted(set(cited))
    lines = [f"# {plain(article.title)}"]
    about = [plain(part) for part in (article.byline, reader_date(article.published)) if part]
    if about:
        lines.append(f"<small>{' · '.join(about)}</small>")
    headings = list(article.sections)
    for start, end in article.paragraphs():
        while headings and headings[0].start <= start:
            lines.append(f"## {plain(headings.pop(0).heading)}")
        text = marked(article, start, end, marks)
        is_standfirst = start == 0 and article.standfirst
        lines.append(f"**{text}**" if is_standfirst and not marks else text)
    return "\n\n".join(lines)


def marked(article: Article, start: int, end: int, marks: Sequence[Span]) -> str:
    """Return one paragraph with the marks that begin in it."""
    parts, position = [], start
    for left, right in marks:
        if position <= left < end:
            parts.append(spaced(article.text[position:left]))
            quote = plain(article.text[left:right])
            parts.append(f'<mark id="{anchor(left)}">{quote}</mark>')
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
    notice = f"<small>{plain(answer.notice)}</small>\n\n" if answer.notice else ""
    if answer.abstained:
        nearest = citation_list("Nearest passages", answer.related)
        return f"**{plain(answer.text)}**{nearest}"
    return f"{notice}{sentences_markdown(answer.sentences)}{citation_list('From the article', answer.citations)}"


def citation_list(label: str, citations: Sequence[Citation]) -> str:
    """Return a compact list of quotes with their sections, "" where there are none."""
    if not citations:
        return ""
    items = [
        f"{c.number}. [{plain(c.section or 'Opening')}](#{anchor(c.start)}): {plain(c.quote)}"
        for c in citations
    ]
    return f"\n\n<small>{label}</small>\n\n" + "\n".join(items)


def disclosure_markdown(article: Article) -> str:
    """Return the label that says who answers, and from what."""
    day = f", {plain(reader_date(article.published))}" if article.published else ""
    return (
        "<small>An automated assistant answers, with sentences from "
        f"“{plain(article.title)}”{day}.</small>"
    )


def reader_date(published: str) -> str:
    """Return an ISO date as a newspaper prints it, or the text as it is."""
    try:
        day = date.fromisoformat(published[:10])
    except ValueError:
        return published
    return f"{day.day} {day:%B %Y}"
