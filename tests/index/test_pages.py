import json
import re
from collections import Counter
from pathlib import Path

import pytest
from lxml.html import fromstring

from index.article import Article
from index.chunking import chunk_article
from index.errors import FixInput
from index.extent import with_what_goes_on
from index.language import Language
from index.layout import pieces_of
from index.pages import from_html

PAGES = sorted((Path(__file__).parents[1] / "pages").glob("*.html"))
FIGURE = 0.95


def f1(text: str, expected: str) -> float:
    """Return the F1 of a text's words against the expected ones, each counted as often as it stands there."""
    mine, true = (Counter(re.findall(r"\w+", t.lower())) for t in (text, expected))
    return 2 * (mine & true).total() / (mine.total() + true.total())


def read(path: Path) -> tuple[Article, dict[str, object]]:
    return from_html(path.read_bytes(), path.stem), json.loads(
        path.with_suffix(".json").read_text("utf-8")
    )


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_gives_its_body_and_its_record(path: Path, language: Language) -> None:
    article, expected = read(path)
    assert f1(article.text, "\n".join(expected["body"])) >= FIGURE  # type: ignore[arg-type]
    assert [section.heading for section in article.sections] == expected["headings"]
    for name in ("title", "byline", "url", "published", "modified", "kind"):
        # null: the page's markup doesn't say.
        assert (expected[name] is None and name == "byline") or getattr(article, name) == expected[
            name
        ], name
    chunks = "\n".join(f"{c.heading}\n{c.text}" for c in chunk_article(article, language))
    assert [line for line in expected["absent"] if line in chunks] == []  # type: ignore[attr-defined]


def test_the_figures_are_reached_over_all_pages() -> None:
    assert len(PAGES) >= 12
    pairs = [read(path) for path in PAGES]
    scores = [f1(a.text, "\n".join(e["body"])) for a, e in pairs]  # type: ignore[arg-type]
    assert sum(scores) / len(scores) >= FIGURE


@pytest.mark.parametrize(
    "page",
    [
        "<html><body></body></html>",
        "<html><head><title>Page not found</title></head><body><h1>404</h1><p>Sorry, the page that you asked for has moved or is not there any more.</p></body></html>",
        "<html><head><title>News</title></head><body><main>"
        + "".join(
            f"<article><h3><a href='/{n}'>Story number {n} of the day</a></h3><p>What happened in story {n}, in a line.</p></article>"
            for n in range(12)
        )
        + "</main></body></html>",
        "<html><body><ul>"
        + "".join(f"<li><a href='/{n}'>Topic {n}</a></li>" for n in range(40))
        + "</ul></body></html>",
    ],
)
def test_a_page_without_an_article_is_refused(page: str) -> None:
    with pytest.raises(FixInput):
        from_html(page, "a")


def test_a_pages_own_encoding_is_read_and_a_wrong_one_is_refused() -> None:
    body = (
        "<p>“Größe” costs £3 a head, the café’s owner said on Monday in the town hall of Kell.</p>"
        * 1
    )
    page = f"<html><head><meta charset='{{}}'><title>Café</title></head><body><article><h1>Café prices rise</h1>{body}</article></body></html>"
    western = from_html(page.format("iso-8859-1").encode("windows-1252"), "a")
    assert "“Größe” costs £3" in western.text
    assert from_html(page.format("utf-8").encode(), "a").text == western.text
    assert from_html(page.format("x-none").encode(), "a", charset="utf-8").text == western.text
    with pytest.raises(FixInput):
        from_html(page.format("utf-8").encode("windows-1252"), "a")


def test_a_canonical_link_to_the_front_page_does_not_count() -> None:
    page = "<html><head><link rel='canonical' href='https://p.example/'></head><body><article><h1>Port sold today</h1><p>The port of Kell was sold on Monday to Acme.</p><p>Nobody in the town objected to the sale.</p></article></body></html>"
    assert (
        from_html(page, "a", "https://p.example/port?utm_source=x&id=3#top").url
        == "https://p.example/port?id=3"
    )


