"""`python -m app chat / ask / eval`: builds the objects and hands them over."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from app.answering import Assistant
from app.evaluation import Outcome, Question, check_evidence, read_set, report
from app.evidence import EvidenceModel
from app.feedback import FeedbackLog
from app.settings import AppSettings
from app.terminal import print_answer, print_summary
from index.article import Article
from index.errors import FixInput, FootnoteError
from index.ingest import read_article
from index.language import Language
from index.models import Embedder, Reranker
from index.publishing import publish
from index.store import ArticleStore

BUNDLED_ARTICLE = "altman-musk-trump"
SEEDS = Path(__file__).parent.parent / "seeds"
cli = typer.Typer(invoke_without_command=True, add_completion=False, pretty_exceptions_enable=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

ArticleId = Annotated[str | None, typer.Option("--article", help="The article's id.")]


def open_assistant(settings: AppSettings) -> Assistant:
    """Load the models and the store; an empty store gets the bundled articles."""
    with errors.status("Loading the models …") as status:
        language = Language()
        embedder = Embedder(settings.embedding_model)
        reranker = Reranker(settings.reranker_model)
        store = ArticleStore(settings.data_dir, embedder.digest)
        if not store.articles():
            status.update("Indexing the bundled article …")
            for path in sorted(SEEDS.glob("*.md")):
                publish(read_article(path), f"seeds/{path.name}", store, embedder, language)
    return Assistant(store, language, embedder, reranker, EvidenceModel.load())


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
    serve_chat(Chat(open_assistant(settings), feedback, BUNDLED_ARTICLE), host, port)


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
    assistant = open_assistant(AppSettings.load())
    answer = assistant.ask(question, history or [], article)
    if as_json:
        print(json.dumps(answer.to_json(), ensure_ascii=False, indent=1))
    else:
        print_answer(answer, Console(highlight=False))


@cli.command("eval")
def evaluate(
    question_set: Annotated[Path, typer.Argument(help="A question set, JSON Lines.")],
    article: ArticleId = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the run here.")] = None,
) -> None:
    """Run a question set and show its metrics."""
    questions = read_set(question_set)
    assistant = open_assistant(AppSettings.load())
    articles: dict[str | None, Article] = {}

    def article_of(question: Question) -> Article:
        wanted = question.article or article
        if wanted not in articles:
            articles[wanted] = assistant.article(wanted)
        return articles[wanted]

    check_evidence(questions, article_of)
    outcomes = []
    for question in track(questions, "Asking", console=errors):
        asked_of = article_of(question)
        answer = assistant.ask(question.question, question.history, asked_of.id)
        outcomes.append(Outcome(question, answer, asked_of))
    print_summary(outcomes, errors)
    if json_file:
        run = report(outcomes, question_set, assistant.made_of())
        try:
            json_file.write_text(json.dumps(run, ensure_ascii=False, indent=1) + "\n")
        except OSError as error:
            raise FixInput(f"{json_file}: cannot be written ({error.strerror}).") from None


def main() -> None:
    """Run the command line; one line and exit code 2 for what the user has to change."""
    try:
        cli()
    except FootnoteError as error:
        errors.print(str(error), markup=False)
        sys.exit(2)


if __name__ == "__main__":
    main()
