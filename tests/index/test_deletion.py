"""What was deleted or replaced is in no file of the data folder, in no encoding."""

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from index.article import Article, content_version
from index.chunking import chunk_article
from index.invented import invented_article, invented_articles
from index.language import Language
from index.models import Embedder
from index.publishing import publish, publish_all
from index.store import ArticleStore

FORGOTTEN = invented_article(17)


def next_version(article: Article, text: str) -> Article:
    """Return the next version of an article, without headings."""
    version = content_version(article.title, [], text)
    return replace(article, text=text, sections=(), version=version)


def shortened(article: Article) -> Article:
    """Return an article's first paragraph as an article."""
    return next_version(article, article.text.split("\n")[0])


ARTICLES = [FORGOTTEN if a == FORGOTTEN else shortened(a) for a in invented_articles(50)]
OTHERS = "\n".join(a.text for a in ARTICLES if a is not FORGOTTEN)


@pytest.fixture(scope="module")
def sentences(language: Language) -> set[str]:
    """Every sentence of the article that no other one has."""
    chunks = chunk_article(FORGOTTEN, language)
    found = {FORGOTTEN.text[s.start : s.end] for chunk in chunks for s in chunk.sentences}
    return {FORGOTTEN.title} | {sentence for sentence in found if sentence not in OTHERS}


@pytest.fixture(scope="module")
def filled(
    tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, language: Language
) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    store = ArticleStore(folder, embedder.digest)
    done = publish_all(((a, a.id) for a in ARTICLES), store, embedder, language)
    assert [changed for _, changed in done] == [True] * 50
    store.keep_suggestions(FORGOTTEN, ["Who voted against the footbridge of Marram?"])
    return folder


@pytest.fixture
def store(filled: Path, tmp_path: Path, embedder: Embedder) -> ArticleStore:
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    return ArticleStore(tmp_path, embedder.digest)


def found(texts: Iterable[str], folder: Path) -> set[str]:
    """Return those of the texts that are in any file, as UTF-8 or UTF-16."""
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    encodings = ("utf-8", "utf-16-le", "utf-16-be", "ascii")
    return {
        text
        for text in texts
        for encoding in encodings
        if any(as_stored(text, encoding) in content for content in files)
    }


def as_stored(text: str, encoding: str) -> bytes:
    """Return a text in an encoding; in ASCII as JSON escapes it."""
    if encoding == "ascii":
        return text.encode("ascii", "backslashreplace")
    return text.encode(encoding)


def test_no_sentence_of_a_removed_article_is_left(
    store: ArticleStore, sentences: set[str], tmp_path: Path
) -> None:
    said = sentences | set(store.suggestions(FORGOTTEN) or [])
    assert len(said) > 20
    assert found(said, tmp_path) == said
    store.remove(FORGOTTEN.id)
    assert found(said, tmp_path) == set()
    assert store.articles() == [a for a in ARTICLES if a is not FORGOTTEN]
    assert all(len(store.chunks(a).vectors) for a in store.articles())
    assert store.verify() == []


def test_no_sentence_of_a_replaced_version_is_left(
    store: ArticleStore, sentences: set[str], tmp_path: Path, embedder: Embedder, language: Language
) -> None:
    kept, dropped = FORGOTTEN.text.split("\n", 1)
    changed = next_version(FORGOTTEN, kept)
    assert publish(changed, FORGOTTEN.id, store, embedder, language)
    old = {sentence for sentence in sentences if sentence in dropped}
    assert len(old) > 20
    assert found(old, tmp_path) == set()
    assert store.get(FORGOTTEN.id) == changed


def test_another_process_that_had_it_open_leaves_nothing_either(
    store: ArticleStore, sentences: set[str], tmp_path: Path, embedder: Embedder
) -> None:
    other = ArticleStore(tmp_path, embedder.digest)
    other.chunks(FORGOTTEN)
    store.remove(FORGOTTEN.id)
    assert FORGOTTEN not in other.articles()
    assert found(sentences, tmp_path) == set()
