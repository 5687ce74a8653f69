import io

import pytest
from rich.console import Console

from app.answering import Assistant
from app.evaluation import judge
from app.question_set import Question
from app.terminal import print_answer, print_summary


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=400, force_terminal=False)


def written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_an_answer_is_printed_with_every_quote_and_its_section(
    assistant: Assistant, console: Console
) -> None:
    answer = assistant.ask("who controls G42?")
    print_answer(answer, console)
    text = written(console)
    for citation in answer.citations:
        assert f"{citation.number}. {citation.section}: {citation.quote}" in text


def test_an_abstention_says_so_and_shows_what_is_near(
    assistant: Assistant, console: Console
) -> None:
    answer = assistant.ask("banana bread recipe without eggs")
    print_answer(answer, console)
    text = written(console)
    assert text.startswith(answer.text)
    assert all(citation.quote in text for citation in answer.related)


def test_a_question_is_no_markup(assistant: Assistant, console: Console) -> None:
    asked = "[bold red]who[/] controls [link=https://a.example]G42[/link]?"
    answer = assistant.ask(asked).to_json()
    result = judge(
        Question("[red]1[/red]", asked, False, type="[bold]x[/bold]"),
        answer,
        assistant.article(None),
        assistant.language,
    )
    print_summary([result], [], console)
    assert "[bold]x[/bold]" in written(console)


def test_the_summary_puts_the_usual_pipeline_beside_it(
    assistant: Assistant, console: Console
) -> None:
    question = Question("1", "hi", False, type="off topic")
    answer = assistant.ask("hi").to_json()
    results = [judge(question, answer, assistant.article(None), assistant.language)]
    print_summary(results, results, console)
    text = written(console)
    assert "usual pipeline" in text
    assert "false_answers" in text
    assert "off topic" in text
