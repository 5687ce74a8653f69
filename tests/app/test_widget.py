"""The widget in a real browser, on another site's pages, asking a real server."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.app.conftest import Visit
from tests.app.newspaper import ASKED, HOSTILE_NAME, MARKED_UP, SEED, SENTENCE, Reader
from tests.browser import needs_browser
from tests.hosting import Line, Site, running

pytestmark = needs_browser
ROOT = Path(__file__).parents[2]


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
    reader.question.fill(ASKED)
    reader.question.press("Enter")
    turn = reader.turns.first
    expect(turn.locator(".prose")).to_contain_text("Tahnoun")
    line.cut.set()
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


def test_a_page_that_forbids_copying_says_so(visit: Visit) -> None:
    page = visit()
    page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }"
    )
    turn = Reader(page).open().ask(ASKED)
    turn.get_by_role("button", name="Copy with sources").click()
    expect(turn.locator(".done")).to_contain_text("not allowed")


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
