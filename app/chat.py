"""The web chat: presentation only. Chat on the left, the article on the right."""

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import gradio as gr

from app.answer import Answer, Sentence
from app.answering import Assistant
from app.page import (
    answer_markdown,
    article_markdown,
    disclosure_markdown,
    plain,
    sentences_markdown,
)
from index.errors import FixSettings, FootnoteError

log = logging.getLogger(__name__)
CSS = Path(__file__).with_name("chat.css")
SYSTEM_SANS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
Message = dict[str, str]
Span = tuple[int, int]
Step = tuple[list[Message], str, str, list[str], list[Span]]


def build_chat(assistant: Assistant, start_on: str | None = None) -> gr.Blocks:
    """Return the page; it starts on the article `start_on`, else on the first."""
    articles = assistant.articles()
    first = next((a for a in articles if a.id == start_on), articles[0])

    def reply(
        question: str, shown: list[Message], asked: list[str], cited: list[Span], article_id: str
    ) -> Iterator[Step]:
        """Yield the page after each sentence; the earlier questions go along, no answers."""
        article = assistant.article(article_id)
        messages = [*shown, {"role": "user", "content": plain(question)}]
        sentences: list[Sentence] = []
        yield (
            [*messages, said("<small>Searching the article …</small>")],
            "",
            gr.skip(),
            asked,
            cited,
        )
        try:
            for event in assistant.stream(question, asked, article_id):
                if isinstance(event, Sentence):
                    sentences.append(event)
                    yield (
                        [*messages, said(sentences_markdown(sentences))],
                        "",
                        gr.skip(),
                        asked,
                        cited,
                    )
                elif isinstance(event, Answer):
                    spans = [(c.start, c.end) for c in (*event.citations, *event.related)]
                    cited, asked = [*cited, *spans], [*asked, event.question]
                    page = article_markdown(article, cited)
                    yield [*messages, said(answer_markdown(event))], "", page, asked, cited
        except FootnoteError as error:
            yield [*messages, said(f"**{plain(str(error))}**")], "", gr.skip(), asked, cited

    def show(article_id: str) -> tuple[list[Message], str, str, list[str], list[Span]]:
        """Start afresh on another article."""
        article = assistant.article(article_id)
        return [], disclosure_markdown(article), article_markdown(article, []), [], []

    with gr.Blocks(title="Footnote: ask the article", analytics_enabled=False) as page:
        asked, cited = gr.State([]), gr.State([])
        picker = gr.Dropdown(
            [(article.title, article.id) for article in articles],
            value=first.id, label="Article", visible=len(articles) > 1,
        )  # fmt: skip
        with gr.Row():
            with gr.Column(scale=5, min_width=320):
                label = gr.Markdown(disclosure_markdown(first))
                chatbot = gr.Chatbot(
                    show_label=False, height=560, elem_id="chat", latex_delimiters=[],
                    buttons=["copy"], feedback_options=None, layout="panel",
                    placeholder="### Ask the article\nAnswers are sentences from it, each with a footnote.",
                )  # fmt: skip
                question = gr.Textbox(
                    show_label=False, placeholder="Ask about this article", submit_btn=True,
                    stop_btn=True, autofocus=True, elem_id="question", lines=1, max_lines=4,
                )  # fmt: skip
            with gr.Column(scale=6, min_width=320):
                text = gr.Markdown(
                    article_markdown(first, []), elem_id="article", height=680, latex_delimiters=[]
                )
        question.submit(
            reply, [question, chatbot, asked, cited, picker],
            [chatbot, question, text, asked, cited], show_progress="hidden",
        )  # fmt: skip
        picker.change(show, [picker], [chatbot, label, text, asked, cited])
    # Gradio types the context manager as Any.
    assert isinstance(page, gr.Blocks)
    return page


def said(content: str) -> Message:
    """Return a message of the assistant's."""
    return {"role": "assistant", "content": content}


def serve_chat(page: gr.Blocks, host: str, port: int) -> None:
    """Serve the page until it is stopped.

    Raises `FixSettings` where the port is in use.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise FixSettings(
                f"Port {port} on {host} cannot be used ({error.strerror}); choose another with --port."
            ) from None
    print(f"Footnote is at http://{host}:{port}", flush=True)
    page.queue(default_concurrency_limit=2).launch(
        server_name=host, server_port=port, quiet=True, show_error=False, footer_links=[],
        run_history=False, css_paths=CSS, theme=gr.themes.Base(font=SYSTEM_SANS, primary_hue="neutral"),
        ssr_mode=False, pwa=False, mcp_server=False, enable_monitoring=False,
    )  # fmt: skip
