"""The widget in a real browser, on another site's pages, asking a real server."""

import html
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from app.answering import Assistant
from index.article import Article
from tests.app.newspaper import HOSTILE_NAME, SEED, Reader, page_html
from tests.browser import CHROMIUM, FLAGS, needs_browser
from tests.hosting import Line, Site, running, site
from tests.server import serving, site_of

pytestmark = needs_browser
ROOT = Path(__file__).parents[2]
ASKED = "who controls G42?"
SENTENCE = "Sheikh Tahnoun bin Zayed controls G42, and his fund, MGX, owns stakes in OpenAI and in xAI alike."
# The same sentence as a newsroom's page may hold it.
MARKED_UP = (
    'Sheikh <a href="/tahnoun">Tah\u00adnoun <em>bin</em> Zayed</a> con<!-- ad -->trols G42,\n and his fund,'
    "&nbsp;MGX,<span hidden> (an investor)</span> owns stakes in <b>OpenAI</b> and in xAI alike."
)
TAG = f'data-article="{SEED}"'


@pytest.fixture(scope="module")
def paper() -> Iterator[Site]:
    with site() as served:
        yield served


@pytest.fixture(scope="module")
def stranger() -> Iterator[Site]:
    with site() as served:
        yield served


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("widget")


@pytest.fixture(scope="module")
def server(newsroom: Assistant, data: Path, paper: Site) -> Iterator[str]:
    allowed = {"allowed_origins": paper.address, "reader_limit": "off"}
    with serving(site_of(newsroom, data, **allowed)) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1280, "height": 800})
    yield opened
    opened.close()


Visit = Callable[..., Page]


@pytest.fixture
def visit(context: BrowserContext, paper: Site, server: str, seed_article: Article) -> Visit:
    """Return what opens a page of the paper; its body is by default the whole article."""
    paragraphs = [seed_article.text[s:e] for s, e in seed_article.paragraphs()]
    whole = "".join(f"<p>{html.escape(text, quote=False)}</p>" for text in paragraphs)
    article = whole.replace(SENTENCE, MARKED_UP)
    assert article != whole

    def opened(tag: str = TAG, body: str = f"<main><article>{article}</article></main>", on: Site = paper,
               head: str = "", lang: str = "en", address: str = server) -> Page:  # fmt: skip
        page = context.new_page()
        page.goto(on.put("/story", page_html(body, address, tag, head, lang)))
        return page

    return opened


def test_a_footnote_highlights_its_sentence_on_the_page_and_changes_nothing_of_it(
    visit: Visit, server: str, paper: Site
) -> None:
    page = visit()
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    reader = Reader(page).open()
    before = page.locator("main").inner_html()
    reader.ask(ASKED)
    reader.marks.first.click()
    assert reader.highlighted().replace("\u00ad", "").split() == re.sub(
        r"<[^>]*>", "", MARKED_UP.replace("&nbsp;", " ").replace("\u00ad", "")
    ).split()  # fmt: skip
    expect(page.get_by_role("link", name="bin Zayed")).to_be_in_viewport()
    assert page.locator("main").inner_html() == before
    assert {f"http://{urlsplit(url).netloc}" for url in requested} <= {server, paper.address}
    kept = "[localStorage.length, sessionStorage.length, document.cookie]"
    assert page.evaluate(kept) == [0, 0, ""]
    assert page.context.cookies() == []


def test_what_the_page_does_not_hold_is_said_and_nothing_is_highlighted(visit: Visit) -> None:
    reader = Reader(visit(body="<p>Another text.</p>")).open()
    reader.ask(ASKED)
    reader.marks.first.click()
    expect(reader.widget.locator(".elsewhere")).to_be_visible()
    assert reader.highlighted() == ""


def test_a_footnote_opens_the_article_at_the_sentence_where_the_page_does_not_hold_it(
    visit: Visit,
) -> None:
    reader = Reader(visit('data-article="council-budget"', body="<p>Another text.</p>")).open()
    turn = reader.ask("Who is the mayor of Harrowmere?")
    address = turn.locator("a").first.get_attribute("href")
    assert address is not None
    assert address.startswith("https://paper.example/local/council-budget#:~:text=")
    with reader.page.expect_popup() as popup:
        turn.locator("a").first.click()
    assert popup.value is not reader.page


def test_what_the_article_does_not_say_leads_to_the_nearest_passages(visit: Visit) -> None:
    reader = Reader(visit()).open()
    turn = reader.ask("How much did Ellison donate to the inauguration?")
    expect(turn.locator(".abstained")).to_be_visible()
    expect(turn.locator(".mark")).to_have_count(0)
    passage = turn.locator(".passage").first
    passage.click()
    assert reader.highlighted()
    assert passage.locator(".quote").inner_text() == reader.highlighted()


