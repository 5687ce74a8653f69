"""The controls of the web chat, laid out: the conversation on the left, the article on the right.

Built from Blocks, Chatbot and Markdown without any script of its own, so that it runs under a
content security policy without `'unsafe-eval'`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import gradio as gr

from app.answer import Scope
from app.page import tabs_markdown
from app.suggestions import SUGGESTED
from app.talk import Talk
from index.errors import FootnoteError

WELCOME = (
    "## Ask a question\n"
    "Answers are the newspaper’s own sentences, each with a footnote that opens the passage."
)
LOOKING = "<small>Looking for questions that this article answers …</small>"
ASK_ONE, ASK_ALL = "Ask about this article", "Ask about all articles"
THANKS = "<small>Thank you.</small>"
SCOPES: list[tuple[str, Scope]] = [("This article", "article"), ("All articles", "archive")]

# New values of controls.
Updates = dict[Any, Any]


class Controls:
    """The page with each control as an attribute; nothing happens on them yet."""

    def __init__(self, ids: Sequence[str], first: str) -> None:
        """Lay the page out for articles of these ids, with the first one chosen."""
        with gr.Blocks(title="Footnote: ask the article", analytics_enabled=False) as self.blocks:
            self.talk = gr.State(Talk())
            gr.Markdown(tabs_markdown(), elem_id="tabs")
            # No title and no text before the page is opened: it may have been corrected or removed by then.
            with gr.Row(elem_id="asked", visible=len(ids) > 1) as self.asked:
                self.picker = gr.Dropdown(
                    ids, value=first, label="Article", elem_id="picker", scale=3
                )
                self.scope = gr.Radio(
                    SCOPES, value="article", label="Ask", elem_id="scope", scale=1
                )
            with gr.Row(elem_id="panes"):
                with gr.Column(scale=5, min_width=280, elem_id="chat-pane"):
                    self._lay_out_chat()
                with gr.Column(scale=6, min_width=280, elem_id="article-pane"):
                    self.text = gr.Markdown(elem_id="article", latex_delimiters=[])

    def _lay_out_chat(self) -> None:
        self.label = gr.Markdown(elem_id="disclosure")
        self.stale = gr.Markdown(elem_id="stale", visible=False)
        self.chatbot = gr.Chatbot(
            label="Conversation", show_label=False, height="auto", min_height=130, elem_id="chat",
            latex_delimiters=[], buttons=[], feedback_options=None, layout="panel",
            placeholder=WELCOME,
        )  # fmt: skip
        with gr.Row(elem_id="verdict", visible=False) as self.verdict:
            self.good = gr.Button("👍 Helpful", size="sm", min_width=110)
            self.bad = gr.Button("👎 Not helpful", size="sm", min_width=110)
        self.reason = gr.Textbox(
            label="What was right or wrong with it? (optional)", visible=False,
            submit_btn="Send", max_lines=2, max_length=500, elem_id="reason",
        )  # fmt: skip
        self.thanks = gr.Markdown(THANKS, elem_id="thanks", visible=False)
        self.question = gr.Textbox(
            label="Your question", placeholder=ASK_ONE, submit_btn="Ask",
            autofocus=True, elem_id="question", lines=1, max_lines=4,
        )  # fmt: skip
        with gr.Column(elem_id="suggestions") as self.suggested:
            self.suggestions_label = gr.Markdown(LOOKING)
            self.buttons = [
                gr.Button(visible=False, size="sm", elem_classes="suggestion")
                for _ in range(SUGGESTED)
            ]
        with gr.Accordion(
            "Copy answer with sources", open=False, visible=False, elem_id="copy"
        ) as self.copy:
            self.copied = gr.Textbox(
                label="Answer with sources", lines=6, max_lines=12, buttons=["copy"],
                interactive=False,
            )  # fmt: skip

    def idle(self) -> Updates:
        """Take questions."""
        return {self.question: gr.update(submit_btn="Ask", stop_btn=False)}

    def busy(self, emptied: bool = False) -> Updates:
        """Take no question but a stop; `emptied` clears the one that was asked."""
        value: Any = {"value": ""} if emptied else {}
        return {
            self.question: gr.update(submit_btn=False, stop_btn="Stop", **value),
            self.suggested: gr.update(visible=False),
        }


@contextmanager
def in_the_page() -> Iterator[None]:
    """Show in the page what stands in the way."""
    try:
        yield
    except FootnoteError as error:
        # A traceback would say nothing that the error does not.
        raise gr.Error(str(error), print_exception=False) from None
