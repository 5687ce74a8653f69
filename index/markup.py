"""Markdown and HTML become articles: their markup goes, every other character stays."""

import re
from datetime import date, datetime
from typing import Any

import frontmatter
import trafilatura
from markdown_it import MarkdownIt
from markdown_it.token import Token
from trafilatura.settings import Document
from yaml import YAMLError

from index.article import Article
from index.blocks import Block, build, collapse
from index.errors import FixInput

LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def from_markdown(content: str, article_id: str) -> Article:
    """Read Markdown with optional front matter (title, standfirst, byline, published, ...)."""
    try:
        post = frontmatter.loads(content)
    except (YAMLError, ValueError) as error:
        raise FixInput(f"the front matter is not YAML ({str(error).splitlines()[0]}).") from None
    blocks = markdown_blocks(post.content)
    title = collapse(str(post.get("title") or ""))
    if not title:
        if not blocks:
            raise FixInput("there is no text in it.")
        title, blocks = blocks[0].text, blocks[1:]
    elif blocks and blocks[0].is_heading and blocks[0].text == title:
        blocks = blocks[1:]
    fields = {
        name: as_text(post.get(name))
        for name in ("standfirst", "byline", "url", "published", "modified", "language", "kind")
    }
    return build(article_id, title, blocks, **fields)


def markdown_blocks(content: str) -> list[Block]:
    """Return the headings and paragraphs of a Markdown body; a table row is a paragraph."""
    tokens = MarkdownIt("commonmark").enable("table").parse(content)
    blocks: list[Block] = []
    row: list[str] = []
    in_row = False
    for position, token in enumerate(tokens):
        if token.type in {"tr_open", "tr_close"}:
            if token.type == "tr_close" and row:
                blocks.append(Block(" | ".join(row)))
            row, in_row = [], token.type == "tr_open"
        elif token.type == "inline":
            text = collapse(inline_text(token))
            if in_row:
                row.append(text)
            elif text:
                blocks.append(Block(text, tokens[position - 1].type == "heading_open"))
        elif token.type in {"fence", "code_block"}:
            blocks.extend(
                Block(text) for line in token.content.splitlines() if (text := collapse(line))
            )
    return blocks


def inline_text(token: Token) -> str:
    """Return an inline token's characters without its markup."""
    parts = []
    for child in token.children or []:
        if child.type in {"softbreak", "hardbreak"} or (
            child.type == "html_inline" and LINE_BREAK.fullmatch(child.content)
        ):
            parts.append(" ")
        elif child.type in {"text", "code_inline"}:
            parts.append(child.content)
    return "".join(parts)


def from_html(content: str, article_id: str) -> Article:
    """Read a page with trafilatura, which leaves navigation, teasers and comments out."""
    document, strict = extracted(content, favor_recall=False)
    # The strict reading loses lists, and headings on short pages; the generous one is taken where
    # it brings nothing but those along.
    _, generous = extracted(content, favor_recall=True)
    sure = {block.text for _, block in strict}
    more = {block.text: tag for tag, block in generous}
    is_safe = sure <= more.keys() and all(
        tag in {"head", "item"} for text, tag in more.items() if text not in sure
    )
    blocks = [block for _, block in (generous if is_safe else strict)]
    title = collapse(document.title or "")
    if blocks and title and blocks[0].text.startswith(f"{title} ") and not blocks[0].is_heading:
        blocks[0] = Block(blocks[0].text.removeprefix(f"{title} "))
    elif blocks and blocks[0].is_heading and (not title or blocks[0].text in title):
        title, blocks = title or blocks[0].text, blocks[1:]
    return build(
        article_id, title or (blocks[0].text if blocks else ""), blocks,
        byline=document.author or "", url=document.url or "", published=document.date or "",
    )  # fmt: skip


def extracted(content: str, favor_recall: bool) -> tuple[Document, list[tuple[str, Block]]]:
    """Return what trafilatura finds in a page: each heading or paragraph with its element's name."""
    document = trafilatura.bare_extraction(
        content, include_comments=False, include_tables=True, include_links=True,
        with_metadata=True, favor_recall=favor_recall,
    )  # fmt: skip
    if not isinstance(document, Document) or document.body is None:
        raise FixInput("no article was found in this page.")
    blocks = []
    for element in document.body.iter("head", "p", "quote", "item", "row"):
        if any(parent.tag == "row" for parent in element.iterancestors()):
            continue
        for line_break in element.iter("lb"):
            line_break.text = " "
        # A quotation or a list item with paragraphs in it is only their frame.
        framed = element.tag in {"quote", "item"} and element.find(".//p") is not None
        texts = [element.text or ""] if framed else element.itertext()
        text = collapse((" " if element.tag == "row" else "").join(texts))
        links = collapse("".join(t for link in element.iter("ref") for t in link.itertext()))
        # A list item that is nothing but a link is a teaser.
        if text and not (element.tag == "item" and text == links):
            blocks.append((element.tag, Block(text, element.tag == "head")))
    return document, blocks


def as_text(value: Any) -> str:
    """Return a front matter value as text; dates in ISO form."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return collapse(str(value)) if value is not None else ""
