"""The models and the store become an assistant; an empty store gets the bundled articles."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from app.answering import Assistant
from app.checking import Checker
from app.drafting import Drafter
from app.evidence import EvidenceModel
from app.settings import AppSettings
from app.writing import ChatWriter
from index.ingest import read_article
from index.language import Language
from index.models import Embedder, Reranker
from index.publishing import publish
from index.store import ArticleStore

SEEDS = Path(__file__).parent.parent / "seeds"
# An empty store gets the first; the bundled question set asks the second as well.
FIRST_ARTICLES, MORE_ARTICLES = "*.md", "more/*.md"


def open_assistant(
    settings: AppSettings, progress: Console, folder: Path | None = None,
    sources: Sequence[Path] | None = None,
) -> Assistant:  # fmt: skip
    """Return an assistant over the articles in `folder`, by default over those where the settings say.

    An empty store gets `sources`, which are by default the bundled articles. `progress` shows what is loading.
    """
    paths = sorted(SEEDS.glob(FIRST_ARTICLES)) if sources is None else sources
    articles = [(read_article(path), str(path.resolve())) for path in paths]
    writer = ChatWriter.open(settings)
    with progress.status("Loading the models …") as status:
        language = Language()
        embedder = Embedder(settings.embedding_model)
        reranker = Reranker(settings.reranker_model)
        checker = Checker.open(language, settings.nli_model) if writer else None
        store = ArticleStore(folder or settings.store, embedder.digest)
        if not store.articles():
            status.update("Indexing the bundled articles …" if sources is None else "Indexing …")
            for article, source in articles:
                publish(article, source, store, embedder, language)
    drafter = Drafter(writer, checker) if writer and checker else None
    return Assistant(store, language, embedder, reranker, EvidenceModel.load(), drafter)


def bundled(file: Path) -> list[Path] | None:
    """Return the bundled articles for a bundled set of questions or sentences, None for any other file."""
    if file.resolve().parent != SEEDS.resolve():
        return None
    return [path for form in (FIRST_ARTICLES, MORE_ARTICLES) for path in sorted(SEEDS.glob(form))]


@contextmanager
def folder_for(sources: Sequence[Path] | None) -> Iterator[Path | None]:
    """Give a temporary data folder where sources are asked, None for the settings' own."""
    if sources is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="footnote-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
