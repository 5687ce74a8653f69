"""Articles as JSON: Footnote's own contract, IPTC ninjs 1 to 3, WordPress's REST API, a newsroom's own fields."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any

from pydantic import AliasChoices as Alias
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from index.article import Article, Section, content_version
from index.blocks import Block, build, collapse
from index.dates import as_date
from index.errors import FixInput
from index.ingest import from_text
from index.markup import markdown_blocks
from index.pages import fragment_blocks, from_html
from index.structured import TAG

Record = dict[str, Any]
WITHDRAWN = {"canceled", "cancelled", "withheld"}


class Withdrawn(FixInput):
    """The record takes an article back; `uri` is what it went by."""

    def __init__(self, uri: str) -> None:
        super().__init__("the article is withdrawn.")
        self.uri = uri


def text_or_names(value: Any) -> Any:
    """Return authors as one line: a text, a list of texts, or a list of objects with a `name`."""
    if isinstance(value, list):
        return ", ".join(filter(None, (str(text_or_names(each) or "") for each in value)))
    if isinstance(value, dict):
        return value.get("name") or value.get("display_name") or ""
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(text_or_names)]


class Span(BaseModel):
    """A section of Footnote's own contract."""

    heading: str
    start: int
    end: int


class NewsroomArticle(BaseModel):
    """The fields that a newsroom has; one of `text`, `markdown` and `html` is needed, and a title for the first two."""

    model_config = ConfigDict(extra="ignore")

    id: Text = ""
    title: Text = Field("", validation_alias=Alias("title", "headline"))
    standfirst: Text = Field(
        "", validation_alias=Alias("standfirst", "description", "summary", "subtitle")
    )
    byline: Text = Field("", validation_alias=Alias("byline", "author", "authors"))
    url: Text = Field("", validation_alias=Alias("url", "link", "canonical_url"))
    published: Text = Field(
        "", validation_alias=Alias("published", "date", "datePublished", "published_at")
    )
    modified: Text = Field(
        "", validation_alias=Alias("modified", "updated", "dateModified", "updated_at")
    )
    language: Text = ""
    kind: Text = ""
    text: Text = ""
    markdown: Text = ""
    html: Text = Field("", validation_alias=Alias("html", "body_html", "content"))
    sections: list[Span] | None = None


def records_in(value: Any) -> Iterator[Record]:
    """Yield the article records of a JSON value: one, a list, or a list under `items`, `articles` or `posts`."""
    if isinstance(value, dict) and not is_article(value):
        value = next(
            (
                value[key]
                for key in ("items", "articles", "posts", "results")
                if isinstance(value.get(key), list)
            ),
            [value],
        )
    for each in value if isinstance(value, list) else [value]:
        if not isinstance(each, dict):
            raise FixInput("not an article: a JSON object is expected.")
        yield each


def is_article(record: Record) -> bool:
    """Return whether an object has an article's fields itself."""
    return any(
        key in record
        for key in ("text", "html", "body_html", "bodies", "body_text", "content", "markdown")
    )


def address_of(record: Record) -> str:
    """Return the address or name that a record's article goes by, "" where it has none."""
    for key in ("url", "link", "canonical_url", "uri", "id"):
        if isinstance(record.get(key), str) and record[key]:
            return str(record[key])
    return ""


def article_of_record(record: Record, article_id: str) -> Article:
    """Return a record's article.

    Raises `Withdrawn` where the record takes it back, else `FixInput`.
    """
    if isinstance(record.get("content"), dict) and "rendered" in record["content"]:
        return from_wordpress(record, article_id)
    if "uri" in record and "text" not in record and "html" not in record:
        return from_ninjs(record, article_id)
    try:
        fields = NewsroomArticle.model_validate(record)
    except ValidationError as error:
        first = error.errors()[0]
        raise FixInput(f"{'.'.join(map(str, first['loc']))}: {first['msg']}.") from None
    return from_newsroom(fields, article_id)


def from_newsroom(fields: NewsroomArticle, article_id: str) -> Article:
    """Return the article of a newsroom's own fields, or of the contract's."""
    if fields.sections is not None and fields.text:
        return from_contract(fields, article_id)
    if re.search(r"<(?:html|body|head)\b", fields.html[:2000], re.IGNORECASE):
        page = from_html(fields.html, article_id, fields.url)
        return replace(
            page, title=fields.title or page.title, byline=fields.byline or page.byline, url=fields.url or page.url,
            published=as_date(fields.published) or page.published, modified=as_date(fields.modified) or page.modified,
            kind=fields.kind or page.kind, language=fields.language or page.language,
            version=content_version(fields.title or page.title, page.sections, page.text),
        )  # fmt: skip
    if fields.html:
        blocks = fragment_blocks(fields.html)
    elif fields.markdown:
        blocks = markdown_blocks(fields.markdown)
    elif fields.text:
        if not fields.title:
            return from_text(fields.text, article_id)
        blocks = [Block(line) for raw in fields.text.splitlines() if (line := collapse(raw))]
    else:
        raise FixInput("one of the fields text, html and markdown is needed.")
    title = collapse(fields.title)
    if not title and blocks:
        title, blocks = blocks[0].text, blocks[1:]
    return build(
        article_id, title, [b for b in blocks if not (b.is_heading and b.text == title)],
        standfirst=collapse(fields.standfirst), byline=collapse(fields.byline), url=fields.url,
        published=as_date(fields.published), modified=as_date(fields.modified), language=fields.language, kind=fields.kind,
    )  # fmt: skip