def test_a_paragraph_that_merely_mentions_subscribers_or_comments_stays() -> None:
    lines = [
        "Subscribers to the gas network will pay $US4 more from July, the regulator said.",
        "Comments from the minister’s office were not available on Monday night.",
        "The paper lost 2,000 readers of its newsletters last year, and most never came back.",
    ]
    page = "<article><h1>Gas prices rise</h1>" + "".join(f"<p>{line}</p>" for line in lines)
    article = from_html(
        page + "<p>Sign up to our newsletter</p><p>View comments (12)</p></article>", "a"
    )
    assert article.text.split("\n") == lines


BODY = "".join(
    f"<p>The harbour of Kell, number {n}, was sold on Monday to Acme.</p>" for n in range(9)
)


@pytest.mark.parametrize(
    "head",
    [
        "<link rel='canonical' href='http://[::1/x'><meta property='og:url' content='//'>",
        "<script type='application/ld+json'>" + "[" * 50_000 + "</script>",
        "<script type='application/ld+json'>{'@type': 'NewsArticle', broken</script>",
        '<script type="application/ld+json">{"@type": ["NewsArticle", null], "headline": ["x", 7], "author": [[["a"]], null, 3],'
        ' "articleBody": {"a": 1}, "datePublished": [], "url": 5, "publisher": [{"name": null}], "liveBlogUpdate": [1],'
        ' "description": {"@value": 4}, "articleSection": [], "inLanguage": {"name": "English"}}</script>',
        "<meta property='article:published_time' content='99999-99-99'><meta name='date' content='2024'>",
    ],
)  # fmt: skip
def test_what_a_page_says_wrongly_of_itself_does_not_matter(head: str) -> None:
    page = f"<html><head>{head}</head><body><article><h1>Harbour sold</h1>{BODY}</article></body></html>"
    article = from_html(page, "a", "https://p.example/a")
    assert len(article.text.split("\n")) == 9
    assert (article.title, article.url, article.published) == (
        "Harbour sold",
        "https://p.example/a",
        "",
    )


def test_the_json_ld_settles_what_is_body_and_completes_what_the_page_cuts_off() -> None:
    lines = [
        f"Sentence {n} of the article tells of the harbour and its price at some length."
        for n in range(12)
    ]
    about = json.dumps(
        {"@type": "NewsArticle", "headline": "Harbour sold", "articleBody": "\n".join(lines)}
    )
    head = f"<script type='application/ld+json'>{about}</script>"
    shown = "".join(f"<p>{line}</p>" for line in lines)
    odd = "<div class='x1'>Every Friday our critics pick the best of the week in film, music and the theatre.</div>"
    for inside in (
        shown[: shown.index("<p>Sentence 2 ")],
        shown.replace("<p>Sentence 6", f"{odd}<p>Sentence 6"),
    ):
        article = from_html(
            f"<html><head>{head}</head><body><article><h1>Harbour sold</h1>{inside}</article></body></html>",
            "a",
        )
        assert article.text.split("\n") == lines


ASKING = (
    "<p>Were you on the ferry? Tell us by emailing news@paper.example.</p>"
    "<p>Please include a number where you can be reached.</p><ul><li>Text: +44 7700 900461</li></ul>"
)


def test_what_follows_a_prompt_and_says_how_to_answer_it_goes() -> None:
    article = from_html(f"<article><h1>Port sold</h1>{BODY}{ASKING}</article>", "a")
    assert article.text.split("\n")[-1].startswith("The harbour of Kell, number 8")


def test_advice_to_the_reader_stays_after_a_prompt() -> None:
    advice = "".join(
        f"<p>If your boat is number {n}, you can claim the mooring fee until Friday.</p>"
        for n in range(3)
    )
    prompt = "<p>Sign up to our newsletter and get your news every day.</p>"
    article = from_html(f"<article><h1>Port sold</h1>{BODY}{prompt}{advice}</article>", "a")
    assert article.text.split("\n")[-1].startswith("If your boat is number 2")


