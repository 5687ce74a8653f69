"""`python -m app chat / ask / eval / check`: builds the objects and hands them over."""

import json
import sys
from typing import Annotated

import typer
from rich.console import Console

from app.check_command import check_file
from app.eval_command import evaluate
from app.feedback import FeedbackLog
from app.opening import open_assistant
from app.settings import AppSettings
from app.terminal import print_answer
from index.errors import FootnoteError

BUNDLED_ARTICLE = "altman-musk-trump"
cli = typer.Typer(invoke_without_command=True, add_completion=False, pretty_exceptions_enable=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

ArticleId = Annotated[str | None, typer.Option("--article", help="The article's id.")]


@cli.callback()
def by_default(context: typer.Context) -> None:
    """Ask an article; without a command the web chat opens."""
    if context.invoked_subcommand is None:
        chat()


@cli.command()
def chat(host: str = "127.0.0.1", port: int = 7860) -> None:
    """Open the web chat."""
    settings = AppSettings.load()
    # Gradio takes seconds to import, which `ask` and `eval` need not wait for.
    from app.chat import Chat, serve_chat

    feedback = FeedbackLog(settings.data_dir, settings.feedback_days)
    serve_chat(Chat(open_assistant(settings, errors), feedback, BUNDLED_ARTICLE), host, port)


@cli.command()
def ask(
    question: str,
    article: ArticleId = None,
    history: Annotated[
        list[str] | None, typer.Option(help="An earlier question; repeatable.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Ask an article one question."""
    assistant = open_assistant(AppSettings.load(), errors)
    answer = assistant.ask(question, history or [], article)
    if as_json:
        print(json.dumps(answer.to_json(), ensure_ascii=False, indent=1))
    else:
        print_answer(answer, Console(highlight=False))


cli.command("eval")(evaluate)
cli.command("check")(check_file)


def main() -> None:
    """Run the command line; one line and exit code 2 for what the user has to change."""
    try:
        cli()
    except FootnoteError as error:
        errors.print(str(error), markup=False)
        sys.exit(2)


if __name__ == "__main__":
    main()
