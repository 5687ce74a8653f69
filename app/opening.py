"""The models and the store become an assistant; an empty store gets the bundled articles."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from app.answering import Assistant
from app.evidence import EvidenceModel
from app.settings import AppSettings
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
    """Return an assistant over the articles in `folder`, which is by default the settings' data folder.

    An empty store gets `sources`, which are by default the bundled articles. `progress` shows what is loading.
    """
    paths = sorted(SEEDS.glob(FIRST_ARTICLES)) if sources is None else sources
    articles = [(read_article(path), str(path.resolve())) for path in paths]
    with progress.status("Loading the models …") as status:
        language = Language()
        embedder = Embedder(settings.embedding_model)
        reranker = Reranker(settings.reranker_model)
        store = ArticleStore(folder or settings.data_dir, embedder.digest)
        if not store.articles():
            status.update("Indexing the bundled articles …" if sources is None else "Indexing …")
            for article, source in articles:
                publish(article, source, store, embedder, language)
    return Assistant(store, language, embedder, reranker, EvidenceModel.load())
