"""`python -m app check FILE`: is each sentence of a file backed by the article? With catch rates where it is known."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from app.checking import Check, Checker
from app.mentions import Source
from app.opening import bundled, folder_for, open_assistant
from app.question_set import (
    json_records,
    known_fields,
    occurrences,
    parsed_lines,
    read_content,
)
from app.run import write_text
from app.settings import AppSettings
from index.article import Article
from index.errors import FixInput

Json = Mapping[str, Any]
FIELDS = {"id", "sentence", "cited", "supported", "kind", "article"}
# Without snippets a sentence is held against so many of the article's nearest passages.
NEAREST = 4
errors = Console(stderr=True, highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Claim:
    """One line of the file: a sentence, the snippets it cites, and whether they back it (None: unknown)."""

    id: str
    sentence: str
    cited: tuple[str, ...] = ()
    supported: bool | None = None
    kind: str = ""
    article: str | None = None


def read_claims(path: Path) -> list[Claim]:
    """Read the file; raises `FixInput` with the line number for the first line that cannot be used."""
    return parsed_lines(path, json_records(path, read_content(path)), parse_claim)


def parse_claim(record: Any, line: int = 0) -> Claim:
    """Return the claim of a line; raises `ValueError` saying what is wrong."""
    record = known_fields(record, FIELDS)
    for name in ("id", "sentence"):
        if not isinstance(record.get(name), str) or not record[name].strip():
            raise ValueError(f"{name!r} is missing or not a text.")
    cited = record.get("cited") or []
    if not isinstance(cited, list) or any(not isinstance(snippet, str) for snippet in cited):
        raise ValueError("'cited' is not a list of texts.")
    if not isinstance(record.get("supported"), bool | None):
        raise ValueError("'supported' is not true or false.")
    for name in ("kind", "article"):
        if not isinstance(record.get(name), str | None):
            raise ValueError(f"{name!r} is not a text.")
    return Claim(
        record["id"], record["sentence"], tuple(cited), record.get("supported"),
        record.get("kind") or "", record.get("article"),
    )  # fmt: skip


def held_against(claim: Claim, article: Article) -> Source | None:
    """Return what a claim cites as a source, None where it cites nothing.

    Raises `FixInput` for a snippet that is not in the article.
    """
    places = [occurrences(article.text, snippet) for snippet in claim.cited]
    for snippet, found in zip(claim.cited, places, strict=True):
        if not found:
            raise FixInput(f"{claim.id}: this is not in {article.id}: {snippet[:80]!r}")
    headings = dict.fromkeys(article.heading_at(found[0][0]) for found in places)
    title = ". ".join([article.title, *(heading for heading in headings if heading)])
    return Source(" ".join(claim.cited), title, article.text) if claim.cited else None


def summarise_checks(claims: Sequence[Claim], checks: Sequence[Check]) -> dict[str, Any]:
    """Return how many unsupported sentences were caught and supported ones rejected, in all and by kind."""
    pairs = list(zip(claims, checks, strict=True))
    kinds = sorted({claim.kind for claim in claims if claim.kind})
    return {
        **rates(pairs),
        "by_kind": {kind: rates([p for p in pairs if p[0].kind == kind]) for kind in kinds},
    }


def rates(pairs: Sequence[tuple[Claim, Check]]) -> dict[str, Any]:
    """Return `caught` of the unsupported and `rejected` of the supported sentences, with their numbers."""
    found: dict[str, Any] = {}
    for name, supported in (("caught", False), ("rejected", True)):
        refused = [not check.accepted for claim, check in pairs if claim.supported is supported]
        value = sum(refused) / len(refused) if refused else None
        found[name] = {"value": value, "n": len(refused)}
    return found


def check_file(
    file: Annotated[Path, typer.Argument(help="JSON Lines: id, sentence, cited, supported, kind.")],
    article: Annotated[str | None, typer.Option("--article", help="The article's id.")] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the checks here; /dev/stdout prints them.")
    ] = None,
) -> None:
    """Check which sentences an article backs."""
    claims = read_claims(file)
    settings, sources = AppSettings.load(), bundled(file)
    with folder_for(sources) as folder:
        assistant = open_assistant(settings, errors, folder, sources)
        with errors.status("Loading the checking model …"):
            checker = Checker.open(assistant.language, settings.nli_model)
        articles = [assistant.article(claim.article or article) for claim in claims]
        held = list(map(held_against, claims, articles))
        checks = []
        for claim, about, cited in track(
            zip(claims, articles, held, strict=True), "Checking", len(claims), console=errors
        ):
            if cited:
                checks += checker.check(claim.sentence, [cited])
            else:
                nearest = assistant.nearest(claim.sentence, about.id, NEAREST)
                checks.append(checker.backing(claim.sentence, about, nearest).check)
    summary = summarise_checks(claims, checks)
    lines = [
        {"id": claim.id, "accepted": check.accepted, "reason": check.reason, "score": check.score}
        for claim, check in zip(claims, checks, strict=True)
    ]
    if json_file:
        text = json.dumps({"checks": lines, "summary": summary}, ensure_ascii=False, indent=1)
        write_text(json_file, text + "\n")
    print_checks(claims, checks, summary, errors)


def print_checks(
    claims: Sequence[Claim], checks: Sequence[Check], summary: Json, console: Console
) -> None:
    """Print what was refused, and the rates where it is known what is right."""
    for claim, check in zip(claims, checks, strict=True):
        if claim.supported is None or check.accepted is not claim.supported:
            verdict = "accepted" if check.accepted else f"refused, {check.reason}"
            console.print(f"{claim.id}: {verdict}: {claim.sentence}", markup=False)
    table = Table("kind", "caught", "n", "rejected", "n")
    for name, found in (("all", summary), *summary["by_kind"].items()):
        cells = []
        for rate in (found["caught"], found["rejected"]):
            cells += ["–" if rate["value"] is None else f"{rate['value']:.0%}", str(rate["n"])]
        table.add_row(name, *cells)
    console.print(table)
