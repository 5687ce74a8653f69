from pathlib import Path

import pytest

from app.answering import Assistant
from app.evidence import EvidenceModel
from index.ingest import read_article
from index.language import Language
from index.models import Embedder, Reranker
from index.publishing import publish
from index.store import ArticleStore
from tests.app.newspaper import HOSTILE, SEED

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="session")
def newsroom(
    tmp_path_factory: pytest.TempPathFactory,
    language: Language,
    embedder: Embedder,
    reranker: Reranker,
) -> Assistant:
    """Return an assistant that knows three articles, `chalk` with hostile text among them."""
    folder = tmp_path_factory.mktemp("newsroom")
    (folder / "chalk.txt").write_text(HOSTILE, "utf-8")
    store = ArticleStore(folder / "index", embedder.digest)
    for path in (SEEDS / f"{SEED}.md", SEEDS / "more" / "council-budget.md", folder / "chalk.txt"):
        publish(read_article(path), str(path), store, embedder, language)
    return Assistant(store, language, embedder, reranker, EvidenceModel.load())
