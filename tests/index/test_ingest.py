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
        ("date.md", b"---\ntitle: A\npublished: 2025-02-30\n---\nBody text is here.\n"),
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


def test_a_closing_paragraph_about_subscribers_and_comments_stays() -> None:
    closing = "The paper has 2,000 subscribers today, and most of them have never left a comment."
    prompts = "Log in to leave a comment\nShare this article\nMore from Business\n"
    article = from_text(f"Port sold\n\nThe port was sold on Monday.\n{closing}\n{prompts}", "a")
    assert article.text.split("\n")[-1] == closing
    assert not article.sections
