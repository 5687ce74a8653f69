import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.__main__ import main
from tests.index.test_sources import BODY
from tests.web import page, serve

ROOT = Path(__file__).parents[2]


def start(*words: str, data: Path, **more: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "index", *words],
        cwd=ROOT,
        env={**os.environ, "FOOTNOTE_DATA_DIR": str(data), "FOOTNOTE_ALLOW_PRIVATE": "1", **more},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


class Command:
    """`python -m index` run in this process: exit code, standard output, standard error."""

    def __init__(
        self, data: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]
    ) -> None:
        self._patch, self._capture = patch, capture
        patch.setenv("FOOTNOTE_DATA_DIR", str(data))
        patch.setenv("FOOTNOTE_ALLOW_PRIVATE", "1")

    def __call__(self, *words: str, stdin: str = "") -> tuple[int, str, str]:
        self._patch.setattr(sys, "argv", ["index", *words])
        self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        self._capture.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        out, err = self._capture.readouterr()
        return int(end.value.code or 0), out, err


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    return Command(tmp_path / "data", monkeypatch, capsys)


def test_some_fail_and_the_others_are_added(
    tmp_path: Path, run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "port.txt").write_text("Port sold\n\n" + "\n".join(BODY), encoding="utf-8")
    with serve() as site:
        site.put("/a", page("Port bought", *BODY))
        sources = [
            f"{site.url}/missing",
            str(tmp_path / "port.txt"),
            str(tmp_path / "no.txt"),
            f"{site.url}/a",
        ]
        code, out, err = run("add", *sources)
        assert code == 1
        assert out.splitlines() == ["port: added", "a: added"]
        lines = [
            line
            for line in err.splitlines()
            if line.startswith((f"{site.url}/missing: ", f"{tmp_path}/no.txt: "))
        ]
        assert len(lines) == 2
        assert "2 added" in err.splitlines()[-1]
        assert "2 failed" in err.splitlines()[-1]
        assert run("add", f"{site.url}/a")[:2] == (0, "a: unchanged\n")
        assert run("add", f"{site.url}/missing")[0] == 1
        monkeypatch.setenv("FOOTNOTE_ALLOW_PRIVATE", "0")
        assert run("add", f"{site.url}/a")[0] == 1


def test_standard_input_a_withdrawal_and_a_taken_id(tmp_path: Path, run: Command) -> None:
    item = {"uri": "https://w.example/port", "headline": "Port sold", "body_text": "\n".join(BODY)}
    assert run("add", "-", stdin=json.dumps(item))[:2] == (0, "port: added\n")
    (tmp_path / "port.txt").write_text("Port sold\n\n" + "\n".join(BODY), encoding="utf-8")
    code, out, err = run("add", str(tmp_path / "port.txt"))
    assert (code, out) == (1, "")
    assert "port" in err
    cancelled = {**item, "pubstatus": "canceled"}
    assert run("add", "-", stdin=json.dumps(cancelled))[:2] == (0, "port: removed\n")


def test_wrong_use_is_told_before_anything_is_done(tmp_path: Path, run: Command) -> None:
    (tmp_path / "a.txt").write_text("Port sold\n\n" + BODY[0], encoding="utf-8")
    for words in (
        ("add",), ("add", "missing.txt"), ("add", str(tmp_path), "--id", "x"), ("add", str(tmp_path / "a.txt"), "--id", "X Y"),
        ("add", str(tmp_path / "a.txt"), "--follow", "5"), ("add", "a", "b", "--id", "x"), ("unfollow", "https://p.example/feed"),
    ):  # fmt: skip
        code, out, _ = run(*words)
        assert (code, out) == (2, ""), words


def test_a_followed_feed_is_picked_up_and_ctrl_c_ends_it_cleanly(tmp_path: Path) -> None:
    with serve() as site:
        site.put("/a", page("Port sold", *BODY))
        site.put(
            "/feed",
            f"<rss version='2.0'><channel><item><link>{site.url}/a</link></item></channel></rss>",
        )
        process = start("add", f"{site.url}/feed", "--follow", "0.2", data=tmp_path)
        assert process.stdout is not None
        assert process.stdout.readline() == "a: added\n"
        site.put("/a", "", 410)
        assert process.stdout.readline() == "a: removed\n"
        deadline = time.monotonic() + 30
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=deadline - time.monotonic())
        assert process.returncode == 0
        assert "Traceback" not in err
        assert "1 added, 0 unchanged, 1 removed" in err
        assert out == ""
