from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from app.answering import Assistant
from app.comparison import Change
from app.evaluation import Result, judge
from app.question_set import Question
from app.report import html_report
from tests.browser import CHROMIUM, FLAGS, needs_browser


@pytest.fixture(scope="module")
def results(assistant: Assistant) -> list[Result]:
    article = assistant.article(None)
    quote = assistant.ask("who controls G42?").citations[0].quote
    asked = [
        Question("1", "who controls G42?", True, evidence=(quote,), type="who"),
        Question("2", "who controls <b>G42</b>?", False, type="near_miss"),
        Question("3", "how old is the router", False, type="off_topic"),
        Question("4", "and why?", True, evidence=(quote,), history=("who?",), type="followup"),
    ]
    return [
        judge(q, assistant.ask(q.question, q.history).to_json(), article, assistant.language)
        for q in asked
    ]


@pytest.fixture
def report(results: list[Result], assistant: Assistant, tmp_path: Path) -> Iterator[Page]:
    article = assistant.article(None)
    changed = [Change("1", "who controls G42?", "abstained wrongly", "right")]
    html = html_report(results, {article.id: article}, {"set": "a set"}, results, changed)
    path = tmp_path / "report.html"
    path.write_text(html, "utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_page(viewport={"width": 390, "height": 844})
        requests: list[str] = []
        problems: list[str] = []
        opened.on("request", lambda request: requests.append(request.url))
        opened.on("console", lambda message: problems.append(message.text))
        opened.goto(path.as_uri())
        yield opened
        assert requests == [path.as_uri()]
        assert problems == []
        browser.close()


@needs_browser
def test_questions_are_found_by_words_and_by_outcome(report: Page) -> None:
    shown = report.locator("details:visible")
    expect(shown).to_have_count(4)
    report.get_by_label("Search").fill("router")
    expect(shown).to_have_count(1)
    report.get_by_label("Search").fill("no such words")
    expect(shown).to_have_count(0)
    expect(report.locator("#none")).to_be_visible()
    report.get_by_label("Search").fill("")
    report.get_by_label("Outcome").select_option("right")
    assert 0 < shown.count() < 4


@needs_browser
def test_evidence_is_marked_in_the_article_and_texts_stay_texts(report: Page) -> None:
    first = report.locator("details").first
    first.locator("summary").click()
    expect(first.locator("p mark").first).to_be_visible()
    expect(report.locator("details").nth(1).locator("summary")).to_contain_text("<b>G42</b>")
    assert report.locator("svg").count() == 4


@needs_browser
def test_the_page_is_not_wider_than_a_phone(report: Page) -> None:
    width = report.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def test_a_run_without_baseline_or_scores_has_a_page(assistant: Assistant) -> None:
    article = assistant.article(None)
    answer = assistant.ask("hi").to_json()
    result = judge(Question("1", "hi", False), answer, article, assistant.language)
    assert "a set" in html_report([result], {article.id: article}, {"set": "a set"})
