"""The widget's scripts as they are served."""

import gzip
import json
import re

import pytest

from app.bundle import FOLDER, languages, widget_scripts

TEXTS = {
    language: json.loads((FOLDER / "texts" / f"{language}.json").read_text("utf-8"))
    for language in languages()
}


@pytest.mark.parametrize("language", languages())
def test_each_language_has_every_text_with_the_same_blanks(language: str) -> None:
    texts, english = TEXTS[language], TEXTS["en"]
    assert texts.keys() == english.keys()
    for key, text in texts.items():
        assert text.strip()
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", english[key]))


@pytest.mark.parametrize("language", languages())
def test_a_panel_fits_its_budget_and_leaves_room_for_suggestions(language: str) -> None:
    panel = widget_scripts()[f"widget/panel.{language}.js"]
    assert len(gzip.compress(panel.encode(), 9)) <= 14 * 1024


def test_the_loader_fits_its_budget_and_offers_every_language() -> None:
    loader = widget_scripts()["widget.js"]
    assert len(gzip.compress(loader.encode(), 9)) <= 3 * 1024
    assert set(re.findall(r"^ {4}(\w\w): \[", loader, re.MULTILINE)) == set(languages())


def test_no_text_of_the_widget_is_set_as_markup() -> None:
    for script in widget_scripts().values():
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", script
        )