def test_a_follow_up_sends_the_earlier_questions_and_no_answer(visit: Visit) -> None:
    page = visit()
    reader = Reader(page).open()
    reader.ask(ASKED)
    with page.expect_request("**/api/ask") as second:
        reader.ask("And what does his fund own?")
    sent = second.value.post_data or ""
    assert json.loads(sent)["history"] == [ASKED]
    assert "Tahnoun" not in sent


def test_a_suggested_question_is_asked_by_a_click(visit: Visit) -> None:
    reader = Reader(visit()).open()
    suggestion = reader.widget.locator(".suggestion").nth(1)
    asked = suggestion.inner_text(timeout=60_000)
    suggestion.click()
    expect(reader.turns.locator(".question")).to_have_text(asked)
    expect(reader.marks.first).to_be_visible()


def test_everything_can_be_done_by_keyboard(visit: Visit) -> None:
    page = visit()
    reader = Reader(page)
    reader.launcher.wait_for()
    focused = "() => document.activeElement.shadowRoot?.activeElement?.className"
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate(focused) == "launcher":
            break
    page.keyboard.press("Enter")
    expect(reader.question).to_be_focused()
    page.keyboard.type(ASKED)
    page.keyboard.press("Enter")
    reader.marks.first.wait_for()
    expect(reader.question).to_be_focused()
    reader.widget.locator(".tools").wait_for()
    for _ in range(10):
        page.keyboard.press("Shift+Tab")
        if page.evaluate(focused) == "mark":
            break
    page.keyboard.press("Enter")
    assert reader.highlighted()
    page.keyboard.press("Escape")
    expect(reader.panel).to_be_hidden()
    expect(reader.launcher).to_be_focused()


def test_a_screen_reader_finds_names_and_roles_and_hears_each_answer_once(visit: Visit) -> None:
    page = visit()
    reader = Reader(page).open()
    dialog = page.get_by_role("dialog", name="Ask this article")
    page.evaluate(
        """() => {
            window.heard = [];
            const root = document.querySelector('footnote-widget').shadowRoot;
            for (const region of root.querySelectorAll('[role=status], [aria-live=polite], [aria-live=assertive]'))
                new MutationObserver(() => heard.push(region.textContent)).observe(region, {childList: true, characterData: true, subtree: true});
        }"""
    )
    reader.ask(ASKED)
    heard = page.evaluate("heard")
    assert len(heard) == 1
    assert SENTENCE in heard[0]
    expect(dialog.get_by_role("log")).to_have_attribute("aria-busy", "false")
    for name in ("Your question", "Close", "Ask", "Helpful", "Not helpful"):
        expect(
            dialog.get_by_label(name, exact=True).or_(
                dialog.get_by_role("button", name=name, exact=True)
            )
        ).to_be_visible()
    expect(page.get_by_role("link", name=re.compile(r"\b1\b")).or_(
        page.get_by_role("button", name=re.compile(r"Footnote 1\b"))
    ).first).to_be_visible()  # fmt: skip


def test_in_arabic_it_runs_from_right_to_left_and_the_quotes_do_not(visit: Visit) -> None:
    page = visit(lang="ar")
    reader = Reader(page).open()
    reader.ask(ASKED)
    box = reader.panel.bounding_box()
    assert box is not None
    assert box["x"] < 100
    direction = "e => getComputedStyle(e).direction"
    assert reader.panel.evaluate(direction) == "rtl"
    assert reader.turns.locator(".prose").evaluate(direction) == "ltr"
    assert reader.widget.locator(".send").inner_text() == "اسأل"


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


@pytest.fixture
def line(server: str) -> Iterator[Line]:
    to_server = Line(urlsplit(server).port or 0)
    with running(to_server):
        yield to_server


def test_what_came_before_the_server_went_stays_and_can_be_asked_again(
    visit: Visit, line: Line
) -> None:
    reader = Reader(visit(address=line.address)).open()
    line.cuts_after = b"event: sentence"
    turn = reader.ask(ASKED)
    expect(turn.locator(".problem")).to_be_visible()
    expect(turn.locator(".prose")).to_contain_text("Tahnoun")
    line.cuts_after = b""
    turn.get_by_role("button", name="Try again").click()
    reader.turns.locator(".tools").wait_for()
    expect(reader.turns).to_have_count(1)
    expect(reader.turns.locator(".problem")).to_have_count(0)


def test_an_answer_can_be_stopped(visit: Visit, line: Line) -> None:
    reader = Reader(visit(address=line.address)).open()
    line.holds.set()
    reader.question.fill(ASKED)
    reader.question.press("Enter")
    reader.widget.get_by_role("button", name="Stop").click()
    expect(reader.turns.get_by_role("button", name="Try again")).to_be_visible()
    expect(reader.widget.get_by_role("button", name="Ask", exact=True)).to_be_visible()


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
    expect(council.ask("Who is the mayor of Harrowmere?").locator(".answer")).to_contain_text(
        "Farrant"
    )
    altman.ask("How much did Altman give to the inauguration?")
    altman.widget.locator(".mark").first.click()
    inside = "() => [...CSS.highlights.get('footnote')][0].startContainer.parentElement.closest('article').id"
    assert page.evaluate(inside) == "second"


