"""`python -m index add / unfollow / list / show / remove / verify / clean / rebuild`: what the index holds."""

import functools
import glob
import json
import signal
import sys
import threading
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import Progress

from index.adding import Press, Printed, add_all
from index.article import Article
from index.bulk import RayCluster
from index.chroma_server import is_running
from index.compaction import clean_stopped
from index.errors import FixInput, FootnoteError
from index.fetching import is_address
from index.followed import unfollow
from index.following import follow
from index.language import Language
from index.models import Embedder, space_digest
from index.naming import check_id
from index.publishing import prepared
from index.records import StoredChunks
from index.settings import BUNDLED, IndexSettings
from index.sources import STDIN, read_sources
from index.store import ArticleStore

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

Ids = Annotated[str, typer.Argument(help="An article's id, as `list` shows it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


def open_store(settings: IndexSettings) -> ArticleStore:
    """Open the store; the embedding model, which names the collection, is loaded only if it is not the bundled one."""
    is_bundled = settings.embedding_model == BUNDLED
    return ArticleStore(
        settings.store, space_digest() if is_bundled else load_embedder(settings).digest
    )


def load_embedder(settings: IndexSettings) -> Embedder:
    """Load the embedding model, saying so."""
    with errors.status("Loading the embedding model …"):
        return Embedder(settings.embedding_model)


@cli.command("add")
def add_sources(
    sources: Annotated[
        list[str],
        typer.Argument(
            help="Files, folders, globs, addresses of pages or feeds; - reads JSON Lines.",
            metavar="SOURCE...",
        ),
    ],
    article_id: Annotated[
        str | None, typer.Option("--id", help="The id of a single article.")
    ] = None,
    every_s: Annotated[
        float | None,
        typer.Option("--follow", metavar="SECONDS", min=0.1, help="Poll feeds until Ctrl-C."),
    ] = None,
    engine: Annotated[
        Literal["plain", "ray"],
        typer.Option(help="ray: many articles at once, on Ray Data's workers."),
    ] = "plain",
) -> None:
    """Add articles; one that changed replaces its old version."""
    if article_id and len(sources) != 1:
        raise FixInput("--id goes with one SOURCE.")
    if article_id:
        check_id(article_id)
    if len(sources) == 1 and is_missing(sources[0]):
        raise FixInput(f"{sources[0]}: there is no such file.")
    settings = IndexSettings.load()
    printed = Printed(
        lambda line: print(line, flush=True), lambda line: errors.print(line, markup=False)
    )
    press = functools.cache(lambda: open_press(settings, engine))
    if every_s is None:
        tally = add_all(
            read_sources(sources, settings, sys.stdin.buffer, article_id), press, printed
        )
    else:
        if article_id or engine == "ray" or not all(is_address(source) for source in sources):
            raise FixInput("--follow goes with addresses of feeds, and without --id and --engine.")
        tally = follow(sources, every_s, settings, press, printed, stopped_by_signal())
    errors.print(str(tally))
    if tally.failed and every_s is None:
        sys.exit(1)


def is_missing(source: str) -> bool:
    """Return whether a source can only be a file, and there is none."""
    return not (
        source == STDIN or "://" in source or glob.has_magic(source) or Path(source).exists()
    )


def open_press(settings: IndexSettings, engine: Literal["plain", "ray"]) -> Press:
    """Open the store, load the models that fill it, and start Ray where it is wanted."""
    embedder = load_embedder(settings)
    store = ArticleStore(settings.store, embedder.digest)
    with errors.status("Loading the language model …"):
        language = Language()
    if engine == "plain":
        return Press(store, embedder, language)
    with errors.status("Starting Ray …"):
        return Press(store, embedder, language, RayCluster(settings.embedding_model))


def stopped_by_signal() -> threading.Event:
    """Return an event that Ctrl-C or a service manager sets: the article at hand is finished first.

    A second Ctrl-C ends the program at once.
    """
    stop = threading.Event()

    def set_or_end(number: int, frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    signal.signal(signal.SIGINT, set_or_end)
    signal.signal(signal.SIGTERM, set_or_end)
    return stop


@cli.command("unfollow")
def unfollow_feed(url: Annotated[str, typer.Argument(help="The feed's address.")]) -> None:
    """Forget a feed that was followed; its articles stay."""
    unfollow(IndexSettings.load().data_dir, url)
    print(f"{url}: not followed any more")


@cli.command("list")
def list_articles(as_json: AsJson = False) -> None:
    """List what is indexed."""
    store = open_store(IndexSettings.load())
    articles = store.articles()
    if as_json:
        print(
            json.dumps([article.metadata() for article in articles], ensure_ascii=False, indent=1)
        )
        return
    for article in articles:
        print(f"{article.id}\t{article.published or '-'}\t{article.title}")


@cli.command()
def show(article_id: Ids, as_json: AsJson = False) -> None:
    """Show one article."""
    store = open_store(IndexSettings.load())
    article = store.get(article_id)
    if as_json:
        print(json.dumps(article.to_json(), ensure_ascii=False, indent=1))
    else:
        print(f"{article.title}\n{article.byline} {article.published}\n\n{article.text}")


@cli.command()
def remove(article_id: Ids) -> None:
    """Remove an article."""
    settings = IndexSettings.load()
    store = open_store(settings)
    store.remove(article_id)
    print(f"{article_id}: removed")
    if settings.server:
        errors.print("Its text stays in the server's files until they are cleaned: docs/scaling.md")


@cli.command()
def verify() -> None:
    """Check that every article is whole and clear what a crash left behind."""
    store = open_store(IndexSettings.load())
    print("\n".join(store.verify()) or "every article is whole")


@cli.command()
def clean(
    folder: Annotated[Path, typer.Argument(help="What `chroma run --path` was given.")],
) -> None:
    """Clean a stopped Chroma server's files of what was deleted; a data folder needs no cleaning."""
    server = IndexSettings.load().server
    if server and is_running(server):
        raise FixInput("The Chroma server is running: stop it first, so that it loses nothing.")
    clean_stopped(folder)
    print(f"{folder}: cleaned")


@cli.command()
def rebuild() -> None:
    """Make the whole index anew, for instance for another embedding model."""
    settings = IndexSettings.load()
    with errors.status("Loading the models …"):
        embedder = Embedder(settings.embedding_model)
        language = Language()
    store = ArticleStore(settings.store, embedder.digest, rebuilding=True)
    with Progress(console=errors) as progress:
        task = progress.add_task("Rebuilding", total=len(store.articles()))

        def made(article: Article) -> StoredChunks:
            progress.advance(task)
            return prepared(article, embedder, language)

        count = store.rebuild(made)
    print(f"{count} articles rebuilt")


def main() -> None:
    """Run the command line; one line and exit code 2 for what the user has to change."""
    try:
        cli()
    except FootnoteError as error:
        errors.print(str(error), markup=False)
        sys.exit(2)


if __name__ == "__main__":
    main()
