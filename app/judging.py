"""Does what was shown stand in what it cites? Judged without the checks that let it be shown.

By words, or by a second language model that `FOOTNOTE_JUDGE` names. Quotes need no judge: they are compared.
"""

import re
from collections.abc import Sequence
from typing import Protocol

from app.prompts import fenced
from app.settings import AppSettings
from app.writing import ChatWriter, Deadline, WritingFault
from index.errors import TryAgain
from index.language import Language

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
NAME = re.compile(r"(?<![.!?“\"‘:])\s[“\"‘]?([A-Z]\w+)")
# So many of a sentence's content words have to stand in the passage or the headline.
LEAST_SHARED = 0.6


class Judge(Protocol):
    """Says whether quotes back a sentence; `name` stands in the run's record."""

    name: str

    def backs(self, sentence: str, quotes: Sequence[str], title: str) -> bool:
        """Return whether the quotes, under the headline, say what the sentence says."""


class WordJudge:
    """Compares words: every number and name, and most other words, have to stand in the quotes."""

    name = "words"

    def __init__(self, language: Language) -> None:
        self._language = language

    def backs(self, sentence: str, quotes: Sequence[str], title: str) -> bool:
        """Return whether the quotes have the sentence's numbers, names and most of its content words."""
        passage = f"{title}\n{' '.join(quotes)}"
        numbers = set(NUMBER.findall(passage))
        if any(number not in numbers for number in NUMBER.findall(sentence)):
            return False
        if any(name.lower() not in passage.lower() for name in NAME.findall(sentence)):
            return False
        wanted, there = self._language.content(sentence), self._language.content(passage)
        return not wanted or len(wanted & there) >= LEAST_SHARED * len(wanted)


class ModelJudge:
    """Asks a second language model with `prompts/judge.md`."""

    def __init__(self, writer: ChatWriter) -> None:
        self.name = f"{writer.name}, prompt {writer.prompts['judge'].digest}"
        self._writer = writer

    def backs(self, sentence: str, quotes: Sequence[str], title: str) -> bool:
        """Return whether the model says yes; raises `TryAgain` where it says nothing."""
        values = {"title": title, "passage": fenced({1: " ".join(quotes)}), "sentence": sentence}
        try:
            said = self._writer.text("judge", values, Deadline(self._writer.timeout_s))
        except WritingFault as fault:
            raise TryAgain(f"FOOTNOTE_JUDGE gave no verdict: {fault}.") from None
        return said.strip().lower().startswith("yes")


def open_judge(settings: AppSettings, language: Language) -> Judge:
    """Return the judge that the settings name; raises `FixSettings` where it cannot be used."""
    if settings.judge is None:
        return WordJudge(language)
    writer = ChatWriter.open(settings.model_copy(update={"llm": settings.judge}))
    assert writer is not None
    return ModelJudge(writer)
