"""`python -m app serve` as a process of its own, for benchmarks."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent


@contextmanager
def served(folder: Path, **environment: str) -> Iterator[str]:
    """Serve what is in a data folder, without limits; yields the address once it listens."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "app", "serve", "--port", str(port)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "FOOTNOTE_DATA_DIR": str(folder), "FOOTNOTE_READER_LIMIT": "off",
             "FOOTNOTE_ARTICLE_LIMIT": "off", **environment},
    )  # fmt: skip
    try:
        assert server.stdout is not None
        server.stdout.readline()
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
