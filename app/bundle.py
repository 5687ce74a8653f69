"""The scripts of the newsroom widget as they are served: the loader, and the panel in each language.

The panel's parts share one module scope and are sent as one file, so that opening it costs one request.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("widget")
PARTS = ("sentence.js", "stream.js", "answer.js", "panel.js")


def languages() -> list[str]:
    """Return the codes of the languages that the widget's own texts are in."""
    return sorted(path.stem for path in (FOLDER / "texts").glob("*.json"))


@cache
def widget_scripts() -> Mapping[str, str]:
    """Return the JavaScript by its path below the server's root."""
    panels = {f"widget/panel.{language}.js": panel_script(language) for language in languages()}
    return {"widget.js": read("widget.js"), **panels}


def panel_script(language: str) -> str:
    """Return the panel as one JavaScript module that exports `Panel`, its texts in a language."""
    texts = json.loads(read(f"texts/{language}.json"))
    values = {"LANGUAGE": language, "TEXTS": texts, "STYLES": read("panel.css")}
    constants = [
        f"const {name} = {json.dumps(value, ensure_ascii=False)};" for name, value in values.items()
    ]
    return "\n".join([*constants, *(read(part) for part in PARTS)])


def read(name: str) -> str:
    """Return a file of the widget's folder."""
    return (FOLDER / name).read_text("utf-8")
