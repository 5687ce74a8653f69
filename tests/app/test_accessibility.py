"""axe, the accessibility checker, finds nothing in the chat, the widget and the demonstration page."""

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from app.answering import Assistant
from app.chat import Chat
from app.chat_site import mounted
from app.desk import Desk
from app.feedback import FeedbackLog
from app.limits import MEMORY, OFF, Limits
from app.metrics import Metrics
from app.serving import create_site
from app.settings import AppSettings
from tests.app.newspaper import SEED, Reader
from tests.browser import needs_browser
from tests.server import serving

pytestmark = needs_browser
Theme = Literal["light", "dark"]
ASKED = "who controls G42?"
NOT_SAID = "How much did Ellison donate to the inauguration?"


@pytest.fixture(scope="module")
def address(newsroom: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve everything, the chat with a choice of articles included."""
    given: dict[str, Any] = {"data_dir": tmp_path_factory.mktemp("site")}
    settings = AppSettings(**given)
    desk = Desk(newsroom, Limits(MEMORY, OFF, OFF), Metrics(), at_once=2, waiting=30, timeout_s=60)
    feedback = FeedbackLog(settings.data_dir, settings.feedback_days)
    chat = mounted(Chat(desk, feedback, settings, SEED), 2, 30, "")
    with serving(create_site(desk, feedback, settings, chat)) as served:
        yield served


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    theme: Theme = request.param
    # Without motion there is no moment in which a colour is on its way.
    context = browser.new_context(color_scheme=theme, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def findings(page: Page) -> list[str]:
    """Return what axe finds, each with the first element it concerns."""
    found = Axe().run(page).response["violations"]
    return [
        f"{v['id']}: {v['nodes'][0]['target']} {v['nodes'][0]['failureSummary']}" for v in found
    ]


def test_the_widget_has_no_findings_in_any_state(page: Page, address: str) -> None:
    page.goto(f"{address}/demo")
    reader = Reader(page)
    reader.launcher.wait_for()
    assert findings(page) == []
    reader.open()
    reader.widget.locator(".suggestion").first.wait_for(timeout=60_000)
    assert findings(page) == []
    reader.ask(ASKED)
    reader.marks.first.click()
    assert findings(page) == []
    reader.ask(NOT_SAID).get_by_role("button", name="Not helpful").click()
    assert findings(page) == []
    page.route("**/api/ask", lambda route: route.abort())
    reader.ask(ASKED)
    assert findings(page) == []


def test_the_chat_has_no_findings(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#picker")).to_be_visible()
    page.locator(".suggestion").first.wait_for(timeout=60_000)
    assert findings(page) == []
    for question in (ASKED, NOT_SAID):
        page.locator("#question textarea").fill(question)
        page.keyboard.press("Enter")
        expect(page.get_by_text(question, exact=True).last).to_be_visible()
        page.locator("#verdict button").first.wait_for()
        assert findings(page) == []
    page.set_viewport_size({"width": 390, "height": 800})
    expect(page.locator("#article-pane")).to_be_hidden()
    assert findings(page) == []
