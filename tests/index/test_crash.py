"""The short form of `make bench-crash`, in a process of its own: Chroma's threads do not survive a fork."""

import re
import subprocess
import sys

KILLS = 8


def test_a_killed_writer_leaves_every_article_whole() -> None:
    command = [sys.executable, "-m", "index.crash", "--kills", str(KILLS), "--rows", "80"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = re.findall(r"^(\w+): (\d+) kills, (\d+) losses, (\d+) mixed", done.stdout, re.M)
    assert [stage for stage, *_ in found] == ["add", "update", "remove", "rebuild"]
    assert all(counts == [str(KILLS // 4), "0", "0"] for _, *counts in found)
