"""The web chat: presentation only; what happens on the controls of `app/controls.py`.

Below 800 px the stylesheet shows one pane at a
time: the article while a passage or the article's top is the page's target, else the chat.
"""

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from typing import Any

import gradio as gr
from starlette.concurrency import run_in_threadpool

from app.answer import Answer, Citation, Scope, Sentence, Stage, Status, citations_of
from app.controls import ASK_ALL, ASK_ONE, Controls, Updates, in_the_page
from app.desk import Desk
from app.feedback import FeedbackLog
from app.page import (
    answer_markdown,
    archive_disclosure_markdown,
    copied_text,
    disclosure_markdown,
    notice_markdown,
    question_markdown,
    sentences_markdown,
    stale_markdown,
)  # fmt: skip
from app.pane import archive_markdown, article_markdown, list_markdown, spans_in
from app.problems import Problem
from app.suggestions import SUGGESTED
from app.talk import DOING, Said, Talk, said, settled
from app.thumbs import Thumbs
from index.article import Article
from index.errors import FootnoteError
from index.followed import stale_feeds
from index.settings import IndexSettings

log = logging.getLogger(__name__)
SUGGESTIONS = "<small>Questions that this article answers</small>"
NOTHING_LEFT = "There is no article any more: add one with python -m index add."
FAILED = "Something went wrong here; ask again, or tell whoever runs this page."


