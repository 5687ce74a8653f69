"""`python -m index add / list / show / remove / verify / rebuild`: what the index holds."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, track

from index.article import Article
from index.errors import FixInput, FootnoteError
from index.ingest import read_article
from index.language import Language
from index.models import Embedder
from index.publishing import prepared, publish_all
from index.records import StoredChunks
from index.settings import IndexSettings
from index.store import ArticleStore

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

Ids = Annotated[str, typer.Argument(help="An article's id, as `list` shows it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


def open_store(settings: IndexSettings) -> tuple[ArticleStore, Embedder]:
    """Load the embedding model, which names the collection, and open the store."""
    with errors.status("Loading the embedding model …"):
        embedder = Embedder(settings.embedding_model)
    return ArticleStore(settings.data_dir, embedder.digest), embedder


@cli.command()
def add(
    sources: Annotated[list[Path], typer.Argument(help=".txt, .md or .html files.")],
    article_id: Annotated[
        str | None, typer.Option("--id", help="The id of a single source.")
    ] = None,
) -> None:
    """Add articles; one that changed replaces its old version."""
    if article_id and len(sources) != 1:
        raise FixInput("--id goes with one SOURCE.")
    articles = [(read_article(path, article_id), str(path.resolve())) for path in sources]
    store, embedder = open_store(IndexSettings.load())
    with errors.status("Loading the language model …"):
        language = Language()
    shown = track(articles, "Indexing", console=errors)
    for article, changed in publish_all(shown, store, embedder, language):
        print(f"{article.id}: {'added' if changed else 'unchanged'}")


@cli.command("list")
def list_articles(as_json: AsJson = False) -> None:
    """List what is indexed."""
    store, _ = open_store(IndexSettings.load())
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
    store, _ = open_store(IndexSettings.load())
    article = store.get(article_id)
    if as_json:
        print(json.dumps(article.to_json(), ensure_ascii=False, indent=1))
    else:
        print(f"{article.title}\n{article.byline} {article.published}\n\n{article.text}")


@cli.command()
def remove(article_id: Ids) -> None:
    """Remove an article."""
    store, _ = open_store(IndexSettings.load())
    store.remove(article_id)
    print(f"{article_id}: removed")


@cli.command()
def verify() -> None:
    """Check that every article is whole and clear what a crash left behind."""
    store, _ = open_store(IndexSettings.load())
    print("\n".join(store.verify()) or "every article is whole")


@cli.command()
def rebuild() -> None:
    """Make the whole index anew, for instance for another embedding model."""
    settings = IndexSettings.load()
    with errors.status("Loading the models …"):
        embedder = Embedder(settings.embedding_model)
        language = Language()
    store = ArticleStore(settings.data_dir, embedder.digest, rebuilding=True)
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
