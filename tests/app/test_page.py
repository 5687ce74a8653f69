import html
from html import unescape

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.answering import Assistant
from app.page import anchor, copied_text, plain, question_markdown, stale_markdown
from app.pane import article_markdown
from index.followed import StaleFeed

HOSTILE = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1),
    st.sampled_from(
        ["<script>alert(1)</script>", "[a](javascript:x)", "# a", "**b**", "`c`", "1. d", "$x$ $y$",
         "www.example.com", "http://example.com", "&lt;b&gt;", "<img src=x onerror=y>", "---", "| a | b |"]
    ),
)  # fmt: skip


@given(HOSTILE)
def test_hostile_text_is_shown_as_text(text: str) -> None:
    renderer = MarkdownIt("gfm-like", {"linkify": False, "html": True})
    rendered = renderer.render(plain(text)).strip()
    body = rendered.removeprefix("<p>").removesuffix("</p>")
    assert "<" not in body
    assert html.unescape(body) == " ".join(text.split())


def test_every_cited_passage_is_marked_once_and_verbatim(assistant: Assistant) -> None:
    article = assistant.article(None)
    answer = assistant.ask("why did the Abu Dhabi announcement slip a week")
    spans = [(c.start, c.end) for c in answer.citations]
    page = article_markdown(article, current=spans * 2)
    for citation in answer.citations:
        mark = f'<mark id="{anchor(article.id, citation.start)}">{plain(citation.quote)}</mark>'
        assert page.count(mark) == 1
    assert page.count("<mark") == len(spans)


def test_earlier_passages_stay_linked_and_are_not_highlighted(assistant: Assistant) -> None:
    article = assistant.article(None)
    first, second = article.paragraphs()[2], article.paragraphs()[4]
    page = article_markdown(article, [first], [second])
    assert f'<mark id="{anchor(article.id, first[0])}" class="earlier">' in page
    assert f'<mark id="{anchor(article.id, second[0])}">' in page


def test_passages_that_are_only_near_look_different(assistant: Assistant) -> None:
    article = assistant.article(None)
    near = article.paragraphs()[2]
    page = article_markdown(article, current=[near], answered=False)
    assert f'<mark id="{anchor(article.id, near[0])}" class="related">' in page


def test_a_question_is_shown_whole_unless_it_is_none() -> None:
    assert question_markdown("a" * 1000) == "a" * 1000
    assert len(question_markdown("a" * 1001)) < 300


def test_the_copied_text_names_the_article_and_every_quote(assistant: Assistant) -> None:
    answer = assistant.ask("who controls G42?")
    copied = copied_text(answer, [assistant.article(None)])
    assert all(f"[{c.number}] “{c.quote}”" in copied for c in answer.citations)
    assert assistant.article(None).title in copied


def test_a_stale_feed_is_told_with_its_site_and_the_moment_of_its_last_reading() -> None:
    old = StaleFeed("https://news.example/a.xml", "2026-11-27T15:05:00+01:00", "404")
    never = StaleFeed("https://<b>.example/b.xml", "", "500")
    assert stale_markdown([]) == ""
    told = unescape(stale_markdown([old]))
    assert "news.example" in told
    assert "27 November 2026, 14:05 UTC" in told
    assert "404" not in told
    assert "<b>" not in stale_markdown([never])
    assert "1 more" in unescape(stale_markdown([old, never]))
