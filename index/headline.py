"""A page's headline, and its meta elements."""

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from index.addresses import split
from index.blocks import collapse
from index.structured import Structured

SEPARATOR = re.compile(r"\s+[|\-–—·•»:]+\s+|\s*\|\s*")
# From this likeness on an h1 and what the page states elsewhere are the same headline.
AGREES = 0.5


def meta_tags(tree: HtmlElement) -> dict[str, list[str]]:
    """Return the contents of a page's meta elements by their lower-cased name."""
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = (
            element.get("property")
            or element.get("name")
            or element.get("itemprop")
            or element.get("http-equiv")
        )
        content = collapse(element.get("content") or "")
        if name and content:
            found.setdefault(name.strip().lower(), []).append(content)
    return found


def meta_values(meta: dict[str, list[str]], *names: str) -> list[str]:
    """Return what the meta elements of these names say, in the names' order."""
    return [value for name in names for value in meta.get(name, [])]


def title_of(tree: HtmlElement, meta: dict[str, list[str]], structured: Structured) -> str:
    """Return the headline: the page's own h1 where another source agrees with it."""
    site = [*meta_values(meta, "og:site_name", "application-name"), structured.publisher]
    document = next((collapse(e.text_content()) for e in tree.iter("title")), "")
    stated = [
        structured.headline,
        *meta_values(meta, "og:title", "twitter:title", "dc.title", "parsely-title"),
        document,
    ]
    headings = [
        t for e in tree.iter("h1") if not is_masthead(e) and (t := collapse(e.text_content()))
    ]
    said = [without_site(t, site, ()) for t in stated[:-1] if t]
    if not any(overlap(h, s) >= AGREES for h in headings for s in said):
        # The h1 of some systems names their section, and an h2 is the headline.
        seconds = (collapse(e.text_content()) for e in tree.iter("h2"))
        if second := next((t for t in seconds if t in said), ""):
            return second
    if not headings and not said and (parts := shown_parts(tree, document)):
        return parts[0]
    others = [without_site(t, site, headings) for t in stated if t]
    agreeing = [(max((overlap(h, o) for o in others), default=0.0), h) for h in headings]
    if agreeing and (best := max(agreeing, key=lambda pair: pair[0]))[0] >= AGREES:
        return best[1]
    if len(headings) == 1 and (not others or is_headline(tree)):
        return headings[0]
    return others[0] if others else (headings[0] if headings else "")


def shown_parts(tree: HtmlElement, document: str) -> list[str]:
    """Return what of a page's title after a separator, the paper's name before it, stands in the page by itself.

    So is the headline of old pages told, which have no h1.
    """
    tails = [document[found.end() :] for found in SEPARATOR.finditer(document)]
    lines = {collapse(e.text_content()) for e in tree.iter("b", "strong", "font", "h2", "h3", "p")}
    return [tail for tail in tails if tail in lines and len(tail.split()) > 2]


def heading_of(tree: HtmlElement, title: str) -> HtmlElement | None:
    """Return the element that shows a page's title, None where there is none."""
    shown = (e for e in tree.iter("h1", "h2", "b", "font") if collapse(e.text_content()) == title)
    return next(shown, None)


def is_headline(tree: HtmlElement) -> bool:
    """Return whether the page's h1 says that it is an article's: by its place, its class or its property."""
    return bool(
        tree.xpath(
            "//article//h1 | //h1[@itemprop='headline' or contains(@class, 'title') or contains(@class, 'headline')]"
        )
    )


def is_masthead(element: HtmlElement) -> bool:
    """Return whether an h1 is the paper's name or hidden: by its class, or a link to the front page."""
    around = [element, *list(element.iterancestors())[:2]]
    named = " ".join(f"{e.get('class') or ''} {e.get('id') or ''}" for e in around).lower()
    home = any(
        split(a.get("href") or "").path in {"", "/"} and a.get("href") not in {"", None, "#"}
        for a in element.iter("a")
    )
    return (
        home
        or re.search(
            r"\bsr-only|visually-?hidden|screen-reader|logo|site-?(?:title|name)|blog-?title|masthead|branding",
            named,
        )
        is not None
    )


def without_site(title: str, site: Iterable[str], headings: Iterable[str]) -> str:
    """Return a title without the paper's name and its sections at either end."""
    for heading in headings:
        if heading and title.startswith(heading):
            return heading
    names = {collapse(name).lower() for name in site if name}
    parts = SEPARATOR.split(title)
    cuts = [m.span() for m in SEPARATOR.finditer(title)]
    if not cuts:
        return title
    if parts[0].lower() in names:
        return title[cuts[0][1] :]
    kept = title
    while cuts:
        tail = kept[cuts[-1][1] :]
        is_site = tail.lower() in names or any(
            tail.lower() in n or n in tail.lower() for n in names
        )
        # After a vertical bar stands the paper or its section, whoever names it.
        if not (is_site or ("|" in kept[slice(*cuts[-1])] and len(tail.split()) <= 5)):
            break
        kept = kept[: cuts.pop()[0]]
    return kept


def overlap(a: str, b: str) -> float:
    """Return how alike two texts are by their words: the F1 of one against the other."""
    first, second = set(re.findall(r"\w+", a.lower())), set(re.findall(r"\w+", b.lower()))
    return 2 * len(first & second) / max(len(first) + len(second), 1)