def test_it_shows_nothing_where_the_page_is_not_indexed_and_finds_the_one_that_is(
    visit: Visit,
) -> None:
    canonical = '<link rel="canonical" href="https://paper.example/{}">'
    indexed = Reader(visit("", head=canonical.format("local/council-budget"))).open()
    expect(indexed.ask("Who is the mayor?").locator(".answer")).to_contain_text("Farrant")
    page = visit("", head=canonical.format("sport/another"))
    page.wait_for_load_state("networkidle")
    expect(Reader(page).launcher).to_be_hidden()


def test_it_costs_the_page_one_small_request_until_it_is_opened_and_two_then(
    context: BrowserContext, paper: Site, server: str
) -> None:
    page = context.new_page()
    page.add_init_script(
        """window.seen = [];
        for (const type of ['layout-shift', 'longtask'])
            new PerformanceObserver((list) => seen.push(...list.getEntries().map((e) => e.toJSON()))).observe({type, buffered: true});"""
    )
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


def test_hostile_text_is_shown_as_text(visit: Visit) -> None:
    page = visit('data-article="chalk"', body="<p>Text</p>")
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    reader = Reader(page).open()
    question = f"Who wrote {HOSTILE_NAME} on the blackboard?"
    turn = reader.ask(question)
    expect(turn.locator(".question")).to_have_text(question)
    expect(turn.locator(".prose")).to_contain_text(HOSTILE_NAME)
    second = reader.ask("What had nobody in the office seen before?")
    expect(second.locator(".answer")).to_contain_text("<img src=x onerror=alert(2)>")
    third = reader.ask("Who had the blackboard cleaned?")
    expect(third.locator(".prose bdi").first).to_contain_text("Brown")
    assert reader.widget.locator("img, script").count() == 0


def test_thumbs_are_kept_once_with_their_reason(visit: Visit, data: Path) -> None:
    reader = Reader(visit()).open()
    turn = reader.ask("What did Altman give to the inauguration?")
    turn.get_by_role("button", name="Not helpful").click()
    reason = turn.get_by_role("textbox")
    expect(reason).to_be_focused()
    expect(turn.locator(".done")).to_have_text("Thank you.")
    reason.fill("too short")
    with reader.page.expect_response("**/api/feedback") as kept:
        reason.press("Enter")
    assert kept.value.ok
    lines = (data / "feedback.jsonl").read_text("utf-8").splitlines()
    (line,) = [
        kept
        for kept in map(json.loads, lines)
        if kept["question"].startswith("What did Altman give")
    ]
    assert (line["verdict"], line["reason"], line["article"]) == ("down", "too short", SEED)


def test_an_answer_is_copied_with_its_sources(visit: Visit, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader = Reader(visit()).open()
    turn = reader.ask(ASKED)
    turn.get_by_role("button", name="Copy with sources").click()
    expect(turn.locator(".done")).to_have_text("Copied")
    copied = reader.page.evaluate("navigator.clipboard.readText()")
    assert f"[1] “{SENTENCE}”" in copied
    assert "The Patient Guest" in copied


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
    expect(reader.open().ask("Who is the mayor?").locator(".answer")).to_contain_text("Farrant")


def test_on_a_small_screen_nothing_is_cut_and_a_footnote_makes_way(visit: Visit) -> None:
    page = visit()
    page.set_viewport_size({"width": 320, "height": 560})
    reader = Reader(page).open()
    reader.ask(ASKED)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    reader.widget.locator(".suggestion").first.wait_for(state="attached", timeout=60_000)
    wide = """() => [...document.querySelector('footnote-widget').shadowRoot.querySelectorAll('.panel *:not(.unseen)')]
        .filter((e) => e.getBoundingClientRect().right > 320.5).map((e) => e.className)"""
    assert page.evaluate(wide) == []
    small = """() => [...document.querySelector('footnote-widget').shadowRoot.querySelectorAll('button, a, input, textarea')]
        .map((e) => [e.className, e.getBoundingClientRect()]).filter(([, box]) => box.width && (box.width < 24 || box.height < 24))
        .map(([name]) => name)"""
    assert page.evaluate(small) == []
    reader.marks.first.click()
    expect(reader.panel).to_be_hidden()
    expect(page.get_by_role("link", name="bin Zayed")).to_be_in_viewport()
    reader.widget.get_by_role("button", name="Back to the answer").click()
    expect(reader.marks.first).to_be_focused()
