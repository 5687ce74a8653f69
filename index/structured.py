"""What a page says about its article in schema.org JSON-LD: type, headline, authors, dates, body."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement

from index.blocks import collapse

# schema.org's subtypes of Article that a newsroom publishes; the others are references and reports.
ARTICLE_TYPES = re.compile(
    r"(?:Article|BlogPosting|LiveBlogPosting|SocialMediaPosting|Report|Review)$"
)
COMMENTS = re.compile(
    r"^\s*(?:<!--|//<!\[CDATA\[|/\*<!\[CDATA\[\*/|<!\[CDATA\[)|(?:-->|//\]\]>|\]\]>)\s*;?\s*$"
)
TRAILING_COMMA = re.compile(r",(\s*[}\]])")
TAG = re.compile(r"</?(?:p|br|div|h[1-6]|li|ul|ol|a|strong|em|b|i|span|blockquote)\b[^>]*>", re.I)


@dataclass(frozen=True, slots=True)
class Structured:
    """The article's record in a page's JSON-LD; "" where it says nothing.

    `body` has one paragraph a line where the page's author left line breaks in it.
    """

    type: str = ""
    headline: str = ""
    description: str = ""
    authors: tuple[str, ...] = ()
    contributors: tuple[str, ...] = ()
    published: str = ""
    modified: str = ""
    section: str = ""
    language: str = ""
    url: str = ""
    publisher: str = ""
    body: str = ""


def read_structured(tree: HtmlElement) -> Structured:
    """Return the richest article record of a page, or an empty one."""
    records = [r for r in nodes(tree) if ARTICLE_TYPES.search(types(r))]
    if not records:
        return Structured()
    # A page of several records (its teasers, its breadcrumbs) has most to say about its own article.
    record = max(records, key=lambda r: (bool(r.get("articleBody")), len(r)))
    return Structured(
        type=types(record),
        headline=plain(record.get("headline") or record.get("name")),
        description=plain(record.get("description")),
        authors=tuple(dict.fromkeys(names(record.get("author") or record.get("creator")))),
        contributors=tuple(names(record.get("contributor"))),
        published=plain(record.get("datePublished") or record.get("dateCreated")),
        modified=plain(record.get("dateModified")),
        section=plain(record.get("articleSection")),
        language=plain(record.get("inLanguage")),
        url=address(record.get("url")) or address(record.get("mainEntityOfPage")),
        publisher=next(names(record.get("publisher")), ""),
        body=body_of(record),
    )


def nodes(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """Yield every JSON-LD object of a page, those of a `@graph` and of lists included."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        waiting: list[Any] = [parse(script.text_content())]
        while waiting:
            found = waiting.pop(0)
            if isinstance(found, list):
                waiting.extend(found)
            elif isinstance(found, dict):
                yield found
                waiting.extend(found[key] for key in ("@graph", "mainEntity") if key in found)


def parse(content: str) -> Any:
    """Return the JSON of a script element, None where it is beyond the usual mistakes."""
    cleaned = COMMENTS.sub("", content.strip()).strip().rstrip(";")
    for attempt in (cleaned, TRAILING_COMMA.sub(r"\1", cleaned)):
        try:
            # Raw line breaks inside strings are the commonest mistake.
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def types(record: dict[str, Any]) -> str:
    """Return a record's most telling type; the plain `Article` is the least."""
    named = record.get("@type")
    found = [
        str(name).rsplit("/", 1)[-1] for name in (named if isinstance(named, list) else [named])
    ]
    fitting = [name for name in found if ARTICLE_TYPES.search(name)] or found or [""]
    return min(fitting, key=lambda name: (name in {"Article", "NewsArticle"}, name))


def body_of(record: dict[str, Any]) -> str:
    """Return the article's text from a record, a live blog's updates in the page's order."""
    updates = record.get("liveBlogUpdate")
    if isinstance(updates, list) and updates:
        found = (paragraphs(u.get("articleBody")) for u in updates if isinstance(u, dict))
        text = "\n".join(part for part in found if part)
        return text or paragraphs(record.get("articleBody"))
    return paragraphs(record.get("articleBody"))


def paragraphs(value: Any) -> str:
    """Return a text's paragraphs, one a line, without markup."""
    if isinstance(value, list):
        return "\n".join(filter(None, map(paragraphs, value)))
    text = html.unescape(value) if isinstance(value, str) else ""
    if TAG.search(text):
        text = re.sub(r"(?i)</?(?:p|br|div|h[1-6]|li|ul|ol|blockquote)\b[^>]*>", "\n", text)
        text = html.unescape(re.sub(r"<[^<>]+>", "", text))
    return "\n".join(line for raw in text.splitlines() if (line := collapse(raw)))


def plain(value: Any) -> str:
    """Return a value as one line of text; the first of a list, the name of an object."""
    if isinstance(value, list):
        return plain(value[0]) if value else ""
    if isinstance(value, dict):
        return plain(value.get("name") or value.get("@value"))
    return collapse(html.unescape(str(value))) if value is not None else ""


def names(value: Any) -> Iterator[str]:
    """Yield the names of people or organisations."""
    for each in value if isinstance(value, list) else [value]:
        named = each.get("name") if isinstance(each, dict) else each
        if isinstance(named, list):
            yield from names(named)
        elif (name := plain(named)) and "://" not in name:
            yield name


def address(value: Any) -> str:
    """Return the address in a `url` or `mainEntityOfPage`."""
    if isinstance(value, dict):
        return address(value.get("@id") or value.get("url"))
    if isinstance(value, list):
        return address(value[0]) if value else ""
    return value.strip() if isinstance(value, str) and "://" in value else ""
