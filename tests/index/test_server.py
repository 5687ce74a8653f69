"""The store on a Chroma server: what one process writes the others read; away, refusing and back."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from index.__main__ import main
from index.article import Article
from index.chroma_server import open_server
from index.compaction import clean_stopped
from index.errors import FixInput, FixSettings, RebuildIndex, TryAgain
from index.ingest import from_text
from index.language import Language
from index.models import Embedder
from index.publishing import prepared, publish, publish_all
from index.records import StoredChunks
from index.settings import ChromaServer
from index.store import ArticleStore
from tests.chroma import Chroma, chroma, guard
from tests.hosting import site
from tests.running import free_port

TEXT = "A headline\nThe port was sold in May. Nobody objected to it.\nThe buyer paid $US4m."
GONE = "A lighthouse fell\nThe lighthouse of Skerry fell at dawn on Friday.\nMs Ada Quill owned it."
TOKEN = "a-secret-of-the-newsroom"


def opened(server: Chroma, embedder: Embedder) -> ArticleStore:
    return ArticleStore(server.place, embedder.digest)


def corrected(text: str = TEXT) -> Article:
    return from_text(text.replace("May", "June"), "a")


def test_what_one_writes_another_reads(
    server: Chroma, embedder: Embedder, language: Language, seed_article: Article
) -> None:
    one, other = opened(server, embedder), opened(server, embedder)
    assert (other.mark, other.articles(), other.count()) == ("", [], 0)
    assert publish(seed_article, "s", one, embedder, language)
    assert other.articles() == [seed_article]
    assert other.count() == 1
    here, there = one.chunks(seed_article), other.chunks(seed_article)
    assert here.chunks == there.chunks
    assert (here.vectors == there.vectors).all()
    assert not publish(seed_article, "s", other, embedder, language)


def test_the_same_as_in_a_data_folder(
    server: Chroma, embedder: Embedder, language: Language, tmp_path: Path
) -> None:
    articles = [from_text(f"{TEXT} {number} people came.", number) for number in ("1", "2", "3")]
    stores = [ArticleStore(tmp_path, embedder.digest), opened(server, embedder)]
    for store in stores:
        list(publish_all(((a, a.id) for a in articles), store, embedder, language))
        store.keep_suggestions(articles[0], ["Who?"])
        store.remove(articles[1].id)
        assert store.verify() == []
    asked = embedder.encode(["3 people came."])[0]
    assert [store.nearest(asked, 1) for store in stores] == [["3"], ["3"]]
    folder, on_server = stores
    assert folder.articles() == on_server.articles() == [articles[0], articles[2]]
    assert on_server.suggestions(articles[0]) == ["Who?"]
    assert folder.chunks(articles[2]).chunks == on_server.chunks(articles[2]).chunks


def test_a_correction_and_a_removal_are_seen_at_once(
    server: Chroma, embedder: Embedder, language: Language
) -> None:
    one, other = opened(server, embedder), opened(server, embedder)
    publish(from_text(TEXT, "a"), "s", one, embedder, language)
    mark = other.mark
    publish(corrected(), "s", one, embedder, language)
    assert other.mark != mark
    assert other.get("a") == corrected()
    assert "June" in other.chunks(corrected()).chunks[0].text
    with pytest.raises(LookupError):
        other.chunks(from_text(TEXT, "a"))
    one.remove("a")
    with pytest.raises(FixInput):
        other.get("a")
    assert other.verify() == []


def test_a_second_writer_is_told_at_once_and_readers_go_on(
    server: Chroma, embedder: Embedder, language: Language
) -> None:
    one, other = opened(server, embedder), opened(server, embedder)
    article = from_text(TEXT, "a")
    publish(article, "s", one, embedder, language)
    refused = []

    def made(article: Article) -> StoredChunks:
        with pytest.raises(TryAgain) as refusal:
            publish(corrected(), "s", other, embedder, language)
        refused.append(str(refusal.value))
        assert other.chunks(article).chunks
        return prepared(article, embedder, language)

    assert one.rebuild(made) == 1
    assert len(refused) == 1
    assert other.chunks(article).chunks
    assert publish(corrected(), "s", other, embedder, language)


def test_another_embedding_model_is_refused_and_rebuilds(
    server: Chroma, embedder: Embedder, language: Language
) -> None:
    reader, article = opened(server, embedder), from_text(TEXT, "a")
    publish(article, "s", reader, embedder, language)
    with pytest.raises(RebuildIndex):
        ArticleStore(server.place, "another")
    other = ArticleStore(server.place, "another", rebuilding=True)
    made = prepared(article, embedder, language)
    assert other.rebuild(lambda a: StoredChunks(made.chunks, made.vectors[:, :192])) == 1
    assert ArticleStore(server.place, "another").chunks(article).vectors.shape[1] == 192
    for _ in range(2):
        with pytest.raises(RebuildIndex):
            reader.chunks(article)


def test_other_collections_of_the_server_stay(
    server: Chroma, embedder: Embedder, language: Language
) -> None:
    client = open_server(server.place)
    client.create_collection("recipes", embedding_function=None)
    store = opened(server, embedder)
    publish(from_text(TEXT, "a"), "s", store, embedder, language)
    client.create_collection("chunks-unfinished", embedding_function=None)
    assert len(store.verify()) == 1
    names = {collection.name for collection in client.list_collections()}
    assert "recipes" in names
    assert "chunks-unfinished" not in names


def test_a_token_is_sent_and_never_shown(
    server: Chroma, embedder: Embedder, language: Language
) -> None:
    with guard(server.port, TOKEN) as url:
        for token in (None, SecretStr("wrong-token")):
            with pytest.raises(FixSettings) as refusal:
                ArticleStore(ChromaServer(url, token), embedder.digest)
            assert "FOOTNOTE_CHROMA_TOKEN" in str(refusal.value)
            assert "wrong-token" not in str(refusal.value)
        place = ChromaServer(url, SecretStr(TOKEN))
        assert TOKEN not in repr(place)
        store = ArticleStore(place, embedder.digest)
        article = from_text(TEXT, "a")
        assert publish(article, "s", store, embedder, language)
        assert store.chunks(article).chunks
        assert opened(server, embedder).articles() == [article]


def test_what_is_no_chroma_server_is_refused_and_one_that_is_away_may_come_back(
    embedder: Embedder,
) -> None:
    with site() as found, pytest.raises(FixSettings):
        ArticleStore(ChromaServer(found.address), embedder.digest)
    with guard(free_port(), TOKEN) as url, pytest.raises(TryAgain):
        ArticleStore(ChromaServer(url, SecretStr(TOKEN)), embedder.digest)
    with pytest.raises(TryAgain):
        ArticleStore(ChromaServer(f"http://127.0.0.1:{free_port()}"), embedder.digest)


def test_a_server_killed_in_the_middle_of_a_write_loses_nothing(
    tmp_path: Path, embedder: Embedder, language: Language
) -> None:
    articles = [from_text(f"{TEXT} {number} people came.", number) for number in ("1", "2", "3")]
    with chroma(tmp_path / "chroma") as server:
        store = opened(server, embedder)
        list(publish_all(((a, a.id) for a in articles), store, embedder, language))
        made = []

        def dying(article: Article) -> StoredChunks:
            made.append(article)
            if len(made) == 2:
                server.kill()
            return prepared(article, embedder, language)

        with pytest.raises(TryAgain):
            store.rebuild(dying)
        for _ in range(2):
            with pytest.raises(TryAgain):
                store.articles()
            with pytest.raises(TryAgain):
                store.remove("1")
        server.start()
        assert store.articles() == articles
        assert len(store.verify()) == 1
        assert all(store.chunks(article).chunks for article in articles)
        assert publish(replace(articles[0], byline="A. Writer"), "1", store, embedder, language)


def test_a_server_that_lost_its_files_is_told_and_not_taken_for_empty(
    tmp_path: Path, embedder: Embedder, language: Language
) -> None:
    with chroma(tmp_path / "chroma") as server:
        store = opened(server, embedder)
        publish(from_text(TEXT, "a"), "s", store, embedder, language)
        server.kill()
        for path in server.folder.iterdir():
            path.unlink() if path.is_file() else shutil.rmtree(path)
        server.start()
        for _ in range(2):
            with pytest.raises(RebuildIndex):
                store.articles()


def test_the_files_of_a_stopped_server_are_cleaned_of_what_was_deleted(
    tmp_path: Path, embedder: Embedder, language: Language
) -> None:
    kept, gone = from_text(TEXT, "kept"), from_text(GONE, "gone")
    with chroma(tmp_path / "chroma") as server:
        store = opened(server, embedder)
        for article in (kept, gone):
            publish(article, article.id, store, embedder, language)
        store.keep_suggestions(gone, ["Whose lighthouse fell?"])
        store.remove("gone")
        server.kill()
        said = [*GONE.split("\n"), "Whose lighthouse fell?"]
        assert held(said, tmp_path) == said
        clean_stopped(server.folder)
        assert held(said, tmp_path) == []
        assert held(TEXT.split("\n"), tmp_path) == TEXT.split("\n")
        server.start()
        assert store.articles() == [kept]
        assert store.chunks(kept).chunks
        assert publish(gone, "gone", store, embedder, language)
        assert store.verify() == []


def held(texts: list[str], folder: Path) -> list[str]:
    """Return those of the texts that are in any file."""
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return [text for text in texts if any(text.encode() in content for content in files)]


def test_what_cannot_be_cleaned_stays_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(FixInput):
        clean_stopped(tmp_path)
    (tmp_path / "chroma").mkdir()
    (tmp_path / "chroma" / "chroma.sqlite3").write_bytes(b"no database" * 500)
    with pytest.raises(RebuildIndex):
        clean_stopped(tmp_path / "chroma")
    assert [path.name for path in tmp_path.rglob("*")] == ["chroma", "chroma.sqlite3"]


def test_a_running_server_is_not_cleaned(
    server: Chroma, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FOOTNOTE_CHROMA_URL", server.url)
    before = sorted(server.folder.parent.iterdir())
    assert refused(monkeypatch, "clean", str(server.folder)) == 2
    assert "stop it" in capsys.readouterr().err
    assert sorted(server.folder.parent.iterdir()) == before


def refused(monkeypatch: pytest.MonkeyPatch, *words: str) -> object:
    """Run `python -m index`; returns its exit code."""
    monkeypatch.setattr("sys.argv", ["index", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


def test_a_server_that_is_away_is_one_line_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FOOTNOTE_CHROMA_URL", f"http://127.0.0.1:{free_port()}")
    code, told = refused(monkeypatch, "list"), capsys.readouterr()
    assert (code, told.out, told.err.count("\n")) == (2, "", 1)
    assert "FOOTNOTE_CHROMA_URL" in told.err
