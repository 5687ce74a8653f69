"""`index add --engine ray` on a real Ray of this machine: two workers, one writer."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.bulk import RayCluster
from index.errors import FixSettings
from index.models import Embedder
from index.store import ArticleStore
from tests.index.test_add import start

ARTICLES = 70


def line(number: int, said: str = "on Monday") -> str:
    return json.dumps(
        {
            "uri": f"https://w.example/port-{number}",
            "headline": f"Port {number} is sold",
            "body_text": f"The council sold port {number} for ${number} million {said}.\n"
            f"Ada Abney, who leads it, called the sale of port {number} “a fair one”.",
        }
    )


def stream() -> str:
    """Return many articles, among them one in three versions, one withdrawn and one that is broken."""
    lines = [line(number) for number in range(ARTICLES)]
    lines[40:40] = [line(3, "on Tuesday"), "{"]
    lines += [line(3), json.dumps({**json.loads(line(5)), "pubstatus": "canceled"})]
    return "\n".join(lines)


def stored(data: Path, embedder: Embedder) -> dict[str, tuple[Any, Any, Any]]:
    store = ArticleStore(data, embedder.digest)
    return {
        a.id: (a.to_json(), store.chunks(a).chunks, store.chunks(a).vectors)
        for a in store.articles()
    }


def outcome(process: "subprocess.Popen[str]", stdin: str) -> tuple[int, list[str], str]:
    out, err = process.communicate(stdin, timeout=240)
    return process.returncode, out.splitlines(), err.splitlines()[-1]


def test_killed_and_run_again_it_stores_what_the_plain_path_stores(
    tmp_path: Path, embedder: Embedder
) -> None:
    plain = outcome(start("add", "-", data=tmp_path / "plain"), stream())
    killed = start("add", "-", "--engine", "ray", data=tmp_path / "ray")
    assert killed.stdin is not None
    assert killed.stdout is not None
    killed.stdin.write("\n".join(line(number) for number in range(ARTICLES)))
    killed.stdin.close()
    assert killed.stdout.readline() == "port-0: added\n"
    killed.kill()
    killed.wait()
    held = len(stored(tmp_path / "ray", embedder))
    assert 0 < held <= ARTICLES

    code, out, summary = outcome(
        start("add", "-", "--engine", "ray", data=tmp_path / "ray"), stream()
    )
    assert code == plain[0] == 1
    assert f"{held} unchanged" in summary
    assert len(out) == len(plain[1])
    expected, found = stored(tmp_path / "plain", embedder), stored(tmp_path / "ray", embedder)
    assert found.keys() == expected.keys()
    assert ArticleStore(tmp_path / "ray", embedder.digest).verify() == []
    for article_id, (article, chunks, vectors) in expected.items():
        assert found[article_id][:2] == (article, chunks)
        np.testing.assert_allclose(found[article_id][2], vectors, atol=1e-6)


def test_without_ray_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    # Python takes None for a module that isn't there.
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(FixSettings, match=r"requirements-scale\.txt"):
        RayCluster("bundled")
