"""A question set: what an editor asks of an article, and where its answers stand.

JSON Lines, or CSV with the same names; in CSV a list is one item a line of its cell, or a JSON array.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from app.question import checked
from index.article import Article
from index.blocks import collapse
from index.errors import FixInput

LISTS = ("history", "evidence", "answers")
TEXTS = ("article", "type", "standalone", "note")
FIELDS = {"id", "question", "answerable", *TEXTS, *LISTS}
TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Identified(Protocol):
    """What a line of a file becomes."""

    @property
    def id(self) -> str:
        """The id, which no other line of the file has."""


Line = TypeVar("Line", bound=Identified)


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a question set; any one snippet of `evidence` is enough.

    `standalone` is a person's rewrite of a follow-up, `note` what an editor wants to remember; `line` is
    where the question stands in its file.
    """

    id: str
    question: str
    answerable: bool
    article: str | None = None
    history: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    type: str | None = None
    standalone: str | None = None
    note: str | None = None
    line: int = field(default=0, compare=False)

    def to_json(self) -> dict[str, Any]:
        """Return the question as a line of a set holds it, without what it lacks."""
        lists = {name: list(getattr(self, name)) for name in LISTS}
        record = {
            "id": self.id, "question": self.question, "article": self.article,
            "answerable": self.answerable, **lists, "type": self.type,
            "standalone": self.standalone, "note": self.note,
        }  # fmt: skip
        return {name: value for name, value in record.items() if value or name == "answerable"}


def read_set(path: Path) -> list[Question]:
    """Read a question set.

    Raises `FixInput` with the line number for the first line that cannot be used.
    """
    content = read_content(path)
    records = csv_records(path, content) if is_csv(path) else json_records(path, content)
    return parsed_lines(path, records, parse_question)


def parsed_lines(
    path: Path, records: Iterable[tuple[int, Any]], parse: Callable[[Any, int], Line]
) -> list[Line]:
    """Return what `parse(record, line number)` makes of each record of a file.

    Raises `FixInput` with the line number where it raises `ValueError` or gives an id that is there
    already, and where there is no record at all.
    """
    found: dict[str, Line] = {}
    for number, record in records:
        try:
            line = parse(record, number)
        except ValueError as error:
            raise FixInput(f"{path}, line {number}: {error}") from None
        if line.id in found:
            raise FixInput(f"{path}, line {number}: the id {line.id!r} is there twice.")
        found[line.id] = line
    if not found:
        raise FixInput(f"{path}: there is no line in it to use.")
    return list(found.values())


def known_fields(record: Any, fields: Set[str]) -> dict[str, Any]:
    """Return a line's object; raises `ValueError` where it is none or has a field that is not known."""
    if not isinstance(record, dict):
        raise ValueError("a line must be a JSON object.")
    if unknown := sorted(set(record) - fields):
        raise ValueError(
            f"unknown field {unknown[0]!r}; the fields are {', '.join(sorted(fields))}."
        )
    return record


def read_content(path: Path) -> str:
    """Return a file's text; raises `FixInput` where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise FixInput(f"{path}: cannot be read ({reason}).") from None


def is_csv(path: Path) -> bool:
    """Return whether a set is CSV, by its name."""
    return path.suffix.lower() == ".csv"


def json_records(path: Path, content: str) -> Iterator[tuple[int, Any]]:
    """Yield the line number and the object of each line that is not blank."""
    # Not `splitlines`: a snippet may hold U+2028, which JSON leaves as it is.
    for number, line in enumerate(content.split("\n"), start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except ValueError as error:
                raise FixInput(f"{path}, line {number}: not JSON ({error}).") from None


def csv_records(path: Path, content: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the line number and the fields of each row, empty cells left out."""
    rows = csv.DictReader(io.StringIO(content, newline=""), restkey="", strict=True)
    before = 1
    try:
        for row in rows:
            number, before = before + 1, rows.line_num
            yield number, {name: cell_value(name, cell) for name, cell in row.items() if cell}
    except csv.Error as error:
        raise FixInput(f"{path}, line {before + 1}: not CSV ({error}).") from None


def cell_value(name: str, cell: Any) -> Any:
    """Return what a CSV cell means for a field."""
    if not isinstance(cell, str):
        return cell
    if name == "answerable":
        return TRUTHS.get(cell.strip().lower(), cell)
    if name not in LISTS:
        return cell
    if cell.lstrip().startswith("["):
        try:
            return json.loads(cell)
        except ValueError:
            pass
    return [item.strip() for item in cell.splitlines() if item.strip()]


def parse_question(record: Any, line: int = 0) -> Question:
    """Return the question of one line; raises `ValueError` saying what is wrong."""
    record = known_fields(record, FIELDS)
    for name, kind in (("id", str), ("question", str), ("answerable", bool)):
        if not isinstance(record.get(name), kind):
            wanted = "true or false" if kind is bool else "a text"
            raise ValueError(f"{name!r} is missing or not {wanted}.")
    for name in TEXTS:
        if not isinstance(record.get(name), str | None):
            raise ValueError(f"{name!r} is not a text.")
    for name in LISTS:
        if not isinstance(record.get(name) or [], list):
            raise ValueError(f"{name!r} is not a list.")
    lists: dict[str, Any] = {name: tuple(record.get(name) or ()) for name in LISTS}
    if any(not isinstance(item, str) for items in lists.values() for item in items):
        raise ValueError("history, evidence and answers hold texts.")
    if not record["question"].strip():
        raise ValueError("the question is empty.")
    if lists["evidence"] and not record["answerable"]:
        raise ValueError("a question that is not answerable cannot have evidence.")
    texts: dict[str, Any] = {name: record.get(name) for name in TEXTS}
    return Question(
        id=record["id"], question=record["question"], answerable=record["answerable"], line=line,
        **lists, **texts,
    )  # fmt: skip


def check_set(
    path: Path, questions: Sequence[Question], article_of: Callable[[Question], Article]
) -> None:
    """Raise `FixInput`, with its line, for what cannot be asked, an unknown article or a snippet not in it.

    A set without any answerable question measures nothing and is refused too.
    """
    for question in questions:
        try:
            for text in (question.question, *question.history):
                checked(text)
            article = article_of(question)
        except FixInput as error:
            raise FixInput(f"{path}, line {question.line}: {error}") from None
        for snippet in question.evidence:
            if not occurrences(article.text, snippet):
                raise FixInput(
                    f"{path}, line {question.line}: this evidence is not in {article.id}: "
                    f"{snippet[:80]!r}"
                )
    if not any(question.answerable for question in questions):
        raise FixInput(f"{path}: no question in it is answerable, so nothing can be measured.")


def occurrences(text: str, snippet: str) -> list[tuple[int, int]]:
    """Return where a snippet stands in an article's text, as `(start, end)`.

    It is read as the article was: without surplus white space and characters that cannot be seen.
    """
    wanted = "\n".join(line for raw in snippet.splitlines() if (line := collapse(raw)))
    return [match.span() for match in re.finditer(re.escape(wanted), text)] if wanted else []
