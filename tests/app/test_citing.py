from urllib.parse import unquote

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.citing import RELATED, abstain, lead, name_list, quoted, text_fragment
from app.quoting import Candidate
from app.shelf import KnownArticle, Shelf
from index.article import Article
from index.chunking import chunk_article
from index.ingest import from_text
from index.language import Language
from index.records import StoredChunks
from index.retrieval import ArticleSearch

PEOPLE = (
    "Harbour sold\n"
    "It rained in Port Ellery all week.\n"
    "Nadia Rahmani signed the contract on Monday. Nadia Rahmani smiled.\n"
    "Oskar Lindqvist objected to it. The gulls did not mind."
)


@pytest.fixture(scope="module")
def candidates(seed_article: Article, language: Language) -> list[Candidate]:
    chunks = chunk_article(seed_article, language)
    return [Candidate(chunk, n, 0.0) for chunk in chunks for n in range(len(chunk.sentences))]


@pytest.fixture(scope="module")
def shelf(seed_article: Article, language: Language) -> Shelf:
    return Shelf((known(seed_article, language),))


def known(article: Article, language: Language) -> KnownArticle:
    """Return an article whose search nobody uses here."""
    chunks = chunk_article(article, language)
    vectors = np.zeros((len(chunks), 1), np.float32)
    return KnownArticle(
        article, ArticleSearch.prepare(article, StoredChunks(tuple(chunks), vectors))
    )


@given(data=st.data())
def test_each_sentence_has_the_footnote_of_its_own_span(
    seed_article: Article, shelf: Shelf, candidates: list[Candidate], data: st.DataObject
) -> None:
    picked = data.draw(st.lists(st.sampled_from(candidates), min_size=1, max_size=4, unique=True))
    answer = quoted("who?", "who?", shelf, picked)
    assert [c.number for c in answer.citations] == list(range(1, len(picked) + 1))
    for sentence, candidate in zip(answer.sentences, picked, strict=True):
        (citation,) = sentence.citations
        assert citation.quote == sentence.text == candidate.quote
        assert citation.quote == seed_article.text[citation.start : citation.end]
        assert citation.section == seed_article.heading_at(citation.start)
        assert f"{sentence.text} [{citation.number}]" in answer.text


def test_an_abstention_shows_the_nearest_passages_and_answers_nothing(
    shelf: Shelf, candidates: list[Candidate]
) -> None:
    answer = abstain("who?", "who?", shelf, "not_in_article", candidates)
    assert answer.abstained
    assert not answer.sentences
    assert not answer.citations
    assert [c.number for c in answer.related] == list(range(1, RELATED + 1))
    assert not any(c.quote in answer.text for c in answer.related)


def test_the_lead_is_how_the_article_begins(seed_article: Article, language: Language) -> None:
    answer = lead("summarise", known(seed_article, language))
    assert answer.citations[0].start == 0
    assert answer.notice


def test_the_list_of_names_holds_every_person_and_no_sentence_without_one(
    language: Language,
) -> None:
    article = from_text(PEOPLE, "a")
    answer = name_list("who is mentioned?", known(article, language))
    assert "Nadia Rahmani" in answer.text
    assert "Oskar Lindqvist" in answer.text
    assert "gulls" not in answer.text
    assert "smiled" not in answer.text
    assert answer.notice


def test_an_article_without_people_is_begun_instead(language: Language) -> None:
    article = from_text("Rain\nIt rained all week. The river rose.", "a")
    answer = name_list("who is mentioned?", known(article, language))
    assert answer.text.startswith("It rained all week.")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1))
def test_the_link_to_a_passage_has_its_first_and_last_words(text: str) -> None:
    url = text_fragment("https://paper.example/a#top", text)
    address, _, fragment = url.partition("#:~:text=")
    assert address == "https://paper.example/a"
    # A bare comma or hyphen in a text directive separates its parts.
    ends = [unquote(part) for part in fragment.split(",")]
    assert "-" not in fragment
    assert len(ends) <= 2
    assert all(" ".join(end.split()) in " ".join(text.split()) for end in ends)


def test_an_article_without_an_address_has_no_link() -> None:
    assert text_fragment("", "The port was sold.") == ""
