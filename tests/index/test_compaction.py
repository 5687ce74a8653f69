import struct
from pathlib import Path

import pytest

from index.chroma import chunks_of, open_client, put_chunks
from index.compaction import MOST_REPLAYED, compact, waiting
from index.crash import stages
from index.language import Language
from index.models import Embedder
from index.records import Publication
from index.store import ArticleStore


@pytest.fixture(scope="module")
def many(embedder: Embedder, language: Language) -> list[Publication]:
    """Articles that together just do not make Chroma write its vectors."""
    return list(stages(embedder, language)[0].before.values())


@pytest.fixture
def store(many: list[Publication], tmp_path: Path) -> Path:
    ArticleStore(tmp_path, "x").put_all(many)
    return tmp_path / "chroma"


def test_a_copy_has_the_same_articles_and_nothing_to_replay(
    store: Path, many: list[Publication], tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in store.rglob("*") if path.is_file()}
    compact(store, tmp_path / "chroma-new")
    assert waiting(tmp_path / "chroma-new") == 1
    assert before == {path: path.read_bytes() for path in store.rglob("*") if path.is_file()}
    copied = chunks_of(open_client(tmp_path / "chroma-new"), "chunks-x")
    assert copied.count() == sum(len(p.made.chunks) for p in many)


def test_what_is_written_to_a_copy_is_not_passed_over(
    store: Path, many: list[Publication], tmp_path: Path
) -> None:
    fresh = tmp_path / "chroma-new"
    compact(store, fresh)
    made = many[0].made
    put_chunks(chunks_of(open_client(fresh), "chunks-y", create=True), made.chunks, made.vectors)
    again = chunks_of(open_client(fresh), "chunks-y")
    assert set(again.get()["ids"]) == {chunk.id for chunk in made.chunks}


def test_a_copy_holds_no_memory_of_the_process_that_made_it(store: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "chroma-new"
    compact(store, fresh)
    for header in fresh.glob("*/header.bin"):
        _, _, _, used, size = struct.unpack_from("<iQQQQ", header.read_bytes())
        assert used
        assert not any(header.with_name("data_level0.bin").read_bytes()[used * size :])


def test_the_queue_never_grows_beyond_what_opens_quickly(
    store: Path, many: list[Publication], tmp_path: Path, embedder: Embedder, language: Language
) -> None:
    add = stages(embedder, language)[0]
    opened = ArticleStore(tmp_path, "x")
    for _ in range(2):
        add.action(opened)
        for path in tmp_path.glob("chroma*"):
            assert waiting(path) <= MOST_REPLAYED
    assert len(opened.articles()) == len(many) + len(add.after) - len(add.before)
