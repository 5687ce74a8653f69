import html

import pytest

from index.article import Article
from index.errors import FixInput
from index.markup import from_markdown
from index.pages import from_html


def test_markdown_front_matter_and_markup() -> None:
    source = "---\ntitle: A title\nstandfirst: In short.\npublished: 2025-07-20\n---\nOne *fine*<br>[day](http://x.y).\n\n## Later\n\nTwo & three $US1m.\n"
    article = from_markdown(source, "a")
    assert article.text == "In short.\nOne fine day.\nTwo & three $US1m."
    assert article.published == "2025-07-20"
    assert article.heading_at(article.text.index("Two")) == "Later"
    assert article.heading_at(0) == ""


def page_of(article: Article) -> str:
    """A news page around an article: navigation, cookie notice, teasers, caption, comments."""
    headings = {section.start: section.heading for section in article.sections}
    parts = []
    for number, (start, end) in enumerate(article.paragraphs()):
        if start in headings:
            parts.append(f"<h2>{html.escape(headings[start])}</h2>")
        text = html.escape(article.text[start:end], quote=False)
        text = text.replace("Altman", '<a href="/t">Altman</a>', 1) if number % 5 == 0 else text
        parts.append(f"<p>{text}</p>")
        if number == 8:
            parts.append(
                "<aside><h3>Related</h3><ul><li><a href='/x'>Why chips cost more</a></li></ul></aside>"
                "<figure><img src='a.jpg'><figcaption>A photograph: Agency</figcaption></figure>"
            )
    title = html.escape(article.title)
    return (
        f"<html><head><title>{title} - The Paper</title>"
        "<link rel='canonical' href='https://paper.example/a'></head><body>"
        "<nav><ul><li><a href='/'>Home</a></li></ul></nav>"
        "<div class='cookie-banner'><p>We use cookies to improve your experience.</p></div>"
        f"<main><article><h1>{title}</h1>{''.join(parts)}</article>"
        "<section class='comments'><h3>Comments</h3><p>Great piece, says Bob.</p></section></main>"
        "<footer><p>All rights reserved.</p></footer></body></html>"
    )


def test_a_news_page_gives_exactly_its_article(seed_article: Article) -> None:
    article = from_html(page_of(seed_article), "page")
    assert article.text == seed_article.text
    assert article.title == seed_article.title
    assert article.sections == seed_article.sections
    assert article.url == "https://paper.example/a"


def test_a_short_page_keeps_its_headings_and_its_line_breaks_part_words() -> None:
    article = from_html(
        "<h1>Port sold</h1><p>The port of Kell was sold.<br>Nobody objected to the <em>sale</em>.</p>"
        "<h2>The buyer</h2><p>The buyer, Ann Lee, paid in cash.</p>",
        "a",
    )
    assert article.title == "Port sold"
    assert article.text.split("\n") == [
        "The port of Kell was sold. Nobody objected to the sale.",
        "The buyer, Ann Lee, paid in cash.",
    ]
    assert article.heading_at(article.text.index("The buyer")) == "The buyer"


def test_quotations_lists_and_tables_are_paragraphs() -> None:
    filler = "".join(f"<p>Paragraph {n} tells of the harbour at length.</p>" for n in range(6))
    article = from_html(
        f"<article><h1>Harbour</h1>{filler}<blockquote><p>“It was <b>time</b>,” said Lee.</p></blockquote>"
        "<ul><li>The first item is here</li><li>The second item is there</li></ul>"
        "<table><tr><th>Year</th><th>Price</th></tr><tr><td>2020</td><td>$4m</td></tr></table>"
        "<p>A last paragraph tells of the harbour’s end.</p></article>",
        "a",
    )
    lines = article.text.split("\n")
    assert "“It was time,” said Lee." in lines
    assert "The first item is here" in lines
    assert "2020 $4m" in lines


def test_a_page_without_an_article_is_refused() -> None:
    with pytest.raises(FixInput):
        from_html("<html><body></body></html>", "a")


def test_html_inside_markdown_is_read() -> None:
    source = (
        "---\ntitle: T\n---\nFirst of all.\n\n<div class='box'><p>One sentence of <b>HTML</b> here.</p></div>\n\nThen Markdown.\n\n"
        "<table><tr><td>2025</td><td>$4m</td></tr></table>\n\n<!-- a comment -->\n\n<script>track()</script>\n"
    )
    assert from_markdown(source, "a").text.split("\n") == [
        "First of all.", "One sentence of HTML here.", "Then Markdown.", "2025 $4m",
    ]  # fmt: skip
