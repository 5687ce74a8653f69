import html

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.answering import Assistant
from app.page import anchor, article_markdown, plain

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
    page = article_markdown(article, spans * 2)
    for citation in answer.citations:
        mark = f'<mark id="{anchor(citation.start)}">{plain(citation.quote)}</mark>'
        assert page.count(mark) == 1
    assert page.count("<mark") == len(spans)
