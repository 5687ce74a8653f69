"""Many articles at once on Ray Data: its workers cut and embed, and this process alone writes.

For `index add --engine ray`. What is stored already is not sent out, so that the same command goes on
where it was cut off; what comes back is written as on the plain path, 32 articles in one step.
"""

import logging
import os
import pickle
import secrets
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from index.article import Article
from index.errors import FixSettings
from index.language import Language
from index.models import Embedder
from index.publishing import BATCH_ARTICLES, of_different_ids, prepared_all
from index.records import Publication
from index.store import ArticleStore

if TYPE_CHECKING:
    import pyarrow as pa

Sourced = tuple[Article, str]
# Articles and chunks travel pickled in one column: both ends are this program.
COLUMN = "pickled"


class Preparer:
    """What a Ray Data worker keeps: the models, loaded once, and batches of articles that pass through."""

    def __init__(self, embedding_model: str) -> None:
        self.embedder = Embedder(embedding_model)
        self.language = Language()

    def __call__(self, batch: "pa.Table") -> "pa.Table":
        """Return publications for a table of articles with their sources."""
        sourced: list[Sourced] = unpacked(batch)
        made = prepared_all([article for article, _ in sourced], self.embedder, self.language)
        return packed(Publication(a, m, s) for (a, s), m in zip(sourced, made, strict=True))


class RayCluster:
    """Ray, started here on every core, or joined where `RAY_ADDRESS` says so."""

    def __init__(self, embedding_model: str) -> None:
        """Start or join it; raises `FixSettings` where it isn't installed or can't be reached."""
        # Nothing is sent to Ray's makers; what it notes of itself stays in its own log files.
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
        address = os.environ.get("RAY_ADDRESS", "")
        if not address:
            # Some of Ray's ports listen on every network whatever address it is given.
            os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
        try:
            # Optional and heavy: only this engine needs it.
            import ray
            import ray.data
        except ImportError:
            raise FixSettings(
                "Ray is not installed; run: pip install -r requirements-scale.txt"
            ) from None
        self.embedding_model = embedding_model
        self._ray = ray
        quiet: dict[str, Any] = {"logging_level": "error", "log_to_driver": False}
        try:
            if address:
                ray.init(address, **quiet)
            else:
                ray.init("local", include_dashboard=False, _node_ip_address="127.0.0.1", **quiet)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise FixSettings(f"Ray cannot be used ({str(error).splitlines()[0]}).") from None
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        context = ray.data.DataContext.get_current()
        # A later version of an article has to come after an earlier one.
        context.execution_options.preserve_order = True
        context.enable_progress_bars = False

    def publish_all(
        self, articles: Iterable[Sourced], store: ArticleStore
    ) -> Iterator[tuple[Article, bool]]:
        """Publish articles as `publishing.publish_all` does; those that are stored already come first."""
        tables: list[Any] = []
        fresh: list[Sourced] = []
        sent: set[str] = set()
        for article, source in articles:
            # Which of two versions in one run is stored is known only when the first is written.
            if article.id not in sent and store.holds(article, source):
                yield article, False
                continue
            sent.add(article.id)
            fresh.append((article, source))
            if len(fresh) == BATCH_ARTICLES:
                tables.append(self._ray.put(packed(fresh)))
                fresh = []
        if fresh:
            tables.append(self._ray.put(packed(fresh)))
        for made in self.prepared(tables):
            for group in of_different_ids(made, lambda publication: publication.article.id):
                changed = store.put_all(group)
                yield from zip((p.article for p in group), changed, strict=True)
        store.settle()

    def prepared(self, tables: list[Any]) -> Iterator[list[Publication]]:
        """Yield the publications of each table, in order; they are made ahead of what is written."""
        if not tables:
            return
        workers = min(len(tables), max(1, int(self._ray.cluster_resources().get("CPU", 1))))
        dataset = self._ray.data.from_arrow_refs(tables).map_batches(
            Preparer, fn_constructor_args=[self.embedding_model], batch_format="pyarrow",
            batch_size=None, num_cpus=1, compute=self._ray.data.ActorPoolStrategy(size=workers),
        )  # fmt: skip
        for table in dataset.iter_batches(batch_size=None, batch_format="pyarrow"):
            yield unpacked(table)


def packed(things: Iterable[Sourced] | Iterable[Publication]) -> "pa.Table":
    """Return a table of one column with a row for each thing."""
    # Ray brings it along.
    import pyarrow as pa

    return pa.table({COLUMN: [pickle.dumps(thing) for thing in things]})


def unpacked(table: "pa.Table") -> list[Any]:
    """Return the things that a table holds."""
    return [pickle.loads(row) for row in table[COLUMN].to_pylist()]
