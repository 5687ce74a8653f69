import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.__main__ import cli
from app.check_command import Claim, held_against, parse_claim, read_claims, summarise_checks
from app.checking import Check
from index.article import Article
from index.errors import FixInput

SNIPPET = "Musk was blindsided."


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("{", 1), ('{"id": "1"}', 1), ('{"id": "1", "sentence": " "}', 1),
        ('{"id": "1", "sentence": "A."}\n{"id": "1", "sentence": "B."}', 2),
        ('{"id": "1", "sentence": "A.", "cited": "B."}', 1), ('{"id": "1", "sentence": "A.", "supported": 1}', 1),
        ('{"id": "1", "sentence": "A.", "cites": []}', 1),
    ],
)  # fmt: skip
def test_a_broken_line_is_named(tmp_path: Path, line: str, number: int) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text(line)
    with pytest.raises(FixInput, match=f"line {number}"):
        read_claims(path)


def test_an_empty_or_missing_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n")
    for name in ("empty.jsonl", "missing.jsonl"):
        with pytest.raises(FixInput, match=name):
            read_claims(tmp_path / name)


def test_a_snippet_has_to_stand_in_the_article(seed_article: Article) -> None:
    source = held_against(Claim("1", "He was surprised.", (SNIPPET,)), seed_article)
    assert source is not None
    assert source.cited == SNIPPET
    assert held_against(Claim("1", "He was surprised."), seed_article) is None
    with pytest.raises(FixInput, match="1"):
        held_against(Claim("1", "He was surprised.", ("Musk was delighted.",)), seed_article)


def test_rates_are_counted_by_what_is_known() -> None:
    claims = [
        Claim("1", "A.", supported=True, kind="paraphrase"), Claim("2", "B.", supported=True, kind="quote"),
        Claim("3", "C.", supported=False, kind="quote"), Claim("4", "D."),
    ]  # fmt: skip
    checks = [Check(True, ""), Check(False, "no"), Check(False, "no"), Check(True, "")]
    summary = summarise_checks(claims, checks)
    assert summary["caught"] == {"value": 1.0, "n": 1}
    assert summary["rejected"] == {"value": 0.5, "n": 2}
    assert summary["by_kind"]["quote"]["rejected"] == {"value": 1.0, "n": 1}
    assert summary["by_kind"]["paraphrase"]["caught"] == {"value": None, "n": 0}


def test_the_command_writes_the_contract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_DATA_DIR", str(tmp_path / "data"))
    path, out = tmp_path / "claims.jsonl", tmp_path / "checks.json"
    claims = [
        {"id": "a", "sentence": SNIPPET, "cited": [SNIPPET], "supported": True},
        {"id": "b", "sentence": "Musk was blindsided in 1997.", "cited": [SNIPPET], "supported": False, "kind": "date"},
        {"id": "c", "sentence": SNIPPET},
    ]  # fmt: skip
    path.write_text("".join(json.dumps(claim) + "\n" for claim in claims))
    result = CliRunner().invoke(cli, ["check", str(path), "--json", str(out)])
    assert result.exit_code == 0, result.output
    written = json.loads(out.read_text())
    accepted = {check["id"]: check["accepted"] for check in written["checks"]}
    assert accepted == {"a": True, "b": False, "c": True}
    assert written["summary"]["caught"] == {"value": 1.0, "n": 1}


def test_the_bundled_sentences_can_be_read() -> None:
    claims = read_claims(Path("seeds/adversarial.jsonl"))
    assert len(claims) >= 250
    assert sum(claim.supported is True for claim in claims) == len(claims) / 2
    assert parse_claim({"id": "1", "sentence": "A."}).supported is None
