"""A full disk and a folder that cannot be written: one clear line, exit code 2, nothing lost."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.article import Article
from index.invented import invented_articles
from index.language import Language
from index.models import Embedder
from index.publishing import publish_all
from index.store import ArticleStore

ROOT = Path(__file__).parents[2]
ARTICLES = list(invented_articles(2))


@pytest.fixture
def store(tmp_path: Path, embedder: Embedder, language: Language) -> ArticleStore:
    store = ArticleStore(tmp_path / "data", embedder.digest)
    list(publish_all(((a, a.id) for a in ARTICLES), store, embedder, language))
    return store


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "long.txt"
    path.write_text("\n".join(line for a in invented_articles(6, first=9) for line in lines(a)))
    return path


def lines(article: Article) -> Iterator[str]:
    yield article.title
    yield from article.text.split("\n")


def index(*words: str, data: Path, largest_file: int | None = None) -> str:
    """Run a command that is refused; returns its message."""

    def limit() -> None:
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    done = subprocess.run(
        [sys.executable, "-m", "index", *words],
        cwd=ROOT,
        env={**os.environ, "FOOTNOTE_DATA_DIR": str(data)},
        preexec_fn=limit,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()[-1]


def largest(folder: Path) -> int:
    return max(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("room", [0, 100_000])
def test_without_room_to_add_the_old_articles_stay(
    store: ArticleStore, source: Path, tmp_path: Path, room: int
) -> None:
    data = tmp_path / "data"
    said = index("add", str(source), data=data, largest_file=largest(data) + room)
    assert str(data) in said
    assert store.articles() == ARTICLES
    assert all(store.chunks(article).chunks for article in ARTICLES)
    store.verify()
    assert store.verify() == []


def test_a_removal_without_room_for_the_copy_can_be_finished_later(
    store: ArticleStore, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    index("remove", ARTICLES[0].id, data=data, largest_file=largest(data) // 2)
    assert ARTICLES[1] in store.articles()
    if ARTICLES[0] in store.articles():
        store.remove(ARTICLES[0].id)
    else:
        assert store.verify()
    assert store.articles() == [ARTICLES[1]]
    paragraph = ARTICLES[0].text.split("\n")[0].encode()
    assert not any(paragraph in p.read_bytes() for p in data.rglob("*") if p.is_file())
