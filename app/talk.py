"""What one page of the web chat holds of its conversation, and how its messages end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.answer import Answer, Citation, Stage
from app.feedback import Feedback

DOING: dict[Stage, str] = {
    "loading": "<small>Loading …</small>",
    "searching": "<small>Searching the article …</small>",
    "reading": "<small>Reading the passages …</small>",
    "writing": "<small>Writing the answer …</small>",
}
STOPPED = "<small>Stopped.</small>"
Said = dict[str, str]


@dataclass(frozen=True, slots=True)
class Talk:
    """What one page holds of its conversation; the earlier answers are never taken from it."""

    asked: tuple[str, ...] = ()
    cited: tuple[Citation, ...] = ()
    answer: Answer | None = None
    verdict: Feedback | None = None


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
