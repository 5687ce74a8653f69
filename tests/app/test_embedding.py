"""What the widget costs a page, keeps to itself, and lets its newsroom decide."""

import html
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from app.answering import Assistant
from index.article import Article
from tests.app.conftest import Visit
from tests.app.newspaper import (
    ASKED,
    SEED,
    SENTENCE,
    TAG,
    Reader,
    page_html,
)
from tests.browser import needs_browser
from tests.hosting import Site
from tests.server import serving, site_of

LONG_TASK_S = 0.05
pytestmark = needs_browser
ROOT = Path(__file__).parents[2]
# A question that the council's article answers and no other.
COUNCIL_ONLY = "Who is Odile Farrant?"


def expect_council(turn: Locator) -> None:
    """Her name also stands among the nearest passages of a refusal, which have no footnotes."""
    expect(turn.locator(".answer")).to_contain_text("Farrant")
    expect(turn.locator(".mark").first).to_be_visible()


def test_another_site_may_not_ask(visit: Visit, stranger: Site) -> None:
    page = visit(on=stranger)
    reader = Reader(page)
    reader.launcher.click()
    expect(reader.launcher).to_have_text("Not available just now")
    expect(reader.panel).to_have_count(0)
    unknown = visit("", on=stranger, head='<link rel="canonical" href="https://paper.example/local/council-budget">')  # fmt: skip
    unknown.wait_for_load_state("networkidle")
    expect(Reader(unknown).launcher).to_be_hidden()


def test_a_limit_is_said_kindly_and_says_when_to_come_back(
    visit: Visit, newsroom: Assistant, paper: Site, data: Path
) -> None:
    limited = site_of(newsroom, data, allowed_origins=paper.address, reader_limit="1/minute")
    with serving(limited) as address:
        reader = Reader(visit(address=address)).open()
        reader.ask(ASKED)
        turn = reader.ask("And what does his fund own?")
        expect(turn.locator(".problem")).to_have_text(re.compile(r"\d+ (?:seconds?|minutes?)"))
        expect(turn.get_by_role("button", name="Try again")).to_be_visible()


def test_two_widgets_on_a_page_ask_their_own_article_and_light_up_their_own_sentence(
    visit: Visit,
) -> None:
    same = "<p>Altman gave $US1 million to the inauguration.</p>"
    body = "".join(
        f'<article id="{name}">{same}<footnote-widget inline article="{article}"></footnote-widget></article>'
        for name, article in (("first", "council-budget"), ("second", SEED))
    )
    page = visit("", body=body)
    expect(page.locator("footnote-widget")).to_have_count(2)
    council, altman = Reader(page, 0).open(), Reader(page, 1).open()
    expect_council(council.ask(COUNCIL_ONLY))
    altman.ask("How much did Altman give to the inauguration?")
    altman.widget.locator(".mark").first.click()
    inside = "() => [...CSS.highlights.get('footnote')][0].startContainer.parentElement.closest('article').id"
    assert page.evaluate(inside) == "second"


def test_it_shows_nothing_where_the_page_is_not_indexed_and_finds_the_one_that_is(
    visit: Visit,
) -> None:
    canonical = '<link rel="canonical" href="https://paper.example/{}">'
    indexed = Reader(visit("", head=canonical.format("local/council-budget"))).open()
    expect_council(indexed.ask(COUNCIL_ONLY))
    page = visit("", head=canonical.format("sport/another"))
    page.wait_for_load_state("networkidle")
    expect(Reader(page).launcher).to_be_hidden()


def test_the_tag_twice_is_one_launcher(visit: Visit, server: str) -> None:
    page = visit(head=f'<script async src="{server}/widget.js?again" {TAG}></script>')
    Reader(page).launcher.wait_for()
    page.wait_for_load_state("networkidle")
    expect(page.locator("footnote-widget")).to_have_count(1)


def test_an_article_that_is_not_there_is_said_before_anything_is_asked(visit: Visit) -> None:
    reader = Reader(visit('data-article="not-there"')).open()
    expect(reader.widget.locator(".suggestions .problem")).to_contain_text("cannot be asked")


def test_it_costs_the_page_one_small_request_until_it_is_opened_and_two_then(
    context: BrowserContext, paper: Site, server: str
) -> None:
    page = context.new_page()
    page.add_init_script(
        """window.seen = [];
        new PerformanceObserver((list) => seen.push(...list.getEntries().map((e) => e.toJSON()))).observe({type: 'layout-shift', buffered: true});"""
    )
    browser = context.new_cdp_session(page)
    # Processor time, which nothing else on the machine adds to.
    browser.send("Performance.enable", {"timeDomain": "threadTicks"})
    sizes: dict[str, int] = {}
    page.on("requestfinished", lambda r: sizes.__setitem__(r.url, r.sizes()["responseBodySize"]))
    body = "<p>Text.</p>" * 9
    inline = f'<p>Above</p><footnote-widget inline article="{SEED}"></footnote-widget>{body}'
    style = (
        "<style>footnote-widget[inline] { display: block; min-block-size: 3.5rem; }"
        " body { display: flex; flex-direction: column; gap: 3rem; justify-content: center; min-height: 300vh; }</style>"
    )
    for tag, content in ((TAG, body), ("", inline)):
        sizes.clear()
        page.goto(paper.put("/cost", page_html(content, server, tag, style)))
        reader = Reader(page)
        reader.launcher.wait_for()
        page.wait_for_load_state("networkidle")
        of_ours = {url: size for url, size in sizes.items() if url.startswith(server)}
        assert list(of_ours) == [f"{server}/widget.js"]
        assert of_ours[f"{server}/widget.js"] <= 3 * 1024
        assert page.evaluate("seen") == []
        # All scripts, styles and layout of the page together, so that no task of them is longer.
        taken = {m["name"]: m["value"] for m in browser.send("Performance.getMetrics")["metrics"]}
        work = ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration")
        assert 0 < sum(taken[name] for name in work) < LONG_TASK_S
    sizes.clear()
    reader.open()
    reader.widget.locator(".suggestion").first.wait_for(timeout=60_000)
    page.wait_for_load_state("networkidle")
    assert len(sizes) <= 2
    assert sum(sizes.values()) <= 15 * 1024


