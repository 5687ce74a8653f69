"""`compose.yaml` is one, and what it tells Footnote and Chroma is what they take. Docker itself is not tried."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from app.__main__ import cli as app_cli
from app.settings import AppSettings
from index.__main__ import cli as index_cli
from tests.chroma import PROGRAM

ROOT = Path(__file__).parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


@pytest.mark.parametrize("name", [name for name in SERVICES if "environment" in SERVICES[name]])
def test_every_setting_is_one_and_its_value_is_taken(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = SERVICES[name]["environment"]
    settings = {key for key in given if key.startswith("FOOTNOTE_")}
    assert {key.removeprefix("FOOTNOTE_").lower() for key in settings} <= set(
        AppSettings.model_fields
    )
    for key in settings:
        # One without a value is not set until whoever runs it has it.
        if given[key] is not None:
            monkeypatch.setenv(key, given[key])
    AppSettings.load()


def test_every_service_volume_and_network_that_is_named_exists() -> None:
    for service in SERVICES.values():
        assert set(service.get("depends_on", {})) <= set(SERVICES)
        assert {volume.split(":")[0] for volume in service.get("volumes", [])} <= set(COMPOSE["volumes"])  # fmt: skip
        assert set(service["networks"]) <= set(COMPOSE["networks"])
    for host in ("footnote-1:7860", "footnote-2:7860"):
        assert host in COMPOSE["configs"]["caddyfile"]["content"]
        assert host.split(":")[0] in SERVICES


def test_the_commands_are_ones() -> None:
    image = (ROOT / "Dockerfile").read_text("utf-8")
    assert '"app", "serve", "--host"' in image
    serve = get_command(app_cli).commands["serve"]  # type: ignore[attr-defined]
    assert "--host" in {option for parameter in serve.params for option in parameter.opts}
    index = get_command(index_cli).commands  # type: ignore[attr-defined]
    assert SERVICES["clean"]["command"][3] in index
    assert SERVICES["index"]["command"][0] in index
    _, run, *words = SERVICES["chroma"]["command"]
    help_text = subprocess.run([PROGRAM, run, "--help"], capture_output=True, text=True, check=True)
    assert all(word in help_text.stdout for word in words if word.startswith("--"))


def test_what_the_image_copies_is_there() -> None:
    copied = [
        line.split()[1]
        for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines()
        if line.startswith("COPY")
    ]
    assert {"app", "index", "prompts", "seeds", "requirements.txt"} == set(copied)
    assert all((ROOT / name).exists() for name in copied)