def test_further_authors_that_the_page_shows_are_named() -> None:
    data = '{"@type": "NewsArticle", "headline": "Port sold", "author": {"name": "Ana Ruiz"}, "contributor": [{"name": "Tom Weir"}, {"name": "Li Photo"}]}'
    page = f"<html><head><script type='application/ld+json'>{data}</script></head><body><article><h1>Port sold</h1><h4 class='author-name'>Ana Ruiz, Tom Weir</h4>{BODY}</article></body></html>"
    assert from_html(page, "a").byline == "Ana Ruiz, Tom Weir"


@pytest.mark.parametrize(
    "line",
    [
        "<p><i>We also make</i> <a href='/b'><i>The Briefing</i></a><i>, which you may know.</i></p>",
        "<div class='x1 y2'><div><p>Our reporters are at the harbour all week, so please come by.</p></div></div>",
    ],
)
def test_the_paper_speaking_to_its_reader_in_italics_or_in_a_box_is_not_text(line: str) -> None:
    article = from_html(f"<article><h1>Port sold</h1>{BODY}{line}{BODY}</article>", "a")
    assert set(article.text.split("\n")) == {
        f"The harbour of Kell, number {n}, was sold on Monday to Acme." for n in range(9)
    }


@pytest.mark.parametrize(
    "line",
    [
        "<blockquote><p>We counted all of them, and you will be told.</p></blockquote>",
        "<p class='drop-cap'>You get used to the noise of the harbour after a month or so.</p>",
        "<p>We asked the US embassy and <i>our</i> own harbour master, who knew nothing.</p>",
    ],
)
def test_a_writer_who_says_we_or_you_stays(line: str) -> None:
    article = from_html(
        f"<article><h1>Port sold</h1>{BODY}{line}<p>Acme said no more.</p></article>", "a"
    )
    assert any(word in article.text for word in ("We counted", "You get used", "We asked"))


@pytest.mark.parametrize(
    "author", ["Ana Ruiz | ana@paper.example", "By Ana Ruiz", "Ana Ruiz, city reporter", "Ana Ruiz"]
)
def test_a_byline_is_the_name_alone(author: str) -> None:
    page = f"<html><head><meta name='author' content='{author}'></head><body><article><h1>Port sold</h1>{BODY}</article></body></html>"
    assert from_html(page, "a").byline == "Ana Ruiz"


def test_a_share_price_that_is_set_into_a_sentence_is_left_out() -> None:
    chip = "<span class='c1'><a href='/q/ACM'><span>ACM</span><span> -3.12%</span></a></span>"
    line = f"<p>Shares of Acme{chip}, the harbour’s new owner, fell by 3.12% on Monday.</p>"
    article = from_html(f"<article><h1>Port sold</h1>{BODY}{line}{BODY}</article>", "a")
    assert "Shares of Acme, the harbour’s new owner, fell by 3.12% on Monday." in article.text
    spanned = (
        "<p><span>GDP 3.5% lower than a year ago is what the harbour board expects.</span></p>"
    )
    article = from_html(f"<article><h1>Port sold</h1>{BODY}{spanned}{BODY}</article>", "a")
    assert "GDP 3.5% lower" in article.text


def test_where_a_page_states_a_job_and_shows_a_name_the_name_counts() -> None:
    page = f"<html><head><meta name='author' content='Ana Ruiz Contributor'></head><body><article><h1>Port sold</h1><span class='author-name'>Ana Ruiz</span>{BODY}</article></body></html>"
    assert from_html(page, "a").byline == "Ana Ruiz"


@pytest.mark.parametrize(
    ("line", "published", "modified"),
    [
        ("<table><tr><td>Published: 06 October, 2021</td></tr></table>", "2021-10-06", None),
        (
            "<div><span>Posted on:</span> <span>January 14, 2026</span> | Last Modified on January 16, 2026</div>",
            "2026-01-14",
            "2026-01-16",
        ),
    ],
)
def test_dates_that_stand_only_under_the_headline_are_read(
    line: str, published: str | None, modified: str | None
) -> None:
    teaser = "<ul><li>Port closed. <span>Updated March 14, 2020</span></li></ul>"
    page = f"<html><body><article><h1>Port sold</h1>{line}{BODY}</article>{teaser}</body></html>"
    article = from_html(page, "a")
    assert (article.published, article.modified) == (published, modified)