@pytest.mark.parametrize("name", ["index.html", "strict.html"])
def test_the_examples_work_and_hold_what_the_article_says(
    name: str, context: BrowserContext, paper: Site, server: str, seed_article: Article
) -> None:
    folder = ROOT / "docs" / "examples"
    source = (folder / name).read_text("utf-8").replace("http://127.0.0.1:7860", server)
    for text in re.findall(r"<p>(.*?)</p>", source):
        assert html.unescape(re.sub(r"<[^>]*>", "", text)) in seed_article.text
    paper.put("/example.css", (folder / "example.css").read_text("utf-8"))
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda m: refused.append(m.text) if "Security Policy" in m.text else None)
    page.goto(paper.put(f"/{name}", source))
    reader = Reader(page).open()
    reader.ask(ASKED)
    reader.marks.first.click()
    assert reader.highlighted() == SENTENCE
    colour = "e => getComputedStyle(e).backgroundColor"
    assert reader.widget.locator(".send").evaluate(colour) == "rgb(20, 80, 122)"
    assert refused == []


def test_rules_of_the_page_do_not_get_in(visit: Visit) -> None:
    looks = """() => {
        const root = document.querySelector('footnote-widget').shadowRoot;
        return [...root.querySelectorAll('.corner *')].map((e) => {
            const {x, y, width, height} = e.getBoundingClientRect();
            const {color, backgroundColor, fontSize, fontFamily, display, position, visibility} = getComputedStyle(e);
            return [e.className, x, y, width, height, color, backgroundColor, fontSize, fontFamily, display, position, visibility];
        });
    }"""
    hostile = (
        "<style>* { all: unset !important } html { font-size: 50% !important; direction: rtl !important }"
        " footnote-widget, footnote-widget * { display: none !important; opacity: 0 !important;"
        " transform: scale(0) !important; color: red !important }</style>"
    )
    seen = []
    for head in ("", hostile):
        reader = Reader(visit(body="<p>Text</p>", head=head)).open()
        reader.widget.locator(".suggestion").first.wait_for(timeout=60_000)
        seen.append(reader.page.evaluate(looks))
    assert seen[0] == seen[1]


def test_the_page_can_speak_to_it_and_listen(visit: Visit) -> None:
    page = visit()
    Reader(page).launcher.wait_for()
    page.evaluate(
        """() => {
            window.told = [];
            for (const name of ['open', 'question', 'answer', 'citation', 'close'])
                document.addEventListener(`footnote:${name}`, (event) => {
                    told.push(name);
                    if (name === 'citation') event.preventDefault();
                });
        }"""
    )
    answer = page.evaluate("question => footnote.ask(question)", ASKED)
    assert answer["sentences"][0]["text"] == SENTENCE
    reader = Reader(page)
    reader.marks.first.click()
    assert reader.highlighted() == ""
    page.evaluate("footnote.close()")
    expect(reader.panel).to_be_hidden()
    assert page.evaluate("told") == ["open", "question", "answer", "citation", "close"]


def test_the_pages_own_element_and_button_do_not_get_in_the_way(visit: Visit) -> None:
    page = visit(body='<button id="footnote">Ask</button>')
    reader = Reader(page)
    reader.launcher.wait_for()
    page.evaluate(
        "() => { document.querySelector('#footnote').onclick = () => window.footnote.open(); }"
    )
    page.locator("#footnote").click()
    expect(reader.question).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#footnote")).to_be_focused()
    assert page.evaluate("footnote.ask()") is None


def test_a_newsroom_sets_its_own_words_theme_and_article(visit: Visit) -> None:
    tag = f'{TAG} data-text-launcher="Fragen?" data-text-title="Unser Archiv" data-theme="dark" lang="de"'
    page = visit(tag)
    reader = Reader(page)
    expect(reader.launcher).to_have_text("Fragen?")
    reader.open()
    expect(page.get_by_role("dialog", name="Unser Archiv")).to_be_visible()
    assert reader.panel.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(28, 26, 23)"
    reader.widget.evaluate("e => e.setAttribute('article', 'council-budget')")
    expect(reader.panel).to_have_count(0)
    expect_council(reader.open().ask(COUNCIL_ONLY))
