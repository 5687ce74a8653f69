import pytest

from index.errors import FixSettings
from index.settings import IndexSettings


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
