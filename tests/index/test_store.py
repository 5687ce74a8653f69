import multiprocessing
import os
import tempfile
from pathlib import Path

import pytest
from filelock import FileLock

from index.article import Article
from index.errors import FixInput, FixSettings, RebuildIndex, TryAgain
from index.ingest import from_text
from index.language import Language
from index.models import Embedder
from index.publishing import prepared, publish
from index.records import StoredChunks
from index.store import ArticleStore

FORK = multiprocessing.get_context("fork")
NOBODY = 65534
TEXT = "A headline\nThe port was sold in May. Nobody objected to it.\nThe buyer paid $US4m."


@pytest.fixture
def store(tmp_path: Path, embedder: Embedder) -> ArticleStore:
    return ArticleStore(tmp_path, embedder.digest)


def test_what_was_put_is_read_back_whole(
    store: ArticleStore, embedder: Embedder, language: Language, seed_article: Article
) -> None:
    assert publish(seed_article, "s", store, embedder, language)
    assert store.get(seed_article.id) == seed_article
    stored = store.chunks(seed_article)
    assert [c.number for c in stored.chunks] == list(range(len(stored.chunks)))
    assert stored.vectors.shape == (len(stored.chunks), 384)
    assert store.articles() == [seed_article]


def test_adding_twice_changes_nothing_and_a_change_replaces(
    store: ArticleStore, embedder: Embedder, language: Language
) -> None:
    first = from_text(TEXT, "a")
    assert publish(first, "s", store, embedder, language)
    assert not publish(first, "s", store, embedder, language)
    second = from_text(TEXT.replace("May", "June"), "a")
    assert publish(second, "s", store, embedder, language)
    assert store.get("a") == second
    assert "June" in store.chunks(second).chunks[0].text
    assert store.verify() == []
    with pytest.raises(LookupError):
        store.chunks(first)


def test_an_id_of_another_source_is_refused_and_nothing_is_lost(
    store: ArticleStore, embedder: Embedder, language: Language
) -> None:
    article = from_text(TEXT, "a")
    publish(article, "s", store, embedder, language)
    with pytest.raises(FixInput):
        publish(from_text(TEXT.replace("May", "June"), "a"), "t", store, embedder, language)
    assert store.get("a") == article


def test_the_articles_nearest_to_a_question_come_first_and_each_once(
    store: ArticleStore, embedder: Embedder, language: Language
) -> None:
    for name, text in (("a", TEXT), ("b", "Snow\nIt snowed in the hills.\nThe hills were white.")):
        publish(from_text(text, name), name, store, embedder, language)
    asked = embedder.encode(["Did it snow in the hills?"])[0]
    assert store.nearest(asked, 1) == ["b"]
    assert store.nearest(asked, 100) == ["b", "a"]


def test_removed_is_gone(store: ArticleStore, embedder: Embedder, language: Language) -> None:
    publish(from_text(TEXT, "a"), "s", store, embedder, language)
    store.remove("a")
    assert store.articles() == []
    with pytest.raises(FixInput):
        store.get("a")


def test_a_second_writer_is_told_at_once(
    store: ArticleStore, embedder: Embedder, language: Language, tmp_path: Path
) -> None:
    with FileLock(tmp_path / "writer.lock"), pytest.raises(TryAgain):
        publish(from_text(TEXT, "a"), "s", store, embedder, language)


def test_another_embedding_model_is_refused(
    store: ArticleStore, embedder: Embedder, language: Language, tmp_path: Path
) -> None:
    publish(from_text(TEXT, "a"), "s", store, embedder, language)
    with pytest.raises(RebuildIndex):
        ArticleStore(tmp_path, "another")
    assert store.get("a").id == "a"


def test_a_damaged_index_is_refused_in_one_line(tmp_path: Path, embedder: Embedder) -> None:
    (tmp_path / "chroma").mkdir()
    (tmp_path / "chroma" / "chroma.sqlite3").write_bytes(b"not a database" * 100)
    with pytest.raises(RebuildIndex) as refusal:
        ArticleStore(tmp_path, embedder.digest)
    assert "\n" not in str(refusal.value)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path, embedder: Embedder) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FixSettings):
        ArticleStore(tmp_path / "file" / "data", embedder.digest)


def test_a_read_only_folder_is_refused_and_loses_nothing(
    embedder: Embedder, language: Language
) -> None:
    article = from_text(TEXT, "a")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        publish(article, "s", ArticleStore(folder, embedder.digest), embedder, language)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        ours, theirs = FORK.Pipe()

        def remove() -> None:
            if os.geteuid() == 0:
                # Root may write everywhere.
                os.setuid(NOBODY)
            try:
                ArticleStore(folder, embedder.digest).remove("a")
            except FixSettings as error:
                theirs.send(str(error))

        writer = FORK.Process(target=remove)
        writer.start()
        writer.join(60)
        assert ours.poll()
        assert str(folder) in ours.recv()
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        assert ArticleStore(folder, embedder.digest).articles() == [article]


def test_rebuild_switches_to_another_vector_space_and_keeps_every_article(
    store: ArticleStore, embedder: Embedder, language: Language, tmp_path: Path
) -> None:
    article = from_text(TEXT, "a")
    publish(article, "s", store, embedder, language)
    assert rebuilt(tmp_path, embedder, language) == 1
    reopened = ArticleStore(tmp_path, "another")
    assert reopened.get("a") == article
    assert reopened.chunks(article).vectors.shape[1] == 192
    assert reopened.verify() == []
    with pytest.raises(RebuildIndex):
        ArticleStore(tmp_path, embedder.digest)


def test_a_reader_is_refused_each_time_once_another_model_rebuilt(
    store: ArticleStore, embedder: Embedder, language: Language, tmp_path: Path
) -> None:
    article = from_text(TEXT, "a")
    publish(article, "s", store, embedder, language)
    rebuilt(tmp_path, embedder, language)
    for _ in range(2):
        with pytest.raises(RebuildIndex):
            store.chunks(article)


def test_a_rebuild_that_fails_leaves_what_was_there(
    store: ArticleStore, embedder: Embedder, language: Language, tmp_path: Path
) -> None:
    article = from_text(TEXT, "a")
    publish(article, "s", store, embedder, language)

    def fails(article: Article) -> StoredChunks:
        raise FixSettings("the model is gone")

    with pytest.raises(FixSettings):
        ArticleStore(tmp_path, "another", rebuilding=True).rebuild(fails)
    assert ArticleStore(tmp_path, embedder.digest).chunks(article).chunks


def rebuilt(folder: Path, embedder: Embedder, language: Language) -> int:
    """Rebuild with another vector space; returns how many articles."""
    other = ArticleStore(folder, "another", rebuilding=True)
    return other.rebuild(lambda a: halved(prepared(a, embedder, language)))


def halved(made: StoredChunks) -> StoredChunks:
    return StoredChunks(made.chunks, made.vectors[:, :192])
