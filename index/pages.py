"""A web page, or a piece of one, becomes an article: its body without navigation, teasers, captions and prompts."""

import codecs
import re
from copy import deepcopy

import trafilatura
from lxml.html import fragment_fromstring

from index.article import Article
from index.blocks import Block, build
from index.body import body_of_page
from index.errors import FixInput
from index.facts import is_name, read_facts
from index.furniture import is_furniture, is_set_as_heading
from index.layout import pieces_of
from index.pruning import prune
from index.structured import read_structured

# The titles of error pages that servers send with status 200.
NOT_FOUND = re.compile(
    r"(?:(?:error )?404\b|(?:page|article|story) (?:not found|cannot be found)|not found$|access denied|just a moment"
    r"|attention required|are you a robot|forbidden$)",
    re.IGNORECASE,
)
MARKED_DATES = {"original_date": True, "extensive_search": False, "max_date": None}
STATED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]+)|<\?xml[^>]{0,100}encoding=["']([\w.-]+)""",
    re.IGNORECASE,
)
PROLOGUE = re.compile(r"^\s*<\?xml[^>]*\?>")
# The HTML standard reads these names as the Windows code page.
WESTERN = {"iso8859-1", "ascii"}


def from_html(content: str | bytes, article_id: str, url: str = "", charset: str = "") -> Article:
    """Read a page; `url` is where it was fetched from and `charset` what its server calls its encoding.

    Raises `FixInput` where it holds no article.
    """
    text = content if isinstance(content, str) else decoded(content, charset)
    tree = trafilatura.load_html(PROLOGUE.sub("", text))
    if tree is None:
        raise FixInput("no article was found in this page.")
    structured = read_structured(tree)
    facts = read_facts(tree, structured, url)
    # Its extensive search takes any number for a year; a wrong date is worse than none.
    guessed = trafilatura.extract_metadata(deepcopy(tree), date_config=MARKED_DATES)
    prune(tree, structured.body)
    standfirst, blocks = body_of_page(tree, structured, facts)
    title = facts.title
    if not title and blocks:
        title, blocks = blocks[0].text, blocks[1:]
    if not blocks or NOT_FOUND.match(title):
        raise FixInput("no article was found in this page.")
    guesses = str(guessed.author or "").split("; ")
    byline = facts.byline or ", ".join(name for name in guesses if is_name(name))
    article = build(
        article_id, title, blocks, standfirst=standfirst, byline=byline, url=facts.url,
        published=facts.published or str(guessed.date or ""), modified=facts.modified,
        language=facts.language, kind=facts.kind,
    )  # fmt: skip
    if "\ufffd" in article.text:
        raise FixInput("the page's characters are not in the encoding that it states.")
    return article


def fragment_blocks(content: str) -> list[Block]:
    """Return the headings and paragraphs of HTML that is an article's body and no whole page."""
    tree = fragment_fromstring(content, create_parent="div")
    prune(tree, "")
    return [Block(p.text, is_set_as_heading(p)) for p in pieces_of(tree) if not is_furniture(p)]


def decoded(content: bytes, charset: str) -> str:
    """Return a page's characters by its mark, its server's word or its own; U+FFFD where they don't fit."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return content.decode(name, errors="replace")
    stated = STATED.search(content[:4096])
    own = (
        next((group.decode("ascii", "replace") for group in stated.groups() if group), "")
        if stated
        else ""
    )
    for name in (charset, own):
        try:
            codec = codecs.lookup(name).name if name else ""
        except LookupError:
            continue
        if codec:
            return content.decode("windows-1252" if codec in WESTERN else codec, errors="replace")
    return content.decode("utf-8", errors="replace")