def test_two_people_in_one_byline_are_two_names() -> None:
    page = f"<html><head><meta name='author' content='ANA RUIZ and TOM WEIR'></head><body><article><h1>Port sold</h1>{BODY}</article></body></html>"
    assert from_html(page, "a").byline == "ANA RUIZ, TOM WEIR"


def test_a_first_paragraph_set_apart_may_speak_to_its_reader() -> None:
    lead = "<div class='lead'><p>You would not know it from the road, but the harbour has been sold.</p></div>"
    article = from_html(f"<article><h1>Port sold</h1>{lead}<div>{BODY}</div></article>", "a")
    assert "You would not know it" in article.text


def test_a_quotation_beside_its_speakers_picture_is_no_caption() -> None:
    box = (
        "<div class='x9'><img src='a.jpg'><blockquote>The harbour is lost to us.</blockquote></div>"
    )
    article = from_html(f"<article><h1>Port sold</h1>{BODY}{box}<p>Acme left.</p></article>", "a")
    assert "The harbour is lost to us." in article.text


@pytest.mark.parametrize(("between", "is_more"), [("<p>Advertisement</p>", True), ("<h2>Tower sold</h2>", False)])  # fmt: skip
def test_text_goes_on_in_another_element_of_its_class_until_another_headline(
    between: str, is_more: bool
) -> None:
    part = f"<div class='post-content'>{BODY}</div>"
    pieces = pieces_of(fromstring(f"<main>{part}{between}{part}</main>"))
    sure = pieces[:9]
    expected = [*sure, *pieces[10:]] if is_more else sure
    assert with_what_goes_on(pieces, sure) == expected


def test_who_said_a_quotation_stays_with_it() -> None:
    quotation = "<blockquote><p>I work in an office and I own a head torch.</p><cite>Tasha Lumley, resident</cite></blockquote>"
    page = f"<html><body><article><h1>Port sold</h1>{BODY}{quotation}{BODY}</article></body></html>"
    assert "Tasha Lumley, resident" in from_html(page, "a").text


@pytest.mark.parametrize(
    "line",
    [
        "<p>Reader comments There are no comments on this article.</p>",
        "<p>Registered users may post a comment.</p>",
        "<h2>You have Successfully Subscribed!</h2>",
        "<p>The old pier, built in 1996. Photo courtesy Heng family.</p>",
        "<p>Want more information from a supplier? Use our free <a href='/e'>reader enquiry service</a>.</p>",
    ],
)
def test_what_a_page_says_around_its_text_is_left_out(line: str) -> None:
    page = f"<html><body><article><h1>Port sold</h1>{BODY}{line}{BODY}</article></body></html>"
    said = line.split(">")[1].split("<")[0]
    assert said not in from_html(page, "a").text


def test_an_old_page_without_an_h1_has_its_headline_author_and_date() -> None:
    page = (
        "<html><head><title>The Kell Plainsman - Port sold to Acme after all</title></head><body><table><tr><td>"
        "<font size='6'><b>Port sold to Acme after all</b></font><br><font>By <b>Ana Ruiz</b><br>Staff Writer<br>"
        f"<i>Posted Thursday, March 14, 2019</i></font><p>{BODY}</td></tr></table></body></html>"
    )
    article = from_html(page, "a")
    assert (article.title, article.byline, article.published) == (
        "Port sold to Acme after all",
        "Ana Ruiz",
        "2019-03-14",
    )


def test_a_folds_summary_is_a_heading() -> None:
    folds = "".join(
        f"<details><summary>What became of the port, part {n}?</summary>{BODY}</details>"
        for n in range(2)
    )
    page = f"<html><body><article><h1>Port sold</h1><p>Nine questions about the harbour of Kell.</p>{folds}</article></body></html>"
    assert "What became of the port, part 0?" in [s.heading for s in from_html(page, "a").sections]


def test_a_stage_direction_in_italics_stays() -> None:
    said = "She put up a finger, and we stood there, in our socks, until the ringing stopped."
    page = f"<html><body><article><h1>Port sold</h1>{BODY}<p><em>{said}</em></p>{BODY}</article></body></html>"
    assert said in from_html(page, "a").text