class Chat:
    """The page, its controls as attributes and what happens on them as methods."""

    def __init__(
        self,
        desk: Desk,
        feedback: FeedbackLog,
        settings: IndexSettings,
        start_on: str | None = None,
    ) -> None:
        """Lay the page out; it starts on the article `start_on`, else on the first."""
        self._desk = desk
        self._settings = settings
        ids = [article.id for article in desk.assistant.articles()]
        first = start_on if start_on in ids else ids[0]
        self._on = Controls(ids, first)
        self._thumbs = Thumbs(self._on, feedback)
        self.blocks = self._on.blocks
        with self.blocks:
            self._connect()

    def _connect(self) -> None:
        outputs = [
            self._on.chatbot, self._on.question, self._on.text, self._on.talk, self._on.suggested, self._on.verdict,
            self._on.reason, self._on.thanks, self._on.copy, self._on.copied, self._on.label, self._on.stale,
            self._on.suggestions_label, *self._on.buttons, self._on.picker, self._on.asked,
        ]  # fmt: skip
        quiet: Any = {"outputs": outputs, "show_progress": "hidden", "api_visibility": "private"}
        choice: list[Any] = [self._on.picker, self._on.scope]
        asking: Any = [
            listen(self.reply, [source, self._on.chatbot, self._on.talk, *choice], **quiet)
            for listen, source in (
                (self._on.question.submit, self._on.question),
                *((button.click, button) for button in self._on.buttons),
            )
        ]
        self._on.question.stop(None, None, None, cancels=asking, api_visibility="private")
        for event in asking:
            # Gradio's page comes here when a cancelled answer has ended; before that it drops a question.
            event.then(self.settle, [self._on.chatbot], **quiet)
        self._on.chatbot.clear(self.start, choice, **quiet)
        self._on.good.click(self._thumbs.approve, [self._on.talk], **quiet)
        self._on.bad.click(self._thumbs.disapprove, [self._on.talk], **quiet)
        self._on.reason.submit(self._thumbs.explain, [self._on.reason, self._on.talk], **quiet)
        for changed in (
            self._on.picker.input(self.start, choice, **quiet),
            self._on.scope.input(self.start, choice, **quiet),
            self.blocks.load(self.open, choice, **quiet),
        ):
            changed.then(self.suggest, choice, **quiet)

    async def reply(
        self, asked: str, shown: list[Said], talk: Talk, article_id: str, scope: Scope,
        request: gr.Request,
    ) -> AsyncGenerator[Updates, None]:  # fmt: skip
        """Yield the page after each sentence; the earlier questions go along, no answers.

        Gradio cancels what waits here at once; in a thread it would wait for the model's next sentence.
        """
        messages = [*settled(shown), {"role": "user", "content": question_markdown(asked)}]
        # Whole in every update, so that none of them rests on the page having shown the one before it.
        busy: Updates = {**self._thumbs.away(), **self._on.busy()}
        asking: Updates = {**busy, **self._on.busy(emptied=True)}
        yield {**asking, self._on.chatbot: [*messages, said(DOING["searching"])]}
        sentences: list[Sentence] = []
        stage: Stage | None = None
        asked_of = article_id if scope == "article" else None
        try:
            address = request.client.host
            events = await self._desk.ask(asked, talk.asked, article_id, scope, address)
            async with aclosing(events):
                async for event in events:
                    if isinstance(event, Status):
                        stage = event.stage
                        yield {**asking, self._on.chatbot: [*messages, said(DOING[stage])]}
                    elif isinstance(event, Sentence) and stage == "writing":
                        # Quotes come all at once with their answer; what is written comes by and by.
                        sentences.append(event)
                        text = f"{sentences_markdown(sentences)}\n\n{DOING['writing']}"
                        cited = citations_of(sentences)
                        yield {
                            **busy,
                            **await run_in_threadpool(self._pane, talk.cited, cited, asked_of),
                            self._on.chatbot: [*messages, said(text)],
                        }
                    elif isinstance(event, Answer):
                        yield await run_in_threadpool(self._finished, event, talk, messages)
        except FootnoteError as error:
            yield self._noticed(messages, str(error))
        except Exception:
            # The reader's page has to take the next question whatever went wrong with this one.
            log.exception("A question was not answered")
            yield self._noticed(messages, FAILED)

    def _noticed(self, messages: list[Said], text: str) -> Updates:
        """Return the page with a notice in place of an answer."""
        return {self._on.chatbot: [*messages, said(notice_markdown(text))], **self._on.idle()}

    def settle(self, shown: list[Said]) -> Updates:
        """Say so where the answer was stopped, and take questions again."""
        return {**self._on.idle(), self._on.chatbot: settled(shown)}

    def _finished(self, answer: Answer, talk: Talk, messages: list[Said]) -> Updates:
        """Return the page with the whole answer, its marks in the article and its buttons."""
        current = (*answer.citations, *answer.related)
        was_a_question = answer.abstention_reason in {None, "not_in_article"}
        return {
            **self._on.idle(),
            **self._told_stale(),
            **self._pane(talk.cited, current, answer.article_id, answered=not answer.abstained),
            self._on.chatbot: [*messages, said(answer_markdown(answer))],
            self._on.talk: Talk((*talk.asked, answer.question), (*talk.cited, *current), answer),
            self._on.suggested: gr.update(
                visible=answer.abstained and answer.article_id is not None
            ),
            self._on.verdict: gr.update(visible=was_a_question),
            self._on.copy: gr.update(visible=not answer.abstained),
            self._on.copied: copied_text(answer, self._holding(current, answer.article_id)),
        }

    def _pane(
        self, earlier: Sequence[Citation], current: Sequence[Citation], article_id: str | None,
        answered: bool = True,
    ) -> Updates:  # fmt: skip
        """Return the article with its marks, or the archive's passages where no article is named."""
        articles = self._holding((*current, *earlier), article_id)
        if article_id is None:
            pane = archive_markdown(articles, earlier, current, answered)
        else:
            (article,) = articles
            spans = spans_in(article, earlier), spans_in(article, current)
            pane = article_markdown(article, *spans, answered=answered)
        return {self._on.text: pane} if articles else {}

    def _holding(self, cited: Sequence[Citation], article_id: str | None) -> list[Article]:
        """Return the article that was asked, or those of the archive that passages were cited from."""
        if article_id is not None:
            return [self._desk.article(article_id)]
        found = []
        for one in dict.fromkeys(citation.article_id for citation in cited):
            # It may have been withdrawn since.
            with suppress(Problem):
                found.append(self._desk.article(one))
        return found

    def open(self, article_id: str, scope: Scope) -> Updates:
        """Show the articles that there are now, and the one that was chosen or the first."""
        with in_the_page():
            articles = self._desk.articles()
        if not articles:
            raise gr.Error(NOTHING_LEFT)
        chosen = next((a for a in articles if a.id == article_id), articles[0])
        choices = [(article.title, article.id) for article in articles]
        return {
            **self.start(chosen.id, scope),
            self._on.picker: gr.update(choices=choices, value=chosen.id),
            self._on.asked: gr.update(visible=len(articles) > 1),
        }

    def start(self, article_id: str, scope: Scope) -> Updates:
        """Start afresh on an article, or on all of them."""
        with in_the_page():
            found = self._of_all() if scope == "archive" else self._of_one(article_id)
        return {
            **self._thumbs.away(),
            **self._told_stale(),
            self._on.chatbot: [],
            self._on.talk: Talk(),
            self._on.copy: gr.update(visible=False),
            **found,
        }

    def _told_stale(self) -> Updates:
        """Tell that feeds were not read for too long, for as long as that is so."""
        text = stale_markdown(stale_feeds(self._settings))
        return {self._on.stale: gr.update(value=text, visible=bool(text))}

    def _of_one(self, article_id: str) -> Updates:
        article = self._desk.article(article_id)
        return {
            self._on.label: disclosure_markdown(article),
            self._on.text: article_markdown(article),
            self._on.picker: gr.update(interactive=True),
            self._on.question: gr.update(placeholder=ASK_ONE),
            self._on.suggested: gr.update(visible=True),
        }

    def _of_all(self) -> Updates:
        articles = self._desk.articles()
        return {
            self._on.label: archive_disclosure_markdown(len(articles)),
            self._on.text: list_markdown(articles),
            self._on.picker: gr.update(interactive=False),
            self._on.question: gr.update(placeholder=ASK_ALL),
            self._on.suggested: gr.update(visible=False),
        }

    async def suggest(self, article_id: str, scope: Scope) -> Updates:
        """Fill in the questions that this article answers."""
        if scope == "archive":
            return {self._on.suggestions_label: ""}
        try:
            found = await self._desk.suggest(article_id)
        except FootnoteError as error:
            log.warning("No suggestions for %s: %s", article_id, error)
            found = []
        shown = [gr.update(visible=True, value=question) for question in found]
        hidden = [gr.update(visible=False)] * (SUGGESTED - len(found))
        updates = zip(self._on.buttons, [*shown, *hidden], strict=True)
        return {self._on.suggestions_label: SUGGESTIONS if found else "", **dict(updates)}
