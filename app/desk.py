"""The one way to the assistant for everyone who asks over HTTP: counted, queued and timed.

The API and the web chat share its threads and its limits.
"""

import time
from collections.abc import AsyncGenerator, Generator, Iterator, Sequence
from contextlib import aclosing, closing, contextmanager

from starlette.concurrency import run_in_threadpool

from app.answer import Answer, Scope, Sentence, Status
from app.answering import Assistant
from app.limits import Limits
from app.metrics import Metrics
from app.problems import Problem, for_now, out_of_order
from app.question import checked
from app.suggestions import suggestions
from app.workers import Workers
from index.article import Article
from index.errors import FixInput, FootnoteError, TryAgain

Event = Status | Sentence | Answer
# Making suggestions asks the article up to 24 questions, which readers' own must not wait for.
SUGGESTIONS_WAITING = 30
# What questions about all articles are counted under; no article has such an id.
ARCHIVE = "*"


class Desk:
    """Takes questions and hands out answers; every refusal is a `Problem`."""

    def __init__(
        self, assistant: Assistant, limits: Limits, metrics: Metrics, *, at_once: int, waiting: int,
        timeout_s: float,
    ) -> None:  # fmt: skip
        """Answer `at_once` questions while `waiting` more wait, each `timeout_s` seconds at most."""
        self.assistant = assistant
        self.metrics = metrics
        self._limits = limits
        self._workers = Workers(at_once, waiting, timeout_s)
        self._suggesting = Workers(1, SUGGESTIONS_WAITING, timeout_s)

    def article(self, article_id: str | None) -> Article:
        """Return an article, or the only one for None.

        Raises a 404 `Problem` for an unknown one and 422 where there are several.
        """
        try:
            with understood():
                return self.assistant.article(article_id)
        except FixInput:
            if article_id is not None:
                raise Problem(404, "There is no article of this id.") from None
            raise Problem(422, "Say in `article` which article is asked.") from None

    def articles(self) -> list[Article]:
        """Return every article."""
        with understood():
            return self.assistant.articles()

    def at(self, url: str) -> list[Article]:
        """Return the articles of a page."""
        with understood():
            return self.assistant.library.at(url)

    def call(self, address: str) -> None:
        """Count a call that asks nothing; raises a 429 `Problem` where there were too many."""
        with self._counted():
            self._limits.call(address)

    async def ask(
        self, question: str, history: Sequence[str], article_id: str | None, scope: Scope,
        address: str,
    ) -> AsyncGenerator[Event, None]:  # fmt: skip
        """Return the events of an answer.

        What refuses the question is raised here and not by the events: a `Problem`, or `FixInput`
        for one that is empty or too long.
        """
        began = time.perf_counter()
        asked = await run_in_threadpool(
            self._admitted, question, history, article_id, scope, address
        )
        with self._counted():
            events = self._workers.stream(lambda: self._answer(question, history, asked, began))
        return self._watched(events)

    async def suggest(self, article_id: str) -> list[str]:
        """Return the questions that an article answers."""
        article = await run_in_threadpool(self.article, article_id)
        with self._counted():
            work = self._suggesting.stream(lambda: self._suggestions(article))
            return [question async for question in work]

    async def _watched(self, events: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
        with self._counted():
            async with aclosing(events):
                async for event in events:
                    yield event

    def _admitted(
        self, question: str, history: Sequence[str], article_id: str | None, scope: Scope,
        address: str,
    ) -> str | None:  # fmt: skip
        """Return the id of the article that is asked, None for the archive."""
        # What is refused costs a call, too.
        self.call(address)
        for text in (question, *history):
            checked(text)
        asked = self.article(article_id).id if scope == "article" else None
        with self._counted():
            self._limits.ask(address, asked or ARCHIVE)
        return asked

    def _answer(
        self, question: str, history: Sequence[str], article_id: str | None, began: float
    ) -> Generator[Event, None, None]:
        scope: Scope = "article" if article_id else "archive"
        events = self.assistant.stream(question, history, article_id, scope)
        with understood(), closing(events):
            for event in events:
                if isinstance(event, Answer):
                    self.metrics.answered(event, time.perf_counter() - began)
                yield event

    def _suggestions(self, article: Article) -> Generator[str, None, None]:
        with understood():
            yield from suggestions(self.assistant, article)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Count what a limit refuses."""
        try:
            yield
        except Problem as problem:
            if problem.limit:
                self.metrics.limited(problem.limit)
            raise


@contextmanager
def understood() -> Iterator[None]:
    """Let wrong input pass, and turn what only the newsroom can mend into a 503 `Problem`."""
    try:
        yield
    except (FixInput, Problem):
        raise
    except TryAgain as error:
        raise for_now(error) from error
    except FootnoteError as error:
        raise out_of_order(error) from error
