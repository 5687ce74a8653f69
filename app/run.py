"""One run of a question set: its results, what made them, and how it is kept and gone on with."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from app import VERSION
from app.answering import Assistant
from app.baseline import StockPipeline
from app.evaluation import Json, Result, judge, summarise
from app.judging import Judge, WordJudge
from app.question_set import Question, check_set
from index.article import Article
from index.errors import FixInput

Run = dict[str, Any]
PARTS = {"questions": list, "summary": dict, "run": dict}


class SetRun:
    """A question set being asked; `results` and `baseline` grow as the questions are answered."""

    def __init__(
        self, assistant: Assistant, path: Path, questions: Sequence[Question],
        article_id: str | None = None, by: Judge | None = None,
    ) -> None:  # fmt: skip
        """Check the set; raises `FixInput` for evidence or an article that is not there.

        `article_id` is asked where a question names no article; `by` judges the sentences of drafts.
        """
        self.questions = questions
        self.results: list[Result] = []
        self.baseline: list[Result] = []
        self._assistant = assistant
        self._path = path
        self._article_id = article_id
        self._by = by or WordJudge(assistant.language)
        self._articles: dict[str | None, Article] = {}
        self._finished: dict[str, Json] = {}
        check_set(path, questions, self.article_of)

    @property
    def articles(self) -> dict[str, Article]:
        """The articles that are asked, by id."""
        return {article.id: article for article in self._articles.values()}

    def article_of(self, question: Question) -> Article:
        """Return the article that a question is asked of; raises `FixInput` where there is none."""
        wanted = question.article or self._article_id
        if wanted not in self._articles:
            self._articles[wanted] = self._assistant.article(wanted)
        return self._articles[wanted]

    def go_on_from(self, path: Path) -> None:
        """Keep the answers of an interrupted run of the same set and models; none where there is no file.

        Raises `FixInput` where the run is another's: its answers do not belong here.
        """
        if not path.exists():
            return
        run = read_run(path)
        if any(run["run"].get(name) != value for name, value in self._made_of().items()):
            raise FixInput(f"{path}: made from another set or by other models; leave --resume out.")
        self._finished = {answer["id"]: answer for answer in run["questions"]}

    def ask(self) -> Iterator[Result]:
        """Ask the questions one by one; an answer to an article that was corrected since is not kept."""
        for question in self.questions:
            article = self.article_of(question)
            answer = self._finished.get(question.id)
            if answer is None or answer["article_version"] != article.version:
                found = self._assistant.ask(question.question, question.history, article.id)
                answer = found.to_json()
            self.results.append(self._judge(question, answer))
            yield self.results[-1]

    def keep_finished(self) -> None:
        """Judge what an interrupted run had finished and this one has not come to; asks nothing."""
        judged = {result.question.id for result in self.results}
        for question in self.questions:
            answer = self._finished.get(question.id)
            if answer is not None and question.id not in judged:
                self.results.append(self._judge(question, answer))

    def _judge(self, question: Question, answer: Json) -> Result:
        return judge(
            question, answer, self.article_of(question), self._assistant.language, self._by
        )

    def ask_baseline(self, pipeline: StockPipeline) -> Iterator[Result]:
        """Ask the same questions of the usual pipeline."""
        for question in self.questions:
            answer = pipeline.ask(question.question, self.article_of(question))
            self.baseline.append(self._judge(question, answer))
            yield self.baseline[-1]

    def to_json(self) -> Run:
        """Return the contract's JSON, with the baseline's beside it where all of it was asked."""
        run: Run = {
            "questions": [result.to_json() for result in self.results],
            "summary": summarise(self.results),
            "run": {
                **self._made_of(),
                "questions": len(self.questions),
                "finished": datetime.now(UTC).isoformat(timespec="seconds"),
                "chromadb": version("chromadb"),
            },
        }
        if len(self.baseline) == len(self.questions):
            questions = [result.to_json() for result in self.baseline]
            run["baseline"] = {"questions": questions, "summary": summarise(self.baseline)}
        return run

    def _made_of(self) -> dict[str, Any]:
        digest = set_digest(self._path)
        return {
            **self._assistant.made_of(),
            "judge": self._by.name,
            "version": VERSION,
            "set": self._path.name,
            "set_digest": digest,
        }


def set_digest(path: Path) -> str:
    """Return the SHA-256 (hex) of a question set's file, or of a folder's files."""
    files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
    return hashlib.sha256(b"".join(each.read_bytes() for each in files)).hexdigest()


def write_text(path: Path, content: str) -> None:
    """Write a file and its folder; raises `FixInput` where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise FixInput(f"{path}: cannot be written ({error.strerror}).") from None


def write_run(path: Path, run: Run) -> None:
    """Write a run as JSON; raises `FixInput` where it cannot be written."""
    write_text(path, json.dumps(run, ensure_ascii=False, indent=1) + "\n")


def read_run(path: Path) -> Run:
    """Read a run that `eval --json` wrote; raises `FixInput` where it is not one."""
    try:
        run = json.loads(path.read_text(encoding="utf-8"))
        is_run = all(isinstance(run[name], kind) for name, kind in PARTS.items()) and all(
            "diagnosis" in question for question in run["questions"]
        )
    except (OSError, ValueError, KeyError, TypeError):
        is_run = False
    if not is_run:
        raise FixInput(f"{path}: this is not a run that `eval --json` wrote.")
    found: Run = run
    return found
