"""The demonstration page holds the article as it is stored."""

from dataclasses import replace

import pytest
from lxml import html

from app.answering import Assistant
from app.demo import demo_page, pull_quote
from index.article import Article
from tests.app.newspaper import HOSTILE_NAME, SEED


@pytest.mark.parametrize("article_id", [SEED, "council-budget", "chalk"])
def test_every_paragraph_and_heading_is_on_the_page_once_and_in_order(
    newsroom: Assistant, article_id: str
) -> None:
    article = newsroom.article(article_id)
    page = html.fromstring(demo_page(article))
    shown = page.xpath(
        "//article//p[@class='standfirst'] | //div[@class='text']/section/*[self::p or self::h2]"
    )
    texts = [element.text_content() for element in shown]
    paragraphs = [article.text[start:end] for start, end in article.paragraphs()]
    headings = [section.heading for section in article.sections]
    assert [text for text in texts if text not in headings] == paragraphs
    assert [text for text in texts if text in headings] == headings


def test_hostile_text_is_shown_as_text(seed_article: Article) -> None:
    page = html.fromstring(demo_page(replace(seed_article, title=HOSTILE_NAME)))
    assert page.xpath("//h1")[0].text_content() == HOSTILE_NAME
    assert [script.get("src") for script in page.xpath("//script")] == ["widget.js"]


def test_the_pull_quote_is_a_quotation_of_the_article(newsroom: Assistant) -> None:
    for article in newsroom.articles():
        found = pull_quote(article)
        assert found is None or found[0].strip("“”") in article.text
    assert pull_quote(newsroom.article(SEED))
    assert pull_quote(newsroom.article("chalk")) is None
