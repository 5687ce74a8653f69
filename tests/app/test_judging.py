import pytest

from app.judging import ModelJudge, WordJudge, open_judge
from app.settings import AppSettings
from app.writing import ChatWriter
from index.errors import TryAgain
from index.language import Language
from tests.model_server import failing, saying, scripted

QUOTE = "Mara Quill paid 300 dollars for the boat in May."


def test_words_tell_what_is_there_from_what_is_not(language: Language) -> None:
    judge = WordJudge(language)
    assert judge.backs("In May, Quill paid 300 dollars for it.", [QUOTE], "A sale")
    assert not judge.backs("Quill paid 400 dollars for the boat.", [QUOTE], "A sale")
    assert not judge.backs("For the boat, Ashby paid 300 dollars.", [QUOTE], "A sale")
    assert not judge.backs("The harbour trust closed its office yesterday.", [QUOTE], "A sale")


@pytest.mark.parametrize(
    ("said", "backed"), [("Yes.", True), ("no", False), ("It does not.", False)]
)
def test_a_second_model_is_taken_at_its_word(said: str, backed: bool, language: Language) -> None:
    with scripted(saying(said)) as server:
        settings = AppSettings(judge="openai:judge", llm_base_url=server.url, llm_retries=0)
        judge = open_judge(settings, language)
        assert isinstance(judge, ModelJudge)
        assert judge.backs("Quill paid.", [QUOTE], "A sale") is backed
        assert QUOTE in server.requests[0]["messages"][1]["content"]


def test_a_silent_judge_is_no_verdict() -> None:
    with scripted(failing(500)) as server:
        writer = ChatWriter.open(
            AppSettings(llm="openai:judge", llm_base_url=server.url, llm_retries=0)
        )
        assert writer is not None
        with pytest.raises(TryAgain):
            ModelJudge(writer).backs("Quill paid.", [QUOTE], "A sale")


def test_words_judge_where_no_model_is_named(language: Language) -> None:
    assert open_judge(AppSettings(), language).name == "words"
