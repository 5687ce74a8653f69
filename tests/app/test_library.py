import dataclasses
import gc
import weakref
from pathlib import Path

import chromadb
import pytest
from chromadb.config import Settings

from app.library import Library
from index.errors import RebuildIndex
from index.ingest import from_text
from index.language import Language
from index.models import Embedder
from index.publishing import publish
from index.store import ArticleStore

ARTICLE = from_text("A headline\nThe port was sold in May. Nobody objected to it.", "a")


def test_a_corrected_address_is_cited_at_once(
    tmp_path: Path, embedder: Embedder, language: Language
) -> None:
    store = ArticleStore(tmp_path, embedder.digest)
    library = Library(store)
    publish(ARTICLE, "s", store, embedder, language)
    assert library.known("a").article.url == ""
    moved = dataclasses.replace(ARTICLE, url="https://paper.example/a")
    publish(moved, "s", store, embedder, language)
    assert library.known("a").article.url == moved.url


def test_what_another_store_removed_or_replaced_is_dropped_from_memory(
    tmp_path: Path, embedder: Embedder, language: Language
) -> None:
    library, other = (ArticleStore(tmp_path, embedder.digest) for _ in range(2))
    reading = Library(library)
    later = from_text("A headline\nThe port was leased in May. Nobody objected to it.", "b")
    for article in (ARTICLE, dataclasses.replace(later, id="c"), later):
        publish(article, "s", other, embedder, language)
    known = [weakref.ref(reading.known(name)) for name in ("a", "b", "c")]
    other.remove("a")
    publish(dataclasses.replace(ARTICLE, id="b"), "s", other, embedder, language)
    kept = reading.known("c")
    gc.collect()
    assert [one() for one in known] == [None, None, kept]


def test_a_page_is_found_by_any_spelling_of_its_address_until_it_is_withdrawn(
    tmp_path: Path, embedder: Embedder, language: Language
) -> None:
    store = ArticleStore(tmp_path, embedder.digest)
    library = Library(store)
    first = dataclasses.replace(ARTICLE, url="https://paper.example/2026/a?page=1")
    publish(first, "s", store, embedder, language)
    for url in ("http://PAPER.example/2026/a/?page=1#top", " https://paper.example/2026/a?page=1"):
        assert [article.id for article in library.at(url)] == ["a"]
    for url in (
        "https://paper.example/2026/a",
        "https://paper.example/2026/A?page=1",
        "",
        "http://[",
    ):
        assert library.at(url) == []
    publish(
        dataclasses.replace(first, url="https://paper.example/b"), "s", store, embedder, language
    )
    assert library.at(first.url) == []
    assert [article.id for article in library.at("https://paper.example/b")] == ["a"]
    store.remove("a")
    assert library.at("https://paper.example/b") == []


def test_an_article_whose_chunks_are_gone_is_told_in_one_line(
    tmp_path: Path, embedder: Embedder, language: Language
) -> None:
    store = ArticleStore(tmp_path, embedder.digest)
    publish(ARTICLE, "s", store, embedder, language)
    name = f"chunks-{embedder.digest}"
    settings = Settings(anonymized_telemetry=False)
    client = chromadb.PersistentClient(str(tmp_path / "chroma"), settings)
    client.get_collection(name, embedding_function=None).delete(ids=[f"a:{ARTICLE.version}:0"])
    with pytest.raises(RebuildIndex) as refusal:
        Library(store).known("a")
    assert "\n" not in str(refusal.value)