def from_contract(fields: NewsroomArticle, article_id: str) -> Article:
    """Return the article of the contract's object as it is, its version reckoned anew."""
    sections = tuple(Section(s.heading, s.start, s.end) for s in fields.sections or [])
    starts = [s.start for s in sections]
    if starts != sorted(starts) or any(
        not 0 <= s.start <= s.end <= len(fields.text) for s in sections
    ):
        raise FixInput("its sections don't lie inside its text.")
    if not fields.title or len(fields.text.split()) < 3:
        raise FixInput("a title and a text are needed.")
    return Article(
        id=article_id, version=content_version(fields.title, sections, fields.text), title=fields.title,
        standfirst=fields.standfirst, byline=fields.byline, url=fields.url, published=fields.published,
        modified=fields.modified or None, language=fields.language or "en", kind=fields.kind or "news",
        text=fields.text, sections=sections,
    )  # fmt: skip


def from_wordpress(record: Record, article_id: str) -> Article:
    """Return the article of a post as WordPress's REST API gives it."""
    if record["content"].get("protected"):
        raise FixInput("the post is protected by a password.")
    embedded = record.get("_embedded") or {}
    people = embedded.get("author") if isinstance(embedded, dict) else []
    return build(
        article_id, plain((record.get("title") or {}).get("rendered", "")), fragment_blocks(record["content"]["rendered"] or "<p></p>"),
        byline=str(text_or_names(people if isinstance(people, list) else [])), url=str(record.get("link") or ""),
        published=utc(record.get("date_gmt")) or as_date(str(record.get("date") or "")),
        modified=utc(record.get("modified_gmt")),
    )  # fmt: skip


def from_ninjs(record: Record, article_id: str) -> Article:
    """Return a ninjs item's article; names are matched without regard to case, which differs between versions."""
    item = {key.lower(): value for key, value in record.items()}
    if str(item.get("pubstatus", "usable")).lower() in WITHDRAWN:
        raise Withdrawn(str(item["uri"]))
    bodies = [
        {k.lower(): v for k, v in b.items()}
        for b in item.get("bodies") or []
        if isinstance(b, dict)
    ]
    bodies.sort(
        key=lambda b: ("html" not in str(b.get("contenttype", "")), b.get("role") != "main")
    )
    body = str(
        (bodies or [{}])[0].get("value")
        or item.get("body_html")
        or item.get("body_xhtml")
        or item.get("body_text")
        or item.get("body_nitf")
        or ""
    )
    titles = [t for t in item.get("headlines") or [] if isinstance(t, dict)]
    titles.sort(key=lambda t: t.get("role") != "main")
    title = plain(
        str(item.get("headline") or (titles or [{}])[0].get("value") or item.get("title") or "")
    )
    if not body:
        raise FixInput(f"the item is a {item.get('type', 'record')} without text.")
    blocks = (
        fragment_blocks(body)
        if TAG.search(body)
        else [Block(line) for raw in body.splitlines() if (line := collapse(raw))]
    )
    uri = str(item.get("url") or item["uri"])
    people = (
        item.get("byline") or item.get("by") or item.get("people")
        if isinstance(item.get("byline"), str) or item.get("by")
        else ""
    )
    return build(
        article_id, title, [b for b in blocks if b.text != title], byline=plain(str(text_or_names(people))),
        url=uri if uri.startswith(("http://", "https://")) else "",
        published=as_date(str(item.get("firstcreated") or item.get("contentcreated") or item.get("versioncreated") or "")),
        modified=as_date(str(item.get("versioncreated") or "")), language=str(item.get("language") or "")[:2].lower(),
        kind="opinion" if "opinion" in str(item.get("genres") or item.get("genre") or "").lower() else "",
    )  # fmt: skip


def plain(value: str) -> str:
    """Return HTML in a field as one line of text."""
    return collapse(html.unescape(re.sub(r"<[^<>]+>", "", value)))


def utc(value: Any) -> str:
    """Return WordPress's GMT moment, which names no zone, in ISO form."""
    moment = as_date(str(value or ""))
    return f"{moment}+00:00" if len(moment) == len("2025-01-01T00:00:00") else moment
