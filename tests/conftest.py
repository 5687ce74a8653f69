from pathlib import Path

import pytest

from app.answering import Assistant
from app.checking import Checker
from app.evidence import EvidenceModel
from index.article import Article
from index.ingest import read_article
from index.language import Language
from index.models import Embedder, Reranker
from index.publishing import publish
from index.settings import BUNDLED
from index.store import ArticleStore

SEED = Path(__file__).parent.parent / "seeds" / "altman-musk-trump.md"


@pytest.fixture(scope="session")
def language() -> Language:
    return Language()


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return Embedder()


@pytest.fixture(scope="session")
def reranker() -> Reranker:
    return Reranker()


@pytest.fixture(scope="session")
def seed_article() -> Article:
    return read_article(SEED)


@pytest.fixture(scope="session")
def store(
    tmp_path_factory: pytest.TempPathFactory,
    language: Language,
    embedder: Embedder,
    seed_article: Article,
) -> ArticleStore:
    store = ArticleStore(tmp_path_factory.mktemp("data"), embedder.digest)
    publish(seed_article, "seeds", store, embedder, language)
    return store


@pytest.fixture(scope="session")
def assistant(
    store: ArticleStore, language: Language, embedder: Embedder, reranker: Reranker
) -> Assistant:
    return Assistant(store, language, embedder, reranker, EvidenceModel.load())


@pytest.fixture(scope="session")
def checker(language: Language) -> Checker:
    return Checker.open(language, BUNDLED)
