import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.settings import AppSettings
from app.writing import ChatWriter, Deadline, WritingFault, within
from index.errors import FixSettings
from tests.model_server import (
    Reply,
    breaking_off,
    endless,
    failing,
    saying,
    scripted,
    silent,
    until,
)

ASKED = {
    "title": "A title",
    "published": "today",
    "passages": "One.",
    "question": "SECRET question?",
}


def writer(url: str, timeout_s: float = 5.0, callers: int = 4, retries: int = 0) -> ChatWriter:
    opened = ChatWriter.open(
        AppSettings(
            llm="openai:scripted", llm_base_url=url, llm_timeout_s=timeout_s, llm_retries=retries,
            llm_concurrency=callers,
        )
    )  # fmt: skip
    assert opened is not None
    return opened


def test_without_a_model_there_is_no_writer() -> None:
    assert ChatWriter.open(AppSettings()) is None


def test_the_text_arrives_with_the_prompt_filled_in() -> None:
    with scripted(saying("It is so [1].")) as server:
        assert writer(server.url).text("answer", ASKED, Deadline(5)) == "It is so [1]."
        sent = server.requests[0]
        assert [message["role"] for message in sent["messages"]] == ["system", "user"]
        assert "SECRET question?" in sent["messages"][1]["content"]
        assert sent["max_tokens" if "max_tokens" in sent else "max_completion_tokens"] == 400


@pytest.mark.parametrize(
    "settings",
    [
        {"llm": ""},
        {"llm": "openai:"},
        {"llm": "gpt-4"},
        {"llm": "nobody:model"},
        {"llm": "openai:x", "llm_base_url": "localhost:8080/v1"},
        {"llm": "openai:x", "llm_base_url": "http://"},
    ],
)
def test_a_model_that_cannot_be_used_is_refused_at_start(settings: dict[str, str]) -> None:
    with pytest.raises(FixSettings):
        ChatWriter.open(AppSettings(**settings))  # type: ignore[arg-type]


def test_a_missing_package_is_named() -> None:
    with pytest.raises(FixSettings, match="pip install langchain-anthropic"):
        ChatWriter.open(AppSettings(llm="anthropic:claude"))


def test_a_hosted_provider_without_its_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(FixSettings, match="key"):
        ChatWriter.open(AppSettings(llm="openai:gpt-4.1-mini"))


@pytest.mark.parametrize("reply", [failing(401), failing(500), breaking_off(["It is "]), endless])
def test_a_fault_of_the_server_is_a_writing_fault(reply: Reply) -> None:
    with scripted(reply) as server, pytest.raises(WritingFault):
        writer(server.url).text("answer", ASKED, Deadline(5))


def test_no_server_is_a_writing_fault() -> None:
    with scripted(saying("")) as server:
        url = server.url
    with pytest.raises(WritingFault):
        writer(url).text("answer", ASKED, Deadline(5))


def test_a_silent_server_is_left_when_the_time_is_up() -> None:
    released = threading.Event()
    with scripted(silent(released)) as server:
        started = time.monotonic()
        with pytest.raises(WritingFault, match="within"):
            writer(server.url).text("answer", ASKED, Deadline(0.5))
        assert time.monotonic() - started < 5
        released.set()


def test_a_failing_server_is_asked_again() -> None:
    def twice(body, handler) -> None:  # type: ignore[no-untyped-def]
        (failing(500) if len(server.requests) == 1 else saying("It is so [1]."))(body, handler)

    with scripted(twice) as server:
        assert writer(server.url, retries=1).text("answer", ASKED, Deadline(10)) == "It is so [1]."
        assert len(server.requests) == 2


def test_no_more_callers_than_allowed_are_let_in() -> None:
    released = threading.Event()
    with scripted(silent(released)) as server:
        one = writer(server.url, callers=1)
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(one.text, "answer", ASKED, Deadline(20))
            assert until(lambda: len(server.requests) == 1)
            with pytest.raises(WritingFault, match="too many"):
                one.text("answer", ASKED, Deadline(0.2))
            released.set()
            assert isinstance(first.exception(), WritingFault)


def test_closing_the_stream_stops_the_reading() -> None:
    sent: list[int] = []

    def counting(body, handler) -> None:  # type: ignore[no-untyped-def]
        handler.begin()
        try:
            while len(sent) < 100_000:
                handler.piece("word ")
                sent.append(1)
        except OSError:
            sent.append(-1)

    with scripted(counting) as server:
        stream = writer(server.url).stream("answer", ASKED, Deadline(20))
        next(stream)
        stream.close()
        assert until(lambda: sent[-1] == -1)


def test_neither_key_nor_question_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-key")
    caplog.set_level(logging.INFO)
    with scripted(failing(401)) as server:
        with pytest.raises(WritingFault):
            writer(server.url).text("answer", ASKED, Deadline(5))
        assert server.keys == ["Bearer sk-secret-key"]
    assert "sk-secret-key" not in caplog.text
    assert "SECRET" not in caplog.text


def test_passages_are_given_until_the_tokens_are_used_up() -> None:
    passages = dict.fromkeys(range(1, 9), "word " * 100)
    assert list(within(passages, 10)) == [1]
    assert 1 < len(within(passages, 300)) < 8
    assert within(passages, 10_000) == passages
