"""A newspaper's page with the widget on it, and somebody who reads it."""

from playwright.sync_api import Locator, Page

SEED = "altman-musk-trump"
ASKED = "who controls G42?"
SENTENCE = "Sheikh Tahnoun bin Zayed controls G42, and his fund, MGX, owns stakes in OpenAI and in xAI alike."
# The same sentence as a newsroom's page may hold it.
MARKED_UP = (
    'Sheikh <a href="/tahnoun">Tah\u00adnoun <em>bin</em> Zayed</a> con<!-- ad -->trols G42,\n and his fund,'
    "&nbsp;MGX,<span hidden> (an investor)</span> owns stakes in <b>OpenAI</b> and in xAI alike."
)
TAG = f'data-article="{SEED}"'
HOSTILE_NAME = "<script>alert(1)</script>"
HOSTILE = (
    "Chalk\n\n"
    f"The clerk Ada Quill wrote {HOSTILE_NAME} on the town hall blackboard at noon.\n\n"
    "Nobody in the office had seen <img src=x onerror=alert(2)> or [a link](javascript:alert(3)) before.\n\n"
    "The mayor, Tom \u202eBrown\u202c, had the blackboard cleaned in the evening for 20 crowns.\n"
)


def page_html(body: str, server: str, tag: str = "", head: str = "", lang: str = "en") -> str:
    """Return an article page with the widget's script tag, whose attributes are `tag`."""
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Paper</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,">{head}</head><body>{body}'
        f'<script async src="{server}/widget.js" {tag}></script></body></html>'
    )


class Reader:
    """Somebody who reads a page and uses the widget on it, or the `nth` of several."""

    def __init__(self, page: Page, nth: int = 0) -> None:
        self.page = page
        self.widget: Locator = page.locator("footnote-widget").nth(nth)
        self.launcher = self.widget.locator(".launcher")
        self.panel = self.widget.locator(".panel")
        self.question = self.widget.locator("textarea")
        self.marks = self.widget.locator(".mark")
        self.turns = self.widget.locator(".turn")

    def open(self) -> "Reader":
        """Open the widget."""
        self.launcher.click()
        self.question.wait_for()
        return self

    def ask(self, question: str) -> Locator:
        """Ask, wait until the answer is complete, and return the turn."""
        turn = self.turns.nth(self.turns.count())
        self.question.fill(question)
        self.question.press("Enter")
        turn.locator(".tools, .problem, .abstained").first.wait_for()
        return turn

    def highlighted(self) -> str:
        """Return the words that are highlighted on the page, "" where there are none."""
        return str(self.page.evaluate(
            "() => [...(CSS.highlights.get('footnote') ?? [])].map(String).join('|')"
        ))  # fmt: skip
