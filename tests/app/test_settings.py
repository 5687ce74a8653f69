import pytest

from app.settings import AppSettings
from index.errors import FixSettings
from index.settings import APPLICATION, IndexSettings


@pytest.mark.parametrize("days", ["-1", "36501", "999999", "9" * 30, "soon", "1.5"])
def test_days_that_no_calendar_has_are_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, days: str
) -> None:
    monkeypatch.setenv("FOOTNOTE_FEEDBACK_DAYS", days)
    with pytest.raises(FixSettings) as refusal:
        AppSettings.load()
    assert "FOOTNOTE_FEEDBACK_DAYS" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_zero_days_are_a_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_FEEDBACK_DAYS", "0")
    assert AppSettings.load().feedback_days == 0


def test_the_index_knows_the_names_of_the_application_s_settings() -> None:
    assert set(AppSettings.model_fields) - set(IndexSettings.model_fields) == APPLICATION


def test_a_setting_of_the_application_does_not_stop_the_index(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FOOTNOTE_FEEDBACK_DAYS", "0")
    IndexSettings.load()
