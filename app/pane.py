"""What the article pane of the web chat shows: an article with its marks, or the articles of the archive."""

from collections.abc import Iterable, Sequence

from app.answer import Citation
from app.page import ARTICLE_TOP, anchor, plain, reader_date
from index.article import Article

Span = tuple[int, int]
# The pane names so many articles before anything is asked of all of them.
LISTED = 40


def article_markdown(
    article: Article, cited: Iterable[Span] = (), current: Iterable[Span] = (),
    answered: bool = True,
) -> str:  # fmt: skip
    """Return the whole article; `current` passages are highlighted, earlier `cited` ones only linked.

    Where the question is not `answered`, they are only near it and look so.
    """
    return region(article_lines(article, cited, current, answered))


def archive_markdown(
    articles: Sequence[Article], cited: Sequence[Citation], current: Sequence[Citation],
    answered: bool = True,
) -> str:  # fmt: skip
    """Return articles one after another, with the passages cited of each as `article_markdown` marks them."""
    lines = [
        line
        for article in articles
        for line in article_lines(
            article, spans_in(article, cited), spans_in(article, current), answered
        )
    ]
    return region(lines)


def list_markdown(articles: Sequence[Article]) -> str:
    """Return the titles and dates of the articles, the latest first."""
    latest = sorted(articles, key=lambda article: article.published, reverse=True)
    lines = ["# All articles"]
    lines += [
        f"- {plain(a.title)}"
        + (f" <small>{plain(day)}</small>" if (day := reader_date(a.published)) else "")
        for a in latest[:LISTED]
    ]
    if len(latest) > LISTED:
        lines.append(f"<small>and {len(latest) - LISTED:,} more</small>")
    return region([lines[0], "\n".join(lines[1:])])


def spans_in(article: Article, citations: Iterable[Citation]) -> list[Span]:
    """Return the spans of the citations of an article."""
    return [(c.start, c.end) for c in citations if c.article_id == article.id]


def region(lines: Sequence[str]) -> str:
    """Return paragraphs of Markdown as the part of the page that holds the article."""
    # The pane scrolls, and without something in it to focus it would do so by mouse alone.
    opened = f'<div id="{ARTICLE_TOP}" tabindex="0" role="region" aria-label="Article">'
    return "\n\n".join([opened, *lines, "</div>"])


def article_lines(
    article: Article, cited: Iterable[Span], current: Iterable[Span], answered: bool
) -> list[str]:
    """Return an article's headline, headings and paragraphs with their marks."""
    bright = set(current)
    marks = sorted({*cited, *bright})
    lines = [f"# {plain(article.title)}"]
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
    return lines


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
            parts.append(f'<mark id="{anchor(article.id, left)}"{look}>{quote}</mark>')
            position = right
    parts.append(spaced(article.text[position:end]))
    return "".join(parts)


def spaced(text: str) -> str:
    """Return `plain` text that keeps a space at either end."""
    left = " " if text[:1].isspace() else ""
    right = " " if text[-1:].isspace() and text.strip() else ""
    return f"{left}{plain(text)}{right}"
