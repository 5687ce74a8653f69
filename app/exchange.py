"""Question sets and runs in the field's formats: ragas, BEIR and promptfoo; drafts from readers' feedback.

ragas: one single-turn sample a line. BEIR: `corpus.jsonl` (a paragraph a document), `queries.jsonl`,
`qrels/test.tsv`. promptfoo: a CSV of test cases whose `__metadata:` columns keep what its checks cannot.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.evaluation import Result, covers, retrieved
from app.question import REASON_TEXT
from app.question_set import LISTS, TRUTHS, Question, is_csv, json_records, read_content, read_set
from app.run import write_text
from index.article import Article
from index.errors import FixInput

REFUSAL = REASON_TEXT["not_in_article"]
Articles = Mapping[str, Article]
QUESTION_COLUMNS = ("question", "query", "input", "prompt")
# Other checks, such as a rubric for a judge, hold no text that an answer would have.
CHECK = re.compile(r"(?:i?contains|equals):\s*(.*)", re.S)


def read_any(path: Path) -> list[Question]:
    """Read a question set in the contract's form, or as ragas samples, a BEIR folder or a promptfoo CSV.

    Raises `FixInput` where it cannot be used.
    """
    if path.is_dir():
        return list(from_beir(path))
    content = read_content(path)
    first = content.split("\n", 1)[0]
    if is_csv(path) and "__expected" in first:
        return list(from_promptfoo(path, content))
    if not is_csv(path) and '"user_input"' in first:
        return list(from_ragas(path, content))
    return read_set(path)


def ragas_samples(results: Iterable[Result], articles: Articles) -> Iterator[dict[str, Any]]:
    """Yield one ragas single-turn sample a question."""
    for result in results:
        question, answer = result.question, result.answer
        text = articles[answer["article_id"]].text
        yield {
            "user_input": answer["standalone_question"],
            "retrieved_contexts": [text[c["start"] : c["end"]] for c in retrieved(answer)],
            "reference_contexts": list(question.evidence),
            "response": answer["answer"],
            "reference": reference(question),
        }


def reference(question: Question) -> str:
    """Return what a right answer says."""
    if not question.answerable:
        return REFUSAL
    return question.answers[0] if question.answers else " ".join(question.evidence[:1])


def write_beir(questions: Sequence[tuple[Question, Article]], folder: Path) -> None:
    """Write corpus, queries and relevance judgements; a question without an answer has none of these."""
    articles = {article.id: article for _, article in questions}
    corpus = [
        {"_id": f"{article.id}:{start}", "title": article.title, "text": article.text[start:end]}
        for article in articles.values()
        for start, end in article.paragraphs()
    ]
    queries = [{"_id": question.id, "text": question.question} for question, _ in questions]
    rows = [
        (question.id, f"{article.id}:{start}", 1)
        for question, article in questions
        for start, end in article.paragraphs()
        if covers(article, [(start, end)], question)
    ]
    judgements = io.StringIO()
    table = csv.writer(judgements, delimiter="\t", lineterminator="\n")
    table.writerows([("query-id", "corpus-id", "score"), *rows])
    write_lines(folder / "corpus.jsonl", corpus)
    write_lines(folder / "queries.jsonl", queries)
    write_text(folder / "qrels" / "test.tsv", judgements.getvalue())


def promptfoo_csv(questions: Iterable[Question]) -> str:
    """Return the test cases as CSV: an answer holds one accepted text, or says that there is none."""
    out = io.StringIO()
    names = ["question", "history", "article", "__expected", "__metadata:id", "__metadata:type",
             "__metadata:answerable", "__metadata:evidence", "__metadata:answers"]  # fmt: skip
    table = csv.DictWriter(out, names, lineterminator="\n")
    table.writeheader()
    for question in questions:
        accepted = json.dumps([*question.answers, *question.evidence], ensure_ascii=False)
        expected = f"javascript:{accepted}.some(text => output.includes(text))"
        table.writerow({
            "question": question.question,
            "history": json.dumps(question.history, ensure_ascii=False) if question.history else "",
            "article": question.article or "",
            "__expected": expected if question.answerable else f"contains:{REFUSAL}",
            "__metadata:id": question.id, "__metadata:type": question.type or "",
            "__metadata:answerable": str(question.answerable).lower(),
            "__metadata:evidence": json.dumps(question.evidence, ensure_ascii=False),
            "__metadata:answers": json.dumps(question.answers, ensure_ascii=False),
        })  # fmt: skip
    return out.getvalue()


def from_ragas(path: Path, content: str) -> Iterator[Question]:
    """Yield the questions of ragas samples; one without contexts and answer is not answerable."""
    for number, sample in json_records(path, content):
        if not isinstance(sample, dict) or not isinstance(sample.get("user_input"), str):
            raise FixInput(f"{path}, line {number}: a single-turn sample has a text `user_input`.")
        evidence = tuple(sample.get("reference_contexts") or ())
        said = sample.get("reference") or ""
        answers = (said,) if said and said != REFUSAL else ()
        yield Question(
            str(number), sample["user_input"], bool(evidence or answers), evidence=evidence,
            answers=answers, line=number,
        )  # fmt: skip


def from_beir(folder: Path) -> Iterator[Question]:
    """Yield the questions of a BEIR folder: the judged documents' texts are the evidence."""
    try:
        corpus, queries = (
            {record["_id"]: record for _, record in json_records(path, path.read_text("utf-8"))}
            for path in (folder / "corpus.jsonl", folder / "queries.jsonl")
        )
        judged: dict[str, list[str]] = {}
        with (folder / "qrels" / "test.tsv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                if float(row["score"]) > 0:
                    judged.setdefault(row["query-id"], []).append(row["corpus-id"])
        for name, query in queries.items():
            documents = judged.get(name, [])
            article = documents[0].rpartition(":")[0] if documents else None
            yield Question(
                name, query["text"], bool(documents), article=article or None,
                evidence=tuple(corpus[document]["text"] for document in documents),
            )  # fmt: skip
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise FixInput(f"{folder}: this is not a BEIR folder ({error}).") from None


def from_promptfoo(path: Path, content: str) -> Iterator[Question]:
    """Yield the questions of a promptfoo CSV; a check that names a text gives an accepted answer."""
    rows = csv.DictReader(io.StringIO(content, newline=""))
    for number, row in enumerate(rows, start=1):
        asked = next((row[name] for name in QUESTION_COLUMNS if row.get(name)), None)
        if asked is None:
            raise FixInput(f"{path}, row {number}: no column {' / '.join(QUESTION_COLUMNS)}.")
        columns = {"history": "history", **{n: f"__metadata:{n}" for n in ("evidence", "answers")}}
        try:
            kept: dict[str, Any] = {
                name: tuple(json.loads(row.get(columns[name]) or "[]")) for name in LISTS
            }
        except (ValueError, TypeError):
            raise FixInput(f"{path}, row {number}: a list in it is not a JSON array.") from None
        check = CHECK.fullmatch((row.get("__expected") or "").strip())
        answerable = row.get("__metadata:answerable")
        if not answerable and check:
            kept["answers"] = (check.group(1),)
        yield Question(
            row.get("__metadata:id") or str(number), asked,
            TRUTHS.get((answerable or "true").lower(), True), article=row.get("article") or None,
            type=row.get("__metadata:type") or None, line=number + 1, **kept,
        )  # fmt: skip


def from_feedback(lines: Iterable[Mapping[str, Any]]) -> Iterator[Question]:
    """Yield a draft question for each thumb down and each question that got no answer, each once."""
    seen: set[tuple[str | None, str]] = set()
    for line in lines:
        key = (line["article"], line["question"].casefold())
        if key in seen or not (line["verdict"] == "down" or line["abstained"]):
            continue
        seen.add(key)
        what = "no answer" if line["abstained"] else "thumb down"
        note = f"{line['at'][:10]}, {what}"
        yield Question(
            f"feedback-{len(seen)}", line["question"], not line["abstained"],
            article=line["article"], type="feedback",
            note=f"{note}: {line['reason']}" if line["reason"] else note,
        )  # fmt: skip


def write_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Write JSON Lines; raises `FixInput` where the file cannot be written."""
    write_text(path, "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records))
