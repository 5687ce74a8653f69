"""`python -m index.crash`: is the index whole wherever a writer is killed? For `make bench-crash`.

Writers are forked after the models are loaded and killed (-9) at moments spread over an add, an update, a
remove and a rebuild. Whoever opens the folder next must find every article whole, old or new; `verify` must
clear what is left, and the same operation must then succeed.
"""

import itertools
import multiprocessing
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess as Process
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from index.article import Article, content_version
from index.compaction import MOST_REPLAYED
from index.invented import invented_articles
from index.language import Language
from index.models import Embedder
from index.publishing import prepared_all
from index.records import Publication
from index.store import ArticleStore
from index.wreckage import DIGEST, Stage, examined, last_write

GOLDEN, SLOWER = 0.6180339887, 1.4
FORK = multiprocessing.get_context("fork")
SOURCE = "invented"
Result = TypeVar("Result")


@dataclass
class Findings:
    """What the kills of one stage did; `losses` and `mixed` have to stay empty."""

    stage: str
    died_after: Counter[str] = field(default_factory=Counter)
    found_new: int = 0
    repaired: int = 0
    losses: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        """How many writers were killed."""
        return self.died_after.total()


def stages(embedder: Embedder, language: Language, rows: int = MOST_REPLAYED) -> list[Stage]:
    """Return an add, an update, a remove and a rebuild of invented articles.

    Before each there are about `rows` rows in the queue, so that with the default the add makes Chroma write
    its vectors.
    """
    texts = list(invented_articles(8))
    changed = next_version(texts[0])
    made = prepared_all([*texts, changed], embedder, language)
    one, new, *others, corrected = (
        Publication(article, chunks, SOURCE)
        for article, chunks in zip([*texts, changed], made, strict=True)
    )
    before = {one.article.id: one}
    waiting = len(one.made.chunks) + 2
    for number, other in enumerate(itertools.cycle(others)):
        waiting += len(other.made.chunks) + 1
        if waiting > rows:
            break
        copy = other.under(f"copy-{number}")
        before[copy.article.id] = copy
    # Two of them have more rows than are left to the limit.
    added = {p.article.id: p for p in (new, new.under("another"))}
    changing = one.article.id
    without = {article_id: p for article_id, p in before.items() if article_id != changing}
    return [
        Stage("add", before, {**before, **added}, lambda s: s.put_all(list(added.values()))),
        Stage("update", before, {**before, changing: corrected}, lambda s: s.put_all([corrected])),
        Stage("remove", before, without, lambda s: s.remove(changing)),
        Stage("rebuild", before, before, lambda s: s.rebuild(lambda a: before[a.id].made)),
    ]


def next_version(article: Article) -> Article:
    """Return a corrected version: its first paragraph is gone, and its headings."""
    text = article.text.split("\n", 1)[1]
    version = content_version(article.title, [], text)
    return replace(article, text=text, sections=(), version=version)


def run_stage(stage: Stage, kills: int, folder: Path) -> Findings:
    """Kill `kills` writers of one stage and look what each left; works in copies inside `folder`."""
    base, work = folder / stage.name, folder / "work"
    in_child(lambda: len(ArticleStore(base, DIGEST).put_all(list(stage.before.values()))))
    findings = Findings(stage.name)
    duration = written(stage, base, work)
    for attempt in range(4 * kills):
        if findings.kills == kills:
            break
        # Golden steps fill the time evenly, however many there are; a busy machine is slower at times.
        moment = attempt * GOLDEN % 1 * SLOWER * duration
        took = killed(stage, base, work, moment)
        if took is not None:
            duration = took
        else:
            findings.died_after[last_write(base, work)] += 1
            try:
                seen = in_child(lambda: examined(stage, work))
            except ChildProcessError:
                findings.losses.append("the index could not be read")
                continue
            findings.found_new += seen.new
            findings.repaired += seen.repaired
            findings.losses += seen.losses
            findings.mixed += seen.mixed
    return findings


def in_child(work: Callable[[], Result]) -> Result:
    """Return what `work` returns in a forked process; raises `ChildProcessError` where it fails.

    This process never opens Chroma, whose threads a fork would not take along.
    """
    ours, theirs = FORK.Pipe()
    child = FORK.Process(target=lambda: theirs.send(work()))
    child.start()
    theirs.close()
    try:
        result: Result = ours.recv()
    except EOFError:
        raise ChildProcessError(f"exit code {child.exitcode}") from None
    child.join()
    return result


def started(stage: Stage, base: Path, work: Path) -> tuple[Process, Connection]:
    """Start a stage in a fresh copy of `base` and return once its index is open and its writes begin."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(base, work)
    ours, theirs = FORK.Pipe()

    def write() -> None:
        store = ArticleStore(work, DIGEST)
        theirs.send("open")
        stage.action(store)
        theirs.send("done")

    child = FORK.Process(target=write)
    child.start()
    theirs.close()
    ours.recv()
    return child, ours


def written(stage: Stage, base: Path, work: Path) -> float:
    """Return the seconds that a stage writes when nobody kills it."""
    child, ours = started(stage, base, work)
    at = time.perf_counter()
    ours.recv()
    took = time.perf_counter() - at
    child.join()
    return took


def killed(stage: Stage, base: Path, work: Path, after_s: float) -> float | None:
    """Start a stage and kill it; returns the seconds it wrote where it was done before, else None."""
    child, ours = started(stage, base, work)
    at = time.perf_counter()
    ours.poll(after_s)
    took = time.perf_counter() - at
    child.kill()
    child.join()
    try:
        return took if ours.poll() and ours.recv() == "done" else None
    except EOFError:
        return None


def main(
    kills: Annotated[
        int, typer.Option(help="How many writers to kill, a quarter in each stage.")
    ] = 200,
    rows: Annotated[
        int, typer.Option(help="How many rows wait in the queue before each.")
    ] = MOST_REPLAYED,
) -> None:
    """Kill writers and report; exit code 1 where anything was lost or mixed."""
    embedder, language = Embedder(), Language()
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for stage in stages(embedder, language, rows):
            found = run_stage(stage, -(-kills // 4), Path(folder))
            print(
                f"{found.stage}: {found.kills} kills, {len(found.losses)} losses, {len(found.mixed)} mixed; "
                f"{found.found_new} found new, {found.kills - found.found_new} old; "
                f"verify had something to clear after {found.repaired}"
            )
            for write, count in found.died_after.most_common():
                print(f"  {count:4} died after {write}")
            for fault in (*found.losses, *found.mixed):
                print(f"  FAULT: {fault[:100]}")
            failed |= bool(found.losses or found.mixed or found.kills < kills // 4)
    sys.exit(int(failed))


if __name__ == "__main__":
    typer.run(main)
