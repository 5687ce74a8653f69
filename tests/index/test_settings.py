import pytest

from index.errors import FixSettings
from index.settings import ChromaServer, IndexSettings


def test_a_setting_that_there_is_not_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_DATADIR", "elsewhere")
    with pytest.raises(FixSettings) as refusal:
        IndexSettings.load()
    assert "FOOTNOTE_DATADIR" in str(refusal.value)


@pytest.mark.parametrize("name", ["DATA_DIR", "EMBEDDING_MODEL", "RERANKER_MODEL"])
def test_an_empty_setting_counts_as_not_set(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"FOOTNOTE_{name}", "")
    assert (
        getattr(IndexSettings.load(), name.lower())
        == IndexSettings.model_fields[name.lower()].get_default()
    )


@pytest.mark.parametrize(
    "url",
    ["127.0.0.1:8000", "ftp://chroma", "http://", "http://user:secret@chroma:8000", "http://chroma:port", "http://chroma?x=secret"],
)  # fmt: skip
def test_what_is_no_address_of_a_chroma_server_is_refused_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("FOOTNOTE_CHROMA_URL", url)
    with pytest.raises(FixSettings) as refusal:
        IndexSettings.load()
    assert "FOOTNOTE_CHROMA_URL" in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_a_chroma_server_takes_the_place_of_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    assert IndexSettings.load().store == IndexSettings.load().data_dir
    monkeypatch.setenv("FOOTNOTE_CHROMA_URL", "https://chroma.example/prefix/")
    monkeypatch.setenv("FOOTNOTE_CHROMA_TOKEN", "a-secret")
    settings = IndexSettings.load()
    assert isinstance(settings.store, ChromaServer)
    assert settings.store.url == "https://chroma.example/prefix"
    assert "a-secret" not in repr(settings)


def test_a_token_that_no_header_can_carry_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_CHROMA_TOKEN", "geheim\u00e9\n")
    with pytest.raises(FixSettings) as refusal:
        IndexSettings.load()
    assert "geheim" not in str(refusal.value)
