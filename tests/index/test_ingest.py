from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import FixInput
from index.ingest import from_text, read_article

PLAIN = """Port deal collapses after Sunday call
By Jane Roe
March 15, 2025

The minister\u2019s call came at noon. Nobody had expected it.
What the call was about
The port was to be leased for $US40 million. \u201cWe are out,\u201d said the buyer.
To join the conversation, please log in. Don\u2019t have an account? Register
Join the conversation, you are commenting as Logout
"""


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_plain_text_becomes_headline_sections_and_paragraphs(tmp_path: Path) -> None:
    article = read_article(write(tmp_path, "port.txt", PLAIN))
    assert article.title == "Port deal collapses after Sunday call"
    assert article.byline == "By Jane Roe"
    assert article.published == "2025-03-15"
    assert [section.heading for section in article.sections] == ["What the call was about"]
    section = article.sections[0]
    assert article.text[section.start : section.end].startswith("The port was to be leased")
    assert "log in" not in article.text
    assert "commenting" not in article.text
    assert "\u201cWe are out,\u201d" in article.text


def test_markdown_front_matter_and_markup(tmp_path: Path) -> None:
    source = "---\ntitle: A title\nstandfirst: In short.\npublished: 2025-07-20\n---\nOne *fine* [day](http://x.y).\n\n## Later\n\nTwo & three $US1m.\n"
    article = read_article(write(tmp_path, "a.md", source))
    assert article.text == "In short.\nOne fine day.\nTwo & three $US1m."
    assert article.published == "2025-07-20"
    assert article.heading_at(article.text.index("Two")) == "Later"
    assert article.heading_at(0) == ""


def test_html_keeps_the_body_and_leaves_navigation(tmp_path: Path) -> None:
    body = "".join(
        f"<p>Paragraph {n} tells of the harbour and of what was decided there.</p>"
        for n in range(8)
    )
    page = f"<html><head><title>Harbour news</title></head><body><nav><a href='/'>Home</a></nav><article><h1>Harbour news</h1><h2>The start</h2>{body}</article><footer>All rights reserved</footer></body></html>"
    article = read_article(write(tmp_path, "p.html", page))
    assert article.title == "Harbour news"
    assert "Paragraph 7 tells" in article.text
    assert "Home" not in article.text
    assert "rights reserved" not in article.text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.txt", b""),
        ("blank.txt", b"  \n \n"),
        ("binary.txt", b"PK\x03\x04\x00\x00\x00 text"),
        ("undecodable.txt", b"Headline\nAn \xff\xfa\xe9 line that is not UTF-8.\n"),
        ("large.txt", b"word " * 4_000_000),
        ("headline.txt", b"Only a headline\n"),
        ("scan.xyz", b"some text"),
        ("bad name!.txt", b"Headline\nA body of some words.\n"),
        ("front.md", b"---\ntitle: [unclosed\n---\nBody text here.\n"),
        ("page.html", b"<html><body></body></html>"),
    ],
)
def test_a_file_that_is_no_article_is_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes
) -> None:
    with pytest.raises(FixInput) as refusal:
        read_article(write(tmp_path, name, content))
    assert "\n" not in str(refusal.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FixInput):
        read_article(tmp_path / "missing.txt")


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1)))
def test_sections_and_paragraphs_lie_inside_the_text(lines: list[str]) -> None:
    try:
        article = from_text("\n".join(["Headline of it", *lines, "A body of some words."]), "a")
    except FixInput:
        return
    assert all("\n" not in article.text[start:end] for start, end in article.paragraphs())
    assert all(0 <= s.start <= s.end <= len(article.text) for s in article.sections)
    starts = [s.start for s in article.sections]
    assert starts == sorted(starts)
