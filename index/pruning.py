"""What of a page's tree is not its article: found by elements, roles and the names authors give them.

An element that holds a good part of the page's prose stays whatever it is called: many papers mark the
article itself as "paywall" or "sponsored".
"""

import re

from lxml.html import HtmlElement

from index.blocks import collapse
from index.labels import PHRASES, SHY, dashed, flagged, names_of

NEVER_TEXT = (
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "canvas", "audio", "video",
    "picture", "source", "map", "select", "option", "textarea", "button", "input", "datalist", "dialog", "head", "link", "meta", "amp-ad",
    "amp-sidebar", "amp-consent", "amp-user-notification", "amp-analytics", "amp-social-share", "amp-embed", "amp-iframe", "amp-state",
)  # fmt: skip
NOT_ARTICLE = {"nav", "aside", "footer", "figcaption", "form", "menu"}
ROLES = {
    "navigation", "complementary", "banner", "contentinfo", "search", "dialog", "alertdialog", "alert", "menu", "menubar", "toolbar",
    "form", "tablist", "tooltip", "status", "button",
}  # fmt: skip
INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
    "time", "tt", "u", "var", "wbr",
}  # fmt: skip
CAPTIONS = {"caption", "captions", "credit", "credits"}
FOREIGN_INLINE = CAPTIONS | {"visuallyhidden", "sronly", "ad", "advertisement", "newsletter"}
UNSEEN_INLINE = re.compile(r"sr-only|visually-?hidden|screen-reader|-credit\b")
# What nobody sees, or only a screen reader says: "opens new tab".
UNSEEN_STYLE = re.compile(
    r"clip(?:-path)?\s*:\s*(?:rect\(\s*0|inset\(\s*(?:50|100)%)|display\s*:\s*none",
    re.IGNORECASE,
)
# A share's symbol and how its price moved, set into a sentence behind the company's name.
SHARE_PRICE = re.compile(r"\s*[A-Z]{1,5}\s*[-+−–]?\d+\.\d+%.{0,40}$")
GOOD_PART = 0.3
# What opens and closes a box is a question or heading of an article's, or a few words such as "Summary".
SWITCH_WORDS = 3
TEASER_WORDS, LABEL_WORDS = 60, 6
# What opens an advertiser's own lines in a newsletter.
PAID_FOR = re.compile(
    r"^(?:(?:(?:today[’']s|this) (?:\w+ )?(?:issue|edition|newsletter|letter)(?: is)? )?(?:brought to you|presented|sponsored|powered) by|(?:together|in (?:partnership|association|collaboration)) with"
    r"|(?:a (?:word|message|note) from )?our (?:sponsors?|partners?))\b[^.!?]{0,50}$",
    re.IGNORECASE,
)
PAID_WORDS = 120
# Marks an element in which a form stood, after the form is gone.
ASKS = "data-footnote-asks"
# Who said it, behind a quotation's end; a pull quote names its speaker apart.
SAID = re.compile(r"[,.!?…][”\"’']\s+[a-z][^“”\"]*\.$")
CORRECTION = re.compile(
    r"^(?:[(\[*•\s]*)(?:a correction was made\b|corrections?\b|clarifications?\b|editor[’']?s[’']? note|this (?:article|story|piece|report|post|column|page|headline)\b.{0,40}\b(?:was|has been|were)\b.{0,40}"
    r"\b(?:amended|updated|corrected|edited|revised|changed|clarified)|an earlier version of this|(?:updated?|amended) (?:on|at)\b.{0,40}\bto\b)",
    re.IGNORECASE,
)


def prune(tree: HtmlElement, body: str) -> None:
    """Take out of a tree, in place, what is not its article; `body` is the JSON-LD's text of it.

    What the JSON-LD counts as the article's text stays.
    """
    for element in tree.iter("form", "input"):
        if (
            element.tag == "form" or element.get("type") == "email"
        ) and element.getparent() is not None:
            element.getparent().set(ASKS, "")
    for element in list(tree.iter(*NEVER_TEXT)):
        if element.tag != "head":
            drop(element)
    total = prose(tree)
    known = letters(body)
    waiting = [tree]
    while waiting:
        element = waiting.pop()
        if not isinstance(element.tag, str):
            continue
        if element is not tree and is_foreign(element):
            if is_own_teaser(element):
                # Trafilatura too would take it for another article's.
                element.attrib.pop("class", None)
            elif not stays(element, total, known):
                drop(element if element.tag != "article" else with_its_label(element))
                continue
        waiting.extend(element)


def is_own_teaser(element: HtmlElement) -> bool:
    """Return whether what is called a teaser has text and no link: this article's own first paragraph."""
    named = flagged(dashed(element))
    return (
        bool(named)
        and named <= {"teaser", "teasers"}
        and prose(element) > 0
        and not is_linked(element)
    )


