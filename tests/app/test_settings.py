from pathlib import Path

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
    monkeypatch.setenv("FOOTNOTE_DATA_DIR", "elsewhere")
    assert IndexSettings.load().data_dir == Path("elsewhere")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_ORIGINS", "*"), ("ALLOWED_ORIGINS", "https://news.example/"), ("ALLOWED_ORIGINS", "news.example"),
        ("ALLOWED_ORIGINS", "https://news.example; script-src *"), ("TRUSTED_PROXIES", "proxy"), ("TRUSTED_PROXIES", "*"),
        ("ANSWERS_AT_ONCE", "0"), ("ANSWER_TIMEOUT_S", "-1"), ("CHAT", "perhaps"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"FOOTNOTE_{name}", value)
    with pytest.raises(FixSettings, match=f"FOOTNOTE_{name}"):
        AppSettings.load()


def test_lists_are_parted_by_commas_or_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_ALLOWED_ORIGINS", "https://a.example, http://localhost:9000")
    monkeypatch.setenv("FOOTNOTE_TRUSTED_PROXIES", "10.0.0.0/8 ::1")
    settings = AppSettings.load()
    assert settings.origins == {"https://a.example", "http://localhost:9000"}
    assert settings.proxies == ["10.0.0.0/8", "::1"]


def test_the_chat_can_be_left_out_and_an_empty_token_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FOOTNOTE_CHAT", "off")
    monkeypatch.setenv("FOOTNOTE_ADMIN_TOKEN", "")
    settings = AppSettings.load()
    assert not settings.chat
    assert settings.admin_token is None


def test_a_token_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_ADMIN_TOKEN", "correct horse")
    assert "horse" not in repr(AppSettings.load())
