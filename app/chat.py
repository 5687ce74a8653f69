"""The web chat: presentation only. Chat on the left, the article on the right.

Built from Blocks, Chatbot and Markdown without any script of its own, so that it runs under a
content security policy without `'unsafe-eval'`. Below 800 px the stylesheet shows one pane at a
time: the article while a passage or the article's top is the page's target, else the chat.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from app.answer import Answer, Sentence, Stage, Status
from app.desk import Desk
from app.feedback import Feedback, FeedbackLog, Verdict
from app.page import (
    answer_markdown,
    article_markdown,
    copied_text,
    disclosure_markdown,
    notice_markdown,
    question_markdown,
    sentences_markdown,
    tabs_markdown,
)  # fmt: skip
from app.suggestions import SUGGESTED
from index.errors import FootnoteError

log = logging.getLogger(__name__)
WELCOME = (
    "### Ask the article\n"
    "Answers are its own sentences, each with a footnote that opens the passage."
)
LOOKING = "<small>Looking for questions that this article answers …</small>"
SUGGESTIONS = "<small>Questions that this article answers</small>"
DOING: dict[Stage, str] = {
    "loading": "<small>Loading …</small>",
    "searching": "<small>Searching the article …</small>",
    "reading": "<small>Reading the passages …</small>",
    "writing": "<small>Writing the answer …</small>",
}
STOPPED = "<small>Stopped.</small>"
THANKS = "<small>Thank you.</small>"
KEPT = "<small>Thank you, it has been kept.</small>"
NOTHING_LEFT = "There is no article any more: add one with python -m index add."
FAILED = "Something went wrong here; ask again, or tell whoever runs this page."
Said = dict[str, str]
Updates = dict[Any, Any]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Talk:
    """What one page holds of its conversation; the earlier answers are never taken from it."""

    asked: tuple[str, ...] = ()
    cited: tuple[Span, ...] = ()
    answer: Answer | None = None
    verdict: Feedback | None = None


class Chat:
    """The page, its controls as attributes and what happens on them as methods."""

    def __init__(self, desk: Desk, feedback: FeedbackLog, start_on: str | None = None) -> None:
        """Lay the page out; it starts on the article `start_on`, else on the first."""
        self._desk = desk
        self._feedback = feedback
        ids = [article.id for article in desk.assistant.articles()]
        first = start_on if start_on in ids else ids[0]
        with gr.Blocks(title="Footnote: ask the article", analytics_enabled=False) as self.blocks:
            self._talk = gr.State(Talk())
            gr.Markdown(tabs_markdown(), elem_id="tabs")
            # No title and no text before the page is opened: it may have been corrected or removed by then.
            self._picker = gr.Dropdown(
                ids, value=first, label="Article", visible=len(ids) > 1, elem_id="picker"
            )
            with gr.Row(elem_id="panes"):
                with gr.Column(scale=5, min_width=280, elem_id="chat-pane"):
                    self._lay_out_chat()
                with gr.Column(scale=6, min_width=280, elem_id="article-pane"):
                    self._text = gr.Markdown(elem_id="article", latex_delimiters=[])
            self._connect()

    def _lay_out_chat(self) -> None:
        self._label = gr.Markdown(elem_id="disclosure")
        self._chatbot = gr.Chatbot(
            label="Conversation", show_label=False, height="auto", min_height=130, elem_id="chat",
            latex_delimiters=[], buttons=[], feedback_options=None, layout="panel",
            placeholder=WELCOME,
        )  # fmt: skip
        with gr.Row(elem_id="verdict", visible=False) as self._verdict:
            self._good = gr.Button("👍 Helpful", size="sm", min_width=110)
            self._bad = gr.Button("👎 Not helpful", size="sm", min_width=110)
        self._reason = gr.Textbox(
            label="What was right or wrong with it? (optional)", visible=False,
            submit_btn="Send", max_lines=2, max_length=500, elem_id="reason",
        )  # fmt: skip
        self._thanks = gr.Markdown(THANKS, elem_id="thanks", visible=False)
        self._question = gr.Textbox(
            label="Your question", placeholder="Ask about this article", submit_btn="Ask",
            autofocus=True, elem_id="question", lines=1, max_lines=4,
        )  # fmt: skip
        with gr.Column(elem_id="suggestions") as self._suggested:
            self._suggestions_label = gr.Markdown(LOOKING)
            self._buttons = [
                gr.Button(visible=False, size="sm", elem_classes="suggestion")
                for _ in range(SUGGESTED)
            ]
        with gr.Accordion(
            "Copy answer with sources", open=False, visible=False, elem_id="copy"
        ) as self._copy:
            self._copied = gr.Textbox(
                label="Answer with sources", lines=6, max_lines=12, buttons=["copy"],
                interactive=False,
            )  # fmt: skip

    def _connect(self) -> None:
        outputs = [
            self._chatbot, self._question, self._text, self._talk, self._suggested, self._verdict,
            self._reason, self._thanks, self._copy, self._copied, self._label,
            self._suggestions_label, *self._buttons, self._picker,
        ]  # fmt: skip
        quiet: Any = {"outputs": outputs, "show_progress": "hidden", "api_visibility": "private"}
        asking: Any = [
            listen(self.reply, [source, self._chatbot, self._talk, self._picker], **quiet)
            for listen, source in (
                (self._question.submit, self._question),
                *((button.click, button) for button in self._buttons),
            )
        ]
        self._question.stop(None, None, None, cancels=asking, api_visibility="private")
        for event in asking:
            # Gradio's page comes here when a cancelled answer has ended; before that it drops a question.
            event.then(self.settle, [self._chatbot], **quiet)
        self._chatbot.clear(self.start, [self._picker], **quiet)
        self._good.click(self.approve, [self._talk], **quiet)
        self._bad.click(self.disapprove, [self._talk], **quiet)
        self._reason.submit(self.explain, [self._reason, self._talk], **quiet)
        changed = self._picker.change(self.start, [self._picker], **quiet)
        changed.then(self.suggest, [self._picker], **quiet)
        opened = self.blocks.load(self.open, [self._picker], **quiet)
        opened.then(self.suggest, [self._picker], **quiet)

    def reply(
        self, asked: str, shown: list[Said], talk: Talk, article_id: str, request: gr.Request
    ) -> Iterator[Updates]:
        """Yield the page after each sentence; the earlier questions go along, no answers."""
        messages = [*settled(shown), {"role": "user", "content": question_markdown(asked)}]
        yield {
            **self._judged(False),
            self._chatbot: [*messages, said(DOING["searching"])],
            self._question: gr.update(value="", submit_btn=False, stop_btn="Stop"),
            self._suggested: gr.update(visible=False),
        }
        sentences: list[Sentence] = []
        try:
            address = request.client.host
            for event in self._desk.answer(asked, talk.asked, article_id, address):
                if isinstance(event, Status):
                    yield {self._chatbot: [*messages, said(DOING[event.stage])]}
                elif isinstance(event, Sentence):
                    sentences.append(event)
                    text = f"{sentences_markdown(sentences)}\n\n{DOING['writing']}"
                    yield {self._chatbot: [*messages, said(text)]}
                elif isinstance(event, Answer):
                    yield self._finished(event, talk, messages)
        except FootnoteError as error:
            yield self._noticed(messages, str(error))
        except Exception:
            # The reader's page has to take the next question whatever went wrong with this one.
            log.exception("A question was not answered")
            yield self._noticed(messages, FAILED)

    def _noticed(self, messages: list[Said], text: str) -> Updates:
        """Return the page with a notice in place of an answer."""
        return {self._chatbot: [*messages, said(notice_markdown(text))], **self.idle()}

    def settle(self, shown: list[Said]) -> Updates:
        """Say so where the answer was stopped, and take questions again."""
        return {**self.idle(), self._chatbot: settled(shown)}

    def _finished(self, answer: Answer, talk: Talk, messages: list[Said]) -> Updates:
        """Return the page with the whole answer, its marks in the article and its buttons."""
        article = self._desk.article(answer.article_id)
        places = tuple((c.start, c.end) for c in (*answer.citations, *answer.related))
        was_a_question = answer.abstention_reason in {None, "not_in_article"}
        return {
            **self.idle(),
            self._chatbot: [*messages, said(answer_markdown(answer))],
            self._text: article_markdown(article, talk.cited, places, not answer.abstained),
            self._talk: Talk((*talk.asked, answer.question), (*talk.cited, *places), answer),
            self._suggested: gr.update(visible=answer.abstained),
            self._verdict: gr.update(visible=was_a_question),
            self._copy: gr.update(visible=not answer.abstained),
            self._copied: copied_text(answer, article),
        }

    def idle(self) -> Updates:
        """Take questions again."""
        return {self._question: gr.update(submit_btn="Ask", stop_btn=False)}

    def _judged(self, asks_why: bool) -> Updates:
        """Put the thumbs away, and ask for a reason or not."""
        return {
            self._verdict: gr.update(visible=False),
            self._reason: gr.update(visible=asks_why, value=""),
            self._thanks: gr.update(visible=False),
        }

    def approve(self, talk: Talk) -> Updates:
        """Keep a thumb up."""
        return self._judge("up", talk)

    def disapprove(self, talk: Talk) -> Updates:
        """Keep a thumb down."""
        return self._judge("down", talk)

    def _judge(self, verdict: Verdict, talk: Talk) -> Updates:
        if talk.answer is None:
            return self._judged(False)
        given = Feedback.on(talk.answer, verdict)
        self._keep(given)
        return {**self._judged(True), self._talk: replace(talk, verdict=given)}

    def explain(self, why: str, talk: Talk) -> Updates:
        """Keep the reason of the last verdict."""
        if talk.verdict is not None:
            self._keep(talk.verdict.because(why))
        thanks = gr.update(visible=True, value=KEPT if self._feedback.keeps else THANKS)
        return {**self._judged(False), self._thanks: thanks}

    def _keep(self, given: Feedback) -> None:
        with in_the_page():
            self._feedback.keep(given)

    def open(self, article_id: str) -> Updates:
        """Show the articles that there are now, and the one that was chosen or the first."""
        with in_the_page():
            articles = self._desk.articles()
        if not articles:
            raise gr.Error(NOTHING_LEFT)
        chosen = next((a for a in articles if a.id == article_id), articles[0])
        choices = [(article.title, article.id) for article in articles]
        shown = gr.update(choices=choices, value=chosen.id, visible=len(articles) > 1)
        return {**self.start(chosen.id), self._picker: shown}

    def start(self, article_id: str) -> Updates:
        """Start afresh on an article."""
        with in_the_page():
            article = self._desk.article(article_id)
        return {
            **self._judged(False),
            self._chatbot: [],
            self._talk: Talk(),
            self._label: disclosure_markdown(article),
            self._text: article_markdown(article),
            self._copy: gr.update(visible=False),
            self._suggested: gr.update(visible=True),
        }

    def suggest(self, article_id: str) -> Updates:
        """Fill in the questions that this article answers."""
        try:
            found = self._desk.suggestions(self._desk.article(article_id))
        except FootnoteError as error:
            log.warning("No suggestions for %s: %s", article_id, error)
            found = []
        shown = [gr.update(visible=True, value=question) for question in found]
        hidden = [gr.update(visible=False)] * (SUGGESTED - len(found))
        updates = zip(self._buttons, [*shown, *hidden], strict=True)
        return {self._suggestions_label: SUGGESTIONS if found else "", **dict(updates)}


@contextmanager
def in_the_page() -> Iterator[None]:
    """Show in the page what stands in the way."""
    try:
        yield
    except FootnoteError as error:
        raise gr.Error(str(error)) from None


def settled(shown: list[Said]) -> list[Said]:
    """Return a conversation whose last answer, where it was stopped, says so."""
    text = text_of(shown[-1]) if shown else ""
    if not (doing := next((line for line in DOING.values() if text.endswith(line)), "")):
        return shown
    return [*shown[:-1], said(text.removesuffix(doing) + STOPPED)]


def text_of(message: Mapping[str, Any]) -> str:
    """Return the Markdown of a message as Gradio hands it back: a text, or parts with one each."""
    content = message["content"]
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def said(content: str) -> Said:
    """Return a message of the assistant's."""
    return {"role": "assistant", "content": content}
