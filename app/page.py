"""Answers as Markdown for the web chat; every text is shown as text."""

import string
from collections.abc import Sequence
from datetime import UTC, date, datetime

from app.answer import Answer, Citation, Sentence
from app.question import MAX_CHARACTERS
from index.addresses import split
from index.article import Article
from index.followed import StaleFeed

# Every mark that Markdown, HTML or an autolink could read becomes an entity.
ENTITIES = {ord(mark): f"&#{ord(mark)};" for mark in string.punctuation if mark not in ",;?'%"}
ARTICLE_TOP = "article-top"
CHAT_TOP = "chat-top"
LISTED_WORDS = 14
SHOWN_CHARACTERS = 200


def plain(text: str) -> str:
    """Return Markdown that shows exactly this text, on one line."""
    return " ".join(text.split()).translate(ENTITIES)


def anchor(article_id: str, start: int) -> str:
    """Return the id that the passage at this offset of an article has on the page."""
    return f"passage-{article_id}-{start}"


def tabs_markdown() -> str:
    """Return the two links that switch between chat and article on a narrow screen."""
    return f'<span id="{CHAT_TOP}"></span>[Chat](#{CHAT_TOP}) [Article](#{ARTICLE_TOP})'


def sentences_markdown(sentences: Sequence[Sentence]) -> str:
    """Return the sentences so far, each with its footnote marks."""
    return " ".join(
        plain(sentence.text)
        + "".join(
            f" [\\[{c.number}\\]](#{anchor(c.article_id, c.start)})" for c in sentence.citations
        )
        for sentence in sentences
    )


def answer_markdown(answer: Answer) -> str:
    """Return a finished answer: its sentences and its quotes, or that the article doesn't say."""
    is_archive = answer.article_id is None
    if answer.abstained:
        label = "Nearest passages, which do not answer it"
        nearest = citation_list(label, answer.related, is_archive)
        return f'<div class="abstained"><p>{plain(answer.text)}</p></div>{nearest}'
    notice = f"<small>{plain(answer.notice)}</small>\n\n" if answer.notice else ""
    label = "From the articles" if is_archive else "From the article"
    quotes = citation_list(label, answer.citations, is_archive)
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


def citation_list(label: str, citations: Sequence[Citation], names_articles: bool = False) -> str:
    """Return a compact list of quotes with their sections, or their articles, "" where there are none."""
    if not citations:
        return ""
    items = [
        f"{c.number}. [{plain(headed(c) if names_articles else c.section or 'Opening')}]"
        f"(#{anchor(c.article_id, c.start)}) {plain(shortened(c.quote))}"
        for c in citations
    ]
    return f"\n\n<small>{label}</small>\n\n" + "\n".join(items)


def shortened(quote: str) -> str:
    """Return the first words of a quote; the whole of it is one click away in the article."""
    words = quote.split()
    return quote if len(words) <= LISTED_WORDS else f"{' '.join(words[:LISTED_WORDS])} …"


def copied_text(answer: Answer, articles: Sequence[Article]) -> str:
    """Return an answer with its sources, the cited `articles`, as plain text for the clipboard."""
    lines = [answer.question, "", answer.text]
    for article in articles:
        about = (article.title, article.byline, reader_date(article.published))
        lines += ["", f"Source: {', '.join(part for part in about if part)}"]
        if article.url:
            lines.append(article.url)
        cited = [c for c in answer.citations if c.article_id == article.id]
        lines += [
            f"[{c.number}] “{c.quote}”" + (f" ({c.section})" if c.section else "") for c in cited
        ]
        lines += [line for c in cited if (line := correction(c))]
    return "\n".join(lines)


def headed(citation: Citation) -> str:
    """Return the title of a passage's article with its date."""
    day = reader_date(citation.published)
    return f"{citation.title} ({day})" if day else citation.title


def archive_disclosure_markdown(count: int) -> str:
    """Return who answers from how many articles."""
    return (
        f"# All articles\n\n<small>An automated assistant answers here, only with sentences from "
        f"{count:,} articles; each quote names its own.</small>"
    )


def stale_markdown(stale: Sequence[StaleFeed]) -> str:
    """Return what may be missing because feeds were not read for too long, "" where there is none."""
    if not stale:
        return ""
    oldest = min(stale, key=lambda feed: feed.last_read)
    since = f" since {reader_moment(oldest.last_read)}" if oldest.last_read else ""
    others = f" and {len(stale) - 1} more" if len(stale) > 1 else ""
    return (
        f'<div class="notice"><p>News and corrections{since} may be missing here: the feed of '
        f"{plain(split(oldest.url).hostname or oldest.url)}{others} was not read for too long.</p></div>"
    )


def disclosure_markdown(article: Article) -> str:
    """Return the headline, which the article pane shows on a wide screen, and who answers from what."""
    day = f" of {plain(reader_date(article.published))}" if article.published else ""
    return (
        f"# {plain(article.title)}\n\n<small>An automated assistant answers here, only with sentences from "
        f"“{plain(article.title)}”{day}.</small>"
    )


def reader_moment(moment: str) -> str:
    """Return an ISO moment as a newspaper prints it, in UTC."""
    at = datetime.fromisoformat(moment).astimezone(UTC)
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def reader_date(published: str) -> str:
    """Return an ISO date as a newspaper prints it, or the text as it is."""
    try:
        day = date.fromisoformat(published[:10])
    except ValueError:
        return published
    return f"{day.day} {day:%B %Y}"
