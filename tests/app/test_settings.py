import pytest

from app.settings import AppSettings
from index.errors import FixSettings


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
