"""`python -m app chat / serve / ask / eval / check`: builds the objects and hands them over."""

import json
import sys
from typing import Annotated

import typer
from rich.console import Console

from app.check_command import check_file
from app.desk import Desk
from app.eval_command import evaluate
from app.feedback import FeedbackLog
from app.limits import MEMORY, OFF, Limits
from app.metrics import Metrics
from app.opening import open_assistant
from app.port import listening
from app.serving import create_site
from app.serving import serve as serve_site
from app.settings import AppSettings
from app.terminal import print_answer
from index.errors import FixInput, FootnoteError

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
    listening(host, port).close()
    # Gradio takes seconds to import, which `ask` and `eval` need not wait for.
    from app.chat import Chat
    from app.chat_site import serve_chat

    desk = open_desk(settings, Limits(MEMORY, OFF, OFF))
    serve_chat(Chat(desk, feedback_log(settings), settings, BUNDLED_ARTICLE), host, port)


@cli.command()
def serve(
    host: str = "127.0.0.1",
    port: int = 7860,
    root_path: Annotated[str, typer.Option(help="The prefix under which a proxy serves it.")] = "",
) -> None:
    """Serve the API, the widget and the web chat."""
    settings = AppSettings.load()
    bound = listening(host, port)
    limits = Limits(settings.limits_url, settings.reader_limit, settings.article_limit)
    desk, feedback, chat_app = open_desk(settings, limits), feedback_log(settings), None
    if settings.chat:
        # Gradio takes seconds to import, which a server without it need not wait for.
        from app.chat import Chat
        from app.chat_site import mounted

        chat_app = mounted(
            Chat(desk, feedback, settings, BUNDLED_ARTICLE),
            settings.answers_at_once, settings.answers_waiting, root_path,
        )  # fmt: skip
    serve_site(create_site(desk, feedback, settings, chat_app, root_path), bound)


def open_desk(settings: AppSettings, limits: Limits) -> Desk:
    """Load the models and return the desk that takes questions over HTTP."""
    return Desk(
        open_assistant(settings, errors), limits, Metrics(), at_once=settings.answers_at_once,
        waiting=settings.answers_waiting, timeout_s=settings.answer_timeout_s,
    )  # fmt: skip


def feedback_log(settings: AppSettings) -> FeedbackLog:
    """Return the file of the readers' verdicts."""
    return FeedbackLog(settings.data_dir, settings.feedback_days)


@cli.command()
def ask(
    question: str,
    article: ArticleId = None,
    everywhere: Annotated[bool, typer.Option("--all", help="Ask all articles.")] = False,
    history: Annotated[
        list[str] | None, typer.Option(help="An earlier question; repeatable.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Ask an article, or all of them, one question."""
    if everywhere and article is not None:
        raise FixInput("Name an --article, or ask --all: not both.")
    assistant = open_assistant(AppSettings.load(), errors)
    answer = assistant.ask(question, history or [], article, "archive" if everywhere else "article")
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
