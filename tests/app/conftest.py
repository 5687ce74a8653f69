"""What several files of tests share: a newsroom of three articles, and a newspaper's pages in a browser."""

import html
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from app.answering import Assistant
from app.evidence import EvidenceModel
from index.article import Article
from index.ingest import read_article
from index.language import Language
from index.models import Embedder, Reranker
from index.publishing import publish
from index.store import ArticleStore
from tests.app.newspaper import HOSTILE, MARKED_UP, SEED, SENTENCE, TAG, page_html
from tests.browser import CHROMIUM, FLAGS
from tests.hosting import Site, site
from tests.server import serving, site_of

SEEDS = Path(__file__).parents[2] / "seeds"
Visit = Callable[..., Page]


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


@pytest.fixture(scope="module")
def paper() -> Iterator[Site]:
    with site() as served:
        yield served


@pytest.fixture(scope="module")
def stranger() -> Iterator[Site]:
    with site() as served:
        yield served


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("widget")


@pytest.fixture(scope="module")
def server(newsroom: Assistant, data: Path, paper: Site) -> Iterator[str]:
    allowed = {"allowed_origins": paper.address, "reader_limit": "off"}
    with serving(site_of(newsroom, data, **allowed)) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1280, "height": 800})
    yield opened
    opened.close()


@pytest.fixture
def visit(context: BrowserContext, paper: Site, server: str, seed_article: Article) -> Visit:
    """Return what opens a page of the paper; its body is by default the whole article."""
    paragraphs = [seed_article.text[s:e] for s, e in seed_article.paragraphs()]
    whole = "".join(f"<p>{html.escape(text, quote=False)}</p>" for text in paragraphs)
    article = whole.replace(SENTENCE, MARKED_UP)
    assert article != whole

    def opened(tag: str = TAG, body: str = f"<main><article>{article}</article></main>", on: Site = paper,
               head: str = "", lang: str = "en", address: str = server) -> Page:  # fmt: skip
        page = context.new_page()
        page.goto(on.put("/story", page_html(body, address, tag, head, lang)))
        return page

    return opened
