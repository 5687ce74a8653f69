"""Markdown becomes an article: its markup goes, every other character stays."""

import re
from datetime import date, datetime
from typing import Any

import frontmatter
from markdown_it import MarkdownIt
from markdown_it.token import Token
from yaml import YAMLError

from index.article import Article
from index.blocks import Block, build, collapse
from index.errors import FixInput
from index.pages import fragment_blocks

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
    """Return the headings and paragraphs of a Markdown body; a table row is a paragraph.

    HTML in it is read as in a page.
    """
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
        elif token.type == "html_block":
            blocks.extend(fragment_blocks(token.content))
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


def as_text(value: Any) -> str:
    """Return a front matter value as text; dates in ISO form."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return collapse(str(value)) if value is not None else ""