def is_foreign(element: HtmlElement) -> bool:
    """Return whether an element's tag, role, state or name says that it isn't the article."""
    if element.tag in INLINE:
        return bool(
            names_of(element) & FOREIGN_INLINE
            or UNSEEN_INLINE.search(element.get("class") or "")
            or UNSEEN_STYLE.search(element.get("style") or "")
            or (element.tag == "span" and SHARE_PRICE.match(collapse("".join(element.itertext()))))
        )
    if element.tag in {"html", "body", "main", "h1", "article", "td", "tr", "tbody"}:
        if element.tag == "article" and is_another(element):
            return True
        is_caption = element.tag in {"td", "tr"} and bool(names_of(element) & CAPTIONS)
        return is_caption or (is_unseen(element) and element.tag not in {"html", "body"})
    if (
        (element.tag in NOT_ARTICLE and not names_speaker(element))
        or (element.get("role") or "").lower() in ROLES
        or is_unseen(element)
        or (element.tag == "summary" and len(element.text_content().split()) <= SWITCH_WORDS)
    ):
        return True
    if element.tag in {"div", "section", "table"} and is_paid_for(element):
        return True
    # A heading's id is made of its words.
    named = dashed(element, with_id=not re.fullmatch("h[1-6]", element.tag))
    return bool(flagged(named)) or any(PHRASES.search(name) for name in named)


def is_another(article: HtmlElement) -> bool:
    """Return whether an article is a teaser: a few words under a heading that leads elsewhere."""
    links = article.xpath(".//h1//a | .//h2//a | .//h3//a | .//h4//a | ancestor::a")
    elsewhere = [a for a in links if not (a.get("href") or "#").startswith("#")]
    return bool(elsewhere) and len(article.text_content().split()) <= TEASER_WORDS


def is_paid_for(box: HtmlElement) -> bool:
    """Return whether a box opens with whom it is by or with, and has a few words and a link: an advertiser's."""
    first = next((e for e in box.iter() if isinstance(e.tag, str) and (e.text or "").strip()), box)
    label = collapse("".join(first.itertext()))
    return (
        PAID_FOR.match(label) is not None
        and len(box.text_content().split()) <= PAID_WORDS
        and next(box.iter("a"), None) is not None
    )


def with_its_label(teaser: HtmlElement) -> HtmlElement:
    """Return a teaser's box where that holds nothing else but a few words such as "More information"."""
    box = teaser.getparent()
    if box is None or box.tag in {"body", "main", "article"}:
        return teaser
    words = len(box.text_content().split()) - len(teaser.text_content().split())
    return box if words <= LABEL_WORDS else teaser


def names_speaker(element: HtmlElement) -> bool:
    """Return whether an element is a quotation's footer, which says whose words it holds."""
    return element.tag == "footer" and any(e.tag == "blockquote" for e in element.iterancestors())


def is_unseen(element: HtmlElement) -> bool:
    """Return whether an element is hidden by its own attributes."""
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or UNSEEN_STYLE.search(element.get("style") or "") is not None
    )


def stays(element: HtmlElement, total: int, known: str) -> bool:
    """Return whether a foreign-looking element holds the article, a part of it or a correction."""
    if element.tag == "figcaption":
        return False
    texts = [text for p in element.iter("p", "li") if (text := collapse("".join(p.itertext())))]
    if prose(element) > GOOD_PART * max(total, 1):
        return True
    if element.tag == "p" or not len(element):
        texts = [collapse("".join(element.itertext()))]
    if any(CORRECTION.match(text) for text in texts):
        return True
    if element.tag == "blockquote" and any(SAID.search(text) for text in texts):
        return True
    # Some systems set an article's own tables aside.
    if element.tag == "aside" and holds_a_table(element) and not flagged(dashed(element)):
        return True
    long_texts = [letters(text) for text in texts if len(text) > 60]
    if known and long_texts and all(text in known for text in long_texts):
        return True
    named = flagged(dashed(element))
    # What is itself called "paywall" or "subscription-content" and is no list of links is the article's.
    return (
        (
            element.tag in {"p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote"}
            or element.get("role") == "heading"
        )
        and not (element.tag in {"ul", "ol", "li"} and is_linked(element))
        and bool(named)
        and named <= SHY
        and element.tag not in NOT_ARTICLE
        and not is_unseen(element)
    )


def holds_a_table(element: HtmlElement) -> bool:
    """Return whether an element is a table of rows and columns without links, and nothing else."""
    tables = list(element.iter("table"))
    rows = [row for table in tables for row in table.iter("tr") if len(row) > 1]
    inside = sum(len(letters(table.text_content())) for table in tables)
    return (
        len(rows) > 1 and inside == len(letters(element.text_content())) and not is_linked(element)
    )


def is_linked(element: HtmlElement) -> bool:
    """Return whether an element lies in a link, or links hold a good part of its text."""
    if any(e.tag == "a" for e in element.iterancestors()):
        return True
    linked = sum(len(letters("".join(a.itertext()))) for a in element.iter("a"))
    return linked > GOOD_PART * max(len(letters("".join(element.itertext()))), 1)


def prose(element: HtmlElement) -> int:
    """Return how many characters of running text, links left out, an element holds."""
    return sum(
        len(text)
        for text in element.xpath(".//text()[string-length(normalize-space()) > 60]")
        if text.is_tail or text.getparent().tag != "a"
    )


def letters(text: str) -> str:
    """Return a text's letters and digits alone, to compare texts by."""
    return re.sub(r"[\W_]+", "", text.lower())


def drop(element: HtmlElement) -> None:
    """Take an element out; the text after it stays."""
    if element.getparent() is not None:
        element.drop_tree()
