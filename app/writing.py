"""A chat model writes: LangChain's chat models, held to a time, a number of tokens and of callers."""

import logging
import os
import queue
import threading
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from langchain_core.language_models import BaseChatModel
from langchain_core.messages.utils import count_tokens_approximately

from app.prompts import Prompt, load_prompts
from app.settings import AppSettings
from index.errors import FixSettings

log = logging.getLogger(__name__)
# Which package brings a provider, where it is not "langchain-" and its name.
PACKAGES = {
    "azure_openai": "langchain-openai", "google_genai": "langchain-google-genai", "bedrock": "langchain-aws",
    "google_vertexai": "langchain-google-vertexai", "bedrock_converse": "langchain-aws", "mistralai": "langchain-mistralai",
    "huggingface": "langchain-huggingface",
}  # fmt: skip
# OpenAI's client wants a key; local servers take any.
NO_KEY = "none"
# A text far beyond what four sentences need is no answer.
MAX_CHARACTERS = 4000
END = object()


class WritingFault(Exception):
    """The model gave nothing that can be used; the message says why, for the trace and not for readers."""


@dataclass
class Deadline:
    """Seconds that are left of a time-out that started when this was made."""

    timeout_s: float
    started: float = field(default_factory=time.monotonic)

    def left_s(self) -> float:
        """Return how long may still be waited; never below zero."""
        return max(0.0, self.timeout_s - (time.monotonic() - self.started))


class ChatWriter:
    """A chat model with the prompts it is given."""

    def __init__(
        self, model: BaseChatModel, name: str, prompts: Mapping[str, Prompt], timeout_s: float,
        prompt_tokens: int, callers: int,
    ) -> None:  # fmt: skip
        self.name = name
        self.prompts = prompts
        self.timeout_s = timeout_s
        self.prompt_tokens = prompt_tokens
        self._model = model
        self._free = threading.BoundedSemaphore(callers)

    @classmethod
    def open(cls, settings: AppSettings) -> "ChatWriter | None":
        """Return the writer that the settings name, None without `FOOTNOTE_LLM`.

        Raises `FixSettings` for a provider, model name, address or prompt that cannot be used.
        """
        if settings.llm is None:
            return None
        return cls(
            chat_model(settings, settings.llm), settings.llm, load_prompts(), settings.llm_timeout_s,
            settings.llm_prompt_tokens, settings.llm_concurrency,
        )  # fmt: skip

    def text(self, prompt: str, values: Mapping[str, str], deadline: Deadline) -> str:
        """Return the whole text that the model writes; raises `WritingFault`."""
        return "".join(self.stream(prompt, values, deadline)).strip()

    def stream(
        self, prompt: str, values: Mapping[str, str], deadline: Deadline
    ) -> Generator[str, None, None]:
        """Yield the text that the model writes piece by piece; closing the iterator stops it.

        Raises `WritingFault` when the deadline passes, the server fails or the text does not end.
        """
        messages = self.prompts[prompt].messages(values)
        if not self._free.acquire(timeout=deadline.left_s()):
            raise WritingFault("too many answers are being written at once")
        pieces: queue.Queue[object] = queue.Queue()
        stopped = threading.Event()
        # The client's time-outs are of single reads; a thread of its own lets a slow stream be left.
        threading.Thread(
            target=self._read, args=(messages, pieces, stopped), daemon=True, name="writing"
        ).start()
        try:
            yield from received(pieces, deadline)
        finally:
            stopped.set()

    def _read(self, messages: Any, pieces: "queue.Queue[object]", stopped: threading.Event) -> None:
        try:
            for chunk in self._model.stream(messages):
                if stopped.is_set():
                    break
                pieces.put(str(chunk.text))
            pieces.put(END)
        # Whatever a provider's client raises ends this answer's draft and nothing else.
        except Exception as error:
            log.warning("the language model failed: %s", type(error).__name__)
            pieces.put(WritingFault(f"{type(error).__name__} from the language model"))
        finally:
            self._free.release()


def received(pieces: "queue.Queue[object]", deadline: Deadline) -> Generator[str, None, None]:
    """Yield pieces of text until the end; raises `WritingFault` as `ChatWriter.stream` does."""
    characters = 0
    while True:
        try:
            piece = pieces.get(timeout=deadline.left_s())
        except queue.Empty:
            raise WritingFault(f"no answer within {deadline.timeout_s:g} s") from None
        if piece is END:
            return
        if isinstance(piece, WritingFault):
            raise piece
        text = str(piece)
        characters += len(text)
        if characters > MAX_CHARACTERS:
            raise WritingFault(f"more than {MAX_CHARACTERS} characters")
        yield text


def chat_model(settings: AppSettings, named: str) -> BaseChatModel:
    """Return LangChain's chat model for `provider:model`; raises `FixSettings` where there is none."""
    # These bring agents and clients along, seconds that quote mode need not wait for.
    from langchain.chat_models import init_chat_model
    from openai import OpenAIError

    provider, colon, model = named.partition(":")
    if not colon or not provider.strip() or not model.strip():
        raise FixSettings(
            f"FOOTNOTE_LLM is {named!r}: write provider:model, for example openai:gpt-4.1-mini."
        )
    address = checked_address(settings.llm_base_url)
    options: dict[str, Any] = {"temperature": 0, "max_tokens": settings.llm_max_tokens}
    if provider != "ollama":
        options |= {"timeout": settings.llm_timeout_s, "max_retries": settings.llm_retries}
    if address:
        options["base_url"] = address
        if provider == "openai":
            options["api_key"] = os.environ.get("OPENAI_API_KEY") or NO_KEY
    try:
        found = init_chat_model(model, model_provider=provider, **options)
    except ImportError:
        package = PACKAGES.get(provider, f"langchain-{provider.replace('_', '-')}")
        raise FixSettings(
            f"FOOTNOTE_LLM={named} needs one more package: pip install {package}"
        ) from None
    # A provider that is not known, or a setting that its client refuses; a key that is missing.
    except (ValueError, OpenAIError) as error:
        raise FixSettings(f"FOOTNOTE_LLM={named} cannot be used: {reason(error)}") from None
    assert isinstance(found, BaseChatModel)
    return found


def checked_address(address: str | None) -> str | None:
    """Return the base URL; raises `FixSettings` where it has no scheme or host."""
    if address is None:
        return None
    parts = urlsplit(address.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise FixSettings(
            f"FOOTNOTE_LLM_BASE_URL is {address!r}: write the whole address, such as http://127.0.0.1:8080/v1."
        )
    return address.strip()


def reason(error: Exception) -> str:
    """Return why a chat model could not be made, in one line without a key."""
    if "api_key" in str(error).lower() or "credentials" in str(error).lower():
        return "the provider's key is missing from the environment"
    line = next(iter(str(error).splitlines()), type(error).__name__)
    return line if len(line) < 200 else type(error).__name__


def within(passages: Mapping[int, str], tokens: int) -> dict[int, str]:
    """Return as many passages, in order, as fit into a number of tokens (estimated); at least one."""
    kept: dict[int, str] = {}
    left = tokens
    for number, text in passages.items():
        left -= count_tokens_approximately([text])
        if kept and left < 0:
            break
        kept[number] = text
    return kept
