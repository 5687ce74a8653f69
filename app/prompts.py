"""What a language model is told: one Markdown file each in `prompts/`, read and checked at start."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langchain_core.prompts import PromptTemplate

from index.errors import FixSettings

FOLDER = Path(__file__).parent.parent / "prompts"
VARIABLES: Mapping[str, frozenset[str]] = {
    "answer": frozenset(["title", "published", "passages", "question"]),
    "revision": frozenset(["passages", "question", "sentence", "reason"]),
    "follow-up": frozenset(["title", "history", "question"]),
    "suggested-questions": frozenset(["title", "passages", "count"]),
    "judge": frozenset(["title", "passage", "sentence"]),
}
# What stands above the first rule of dashes is the system's message, the rest the user's.
DIVIDER = "\n---\n"
DIGEST_CHARACTERS = 8
FENCE = re.compile(r"<(?=\s*/?\s*passage)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt: the system's text and the user's, and the `digest` of its file."""

    name: str
    system: PromptTemplate
    user: PromptTemplate
    digest: str

    def messages(self, values: Mapping[str, str]) -> list[BaseMessage]:
        """Return the two messages with the variables filled in."""
        return [
            SystemMessage(self.system.format(**values)),
            HumanMessage(self.user.format(**values)),
        ]


def load_prompts(folder: Path = FOLDER) -> dict[str, Prompt]:
    """Return every prompt by its name.

    Raises `FixSettings` for a file that is missing or has other variables than its prompt knows.
    """
    return {name: read_prompt(folder / f"{name}.md", known) for name, known in VARIABLES.items()}


def read_prompt(path: Path, known: frozenset[str]) -> Prompt:
    """Return one prompt; raises `FixSettings` as `load_prompts` does."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FixSettings(f"{path}: the prompt cannot be read ({error}).") from None
    system, divider, user = text.partition(DIVIDER)
    if not divider or not system.strip() or not user.strip():
        raise FixSettings(
            f"{path}: a prompt has the system's text, a line of three dashes, and the user's text."
        )
    try:
        template = PromptTemplate.from_template(user.strip())
        head = PromptTemplate.from_template(system.strip())
    except ValueError as error:
        raise FixSettings(f"{path}: {error}; a brace that is text is written twice.") from None
    used = {*template.input_variables, *head.input_variables}
    if undefined := sorted(used - known):
        raise FixSettings(
            f"{path}: there is no variable {{{undefined[0]}}}; there are {listed(known)}."
        )
    if unused := sorted(known - used):
        raise FixSettings(f"{path}: the variable {{{unused[0]}}} is not used.")
    digest = hashlib.sha256(text.encode()).hexdigest()[:DIGEST_CHARACTERS]
    return Prompt(path.stem, head, template, digest)


def listed(names: frozenset[str]) -> str:
    """Return variables as a prompt writes them."""
    return ", ".join(f"{{{name}}}" for name in sorted(names))


def fenced(passages: Mapping[int, str]) -> str:
    """Return numbered passages between marks that no text of theirs can close."""
    return "\n".join(
        f'<passage number="{number}">\n{FENCE.sub("‹", text)}\n</passage>'
        for number, text in passages.items()
    )
