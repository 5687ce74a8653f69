"""An index that was cut off or lost files: one clear line that says what to do, and what it says helps."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.article import Article
from index.chunking import chunk_article
from index.compaction import MOST_REPLAYED
from index.errors import RebuildIndex
from index.folder import DataFolder
from index.invented import invented_articles
from index.language import Language
from index.models import Vectors
from index.records import Publication, StoredChunks
from index.store import ArticleStore

DIGEST = "damage"
Damage = Callable[[Path], object]


def vectors(count: int) -> Vectors:
    found: Vectors = np.random.default_rng(0).normal(size=(count, 8)).astype(np.float32)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found


@pytest.fixture(scope="module")
def made(language: Language) -> dict[Article, StoredChunks]:
    """So many chunks that their vectors lie in files of their own."""
    chunks = {a: tuple(chunk_article(a, language)) for a in invented_articles(120)}
    assert sum(map(len, chunks.values())) > MOST_REPLAYED
    return {article: StoredChunks(own, vectors(len(own))) for article, own in chunks.items()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, made: dict[Article, StoredChunks]) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    store = ArticleStore(folder, DIGEST)
    store.put_all([Publication(article, chunks, article.id) for article, chunks in made.items()])
    store.settle()
    return folder


@pytest.fixture
def damaged(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "data")


def database(folder: Path) -> Path:
    return DataFolder(folder).generation().store / "chroma.sqlite3"


def vectors_of_chunks(folder: Path) -> Path:
    """Return the folder of the larger vector index."""
    indexes = [path for path in database(folder).parent.iterdir() if path.is_dir()]
    return max(indexes, key=lambda path: (path / "data_level0.bin").stat().st_size)


def cut(path: Path, share: float) -> None:
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])


def refusal_of(action: Callable[[], object]) -> str:
    """Return what the index says against it, "" where nothing."""
    try:
        action()
    except RebuildIndex as refusal:
        return str(refusal)
    return ""


def read_all(folder: Path) -> None:
    store = ArticleStore(folder, DIGEST)
    for article in store.articles()[:3]:
        store.chunks(article)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: cut(path, 0),
        lambda path: cut(path, 0.3),
        lambda path: cut(path, 0.95),
        lambda path: shutil.rmtree(path.parent),
    ],
)
def test_a_database_that_is_cut_or_gone_is_refused_and_not_begun_anew(
    damaged: Path, damage: Damage
) -> None:
    damage(database(damaged))
    before = sorted(damaged.rglob("*"))
    for rebuilding in (False, True, False):
        with pytest.raises(RebuildIndex) as refusal:
            ArticleStore(damaged, DIGEST, rebuilding).articles()
        assert "\n" not in str(refusal.value)
        assert "index verify" not in str(refusal.value)
    assert set(before) <= {*damaged.rglob("*")}


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: cut(path, 0.5)])
@pytest.mark.parametrize("name", ["data_level0.bin", "index_metadata.pickle"])
def test_damaged_vectors_are_told_by_verify_and_mended_by_rebuild(
    damaged: Path, made: dict[Article, StoredChunks], name: str, damage: Damage
) -> None:
    damage(vectors_of_chunks(damaged) / name)
    refused = refusal_of(lambda: read_all(damaged))
    assert "index rebuild" in refused
    assert refusal_of(ArticleStore(damaged, DIGEST).verify) == refused
    ArticleStore(damaged, DIGEST, rebuilding=True).rebuild(made.__getitem__)
    assert set(ArticleStore(damaged, DIGEST).articles()) == set(made)
    assert ArticleStore(damaged, DIGEST).verify() == []
    read_all(damaged)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"0123 \x00", b"0123 chroma-gone"])
def test_a_generation_file_that_was_overwritten_hides_nothing(
    damaged: Path, content: bytes
) -> None:
    (damaged / "generation").write_bytes(content)
    refused = refusal_of(lambda: ArticleStore(damaged, DIGEST).articles())
    assert bool(refused) == bool(content)
    assert "\n" not in refused
