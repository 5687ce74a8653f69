"""Finding a footnote's sentence in a page, however the page holds it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from app.bundle import widget_scripts
from tests.browser import CHROMIUM, FLAGS, needs_browser

pytestmark = needs_browser
QUOTE = "“The bridge won’t open,” she said – not this year."


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """Return an empty page that holds the finder as `findSentence`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_page()
        opened.evaluate(
            "async (code) => { Object.assign(window, await import(URL.createObjectURL(new Blob([code], {type: 'text/javascript'})))) }",
            widget_scripts()["widget/panel.en.js"],
        )
        yield opened
        browser.close()


def found(
    page: Page, body: str, quote: str = QUOTE, section: str = "", before: str = ""
) -> list[str]:
    """Return the found words and the id of the nearest element that has one, [] where nothing is found."""
    result: list[str] = page.evaluate(
        """([body, citation]) => {
            document.body.innerHTML = body;
            const range = findSentence(document.createElement('i'), citation);
            return range ? [range.toString(), range.startContainer.parentElement.closest('[id]')?.id ?? ''] : [];
        }""",
        [body, {"quote": quote, "section": section, "before": before}],
    )
    return result


@pytest.mark.parametrize(
    "held",
    [
        QUOTE,
        '"The bridge won\'t open," she said - not this year.',
        "«The bridge won`t open,» she said — not this year.",
        "“The <a href='#'>bridge <em>won’t</em></a> open,” she <b></b>said – not this year.",
        "“The bridge\n   won’t open,” she&nbsp;said&#8239;– not<br>this year.",
        "“The bri&shy;dge won’t o&#8203;pen,” she said – not this year.",
        "“THE BRIDGE won’t open,” she said – not this year.",
        "“<span class=cap>T</span>he bridge won’t open,” she said – not this year.",
        "“The bridge <span hidden>(pictured) </span>won’t open,” she said – not this year.",
        "“The bridge <span style='display:none'>x</span>won’t open,” she said – not this year.",
        "“The bridge <span style='visibility:hidden'>x</span>won’t open,” she said – not this year.",
        "“The bridge <script>1</script><style>i{}</style>won’t open,” she said – not this year.",
        "“The bridge<sup><a href='#n'>2</a></sup> won’t open,” she said – not this year.",
        "“The bridge <button>Share</button>won’t open,” she said – not this year.",
        "“The <span style='display:contents'>bridge</span> won’t open,” she said – not this year.",
        "“The bridge <!-- -->won’t <wbr>open,” she said – not this year.",
    ],
)
def test_a_sentence_is_found_however_it_is_set(page: Page, held: str) -> None:
    words, place = found(page, f"<p>Before.</p><p id=here>So it goes. {held} And after.</p>")
    assert place == "here"
    assert words[0] in '“"«'
    assert words.endswith("year.")


@pytest.mark.parametrize(
    "body",
    [
        "<p>“The bridge will open,” she said – not this year.</p>",
        f"<p hidden>{QUOTE}</p>",
        f"<textarea>{QUOTE}</textarea>",
        f"<details><summary>More</summary>{QUOTE}</details>",
        "<p>“The bridge won’t open,” she said.</p><p>Not this year.</p>",
        "",
    ],
)
def test_what_is_not_on_the_page_is_not_found(page: Page, body: str) -> None:
    assert found(page, body) == []


def test_a_part_of_a_longer_word_is_no_match(page: Page) -> None:
    assert found(page, "<p id=a>The exhibit was.</p><p id=b>It was.</p>", "It was.") == [
        "It was.",
        "b",
    ]
    assert found(page, "<p id=a>He paid 5 crowns.</p>", "He paid 5 crown") == []


def test_what_stands_before_tells_the_same_words_apart(page: Page) -> None:
    body = "<p id=a>On Monday nobody came. The vote fell.</p><p id=b>On Friday all came. The vote fell.</p>"
    assert found(page, body, "The vote fell.", before="day all came. ")[1] == "b"
    assert found(page, body, "The vote fell.", before="day nobody came. ")[1] == "a"


def test_the_section_heading_tells_the_same_words_apart(page: Page) -> None:
    sections = "".join(
        f"<h2>{heading}</h2><p>Some words.</p><p id={name}>The vote fell.</p>"
        for heading, name in (("First reading", "a"), ("Second reading", "b"))
    )
    contents = "<ul><li>First reading<li>Second reading</ul>"
    for heading, name in (("First reading", "a"), ("Second reading", "b")):
        assert found(page, contents + sections, "The vote fell.", heading, "words.")[1] == name


def test_the_text_is_preferred_to_a_pull_quote(page: Page) -> None:
    body = f"<aside id=pull>{QUOTE}</aside><p id=text>{QUOTE}</p>"
    assert found(page, body)[1] == "text"
