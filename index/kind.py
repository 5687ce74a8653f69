"""What kind of article a page says it is: news, opinion, live or sponsored."""

import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from index.addresses import split
from index.blocks import collapse
from index.headline import meta_values
from index.labels import names_of
from index.structured import Structured

KINDS = (
    ("sponsored", re.compile(
        r"advertisercontent|sponsor\w*|advertorial|partner-?content|paid-?(?:content|post|program\w*|partner\w*)|(?:brand|partner)-?voice|brand(?:ed)?-?(?:content|studio)"
        r"|native-?ad\w*|promoted"
    )),
    ("live", re.compile(r"liveblog\w*|live|live-?(?:updates|blog|coverage|news)|as-it-happened")),
    ("opinion", re.compile(
        r"opinion\w*|op-?eds?|editorials?|comment(?:isfree|ary)?|columns?|columnists?|letters?|viewpoints?|perspectives?|ideas"
    )),
)  # fmt: skip
# What a paper puts before a headline, or behind it.
BEFORE = re.compile(r"^(opinion|op-?ed|comment|commentary|editorial|column|letter)\s*[:|]", re.I)
LIVE = re.compile(
    r"^live\s*[:|]|\blive (?:updates|blog|coverage)\s*[:|]"
    r"|[-–—:|]\s*(?:live(?: updates| blog| coverage)?|as it happened)$",
    re.I,
)
# Class names that say what the element is, and not what it holds: "article--opinion", "category-opinion".
MODIFIER = re.compile(r"(?:--|^(?:category|section|type|template|layout)-)([a-z-]+)$")
ADS = {"ad", "ads", "advert", "adverts", "advertisement", "advertising", "adslot"}
# A kicker is short and stands among the last things before the headline.
KICKER_WORDS, KICKERS = 3, 6
# Above a headline these are as often a link to the broadcast, or an advertiser's label.
UNSURE = {"live", "sponsored", "promoted"}
# Drupal's word for what stands on the front page.
FRONT_PAGE = "promoted"


def kind_of(
    heading: HtmlElement | None, title: str, structured: Structured, meta: dict[str, list[str]], url: str
) -> str:  # fmt: skip
    """Return "sponsored", "live", "opinion" or "news".

    What says so is its type, its section, the address's folders, the headline's first words, a kicker above the
    headline, or a class of what the headline stands in.
    """
    stated = [
        structured.type,
        structured.section,
        *meta_values(meta, "article:section", "og:type", "parsely-section"),
    ]
    parts = [part for text in stated for part in re.split(r"\s*[|,/>&]\s*", text)]
    headlines = [title, structured.headline, *meta_values(meta, "og:title")]
    said = {*map(slug, parts), *folders(url)[:-1], *prefixes(headlines)}
    if heading is not None:
        said |= {*modifiers(heading), *kickers(heading)}
    return next((kind for kind, name in KINDS if any(map(name.fullmatch, said))), "news")


def slug(text: str) -> str:
    """Return a name as it stands in addresses and classes: "Op-Ed" is "op-ed"."""
    return re.sub(r"\W+", "-", text.lower()).strip("-")


def folders(url: str) -> list[str]:
    """Return the parts of an address's path, lower-cased."""
    return split(url).path.lower().rstrip("/").split("/")


def prefixes(headlines: Iterable[str]) -> Iterator[str]:
    """Yield what headlines say of their own kind: "Opinion: ...", "... - live"."""
    for text in headlines:
        if before := BEFORE.search(text):
            yield slug(before[1])
        if LIVE.search(text):
            yield "live"


def modifiers(heading: HtmlElement) -> Iterator[str]:
    """Yield the kinds that the classes of the elements around a headline name."""
    for around in heading.iterancestors("article", "main", "body"):
        for name in (around.get("class") or "").lower().split():
            found = MODIFIER.search(name)
            if found and found[1] != FRONT_PAGE:
                yield found[1]


def kickers(heading: HtmlElement) -> Iterator[str]:
    """Yield the short texts right above a headline, and the folders that those which are links lead to.

    Only within the headline's article, and neither buttons, advertisements' labels nor menus.
    """
    around = next(heading.iterancestors("article", "main"), None)
    if around is None:
        return
    above: list[HtmlElement] = []
    for element in around.iter():
        if element is heading:
            break
        if isinstance(element.tag, str) and not len(element) and not is_aside(element, around):
            above.append(element)
    for element in above[-KICKERS:]:
        text = collapse(element.text_content())
        if text and len(text.split()) <= KICKER_WORDS:
            yield from {slug(text), *folders(element.get("href") or "")} - UNSURE


def is_aside(element: HtmlElement, around: HtmlElement) -> bool:
    """Return whether an element within another is a button, in a menu, or of an advertisement."""
    for outer in (element, *element.iterancestors()):
        if outer is around:
            return False
        if outer.tag in {"button", "nav", "aside", "script", "style"} or names_of(outer) & ADS:
            return True
    return False
