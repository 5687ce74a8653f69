"""What a killed writer left, seen from outside and by whoever opens the folder next."""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.compaction import DATABASE
from index.errors import FixInput
from index.folder import FIRST_STORE, DataFolder
from index.records import Publication, StoredChunks
from index.store import ArticleStore

DIGEST = "crash"
LAST_ROW = """
SELECT operation, name FROM embeddings_queue JOIN collections c ON c.id = substr(topic, -36)
WHERE seq_id > ? ORDER BY seq_id DESC
"""
OPERATIONS = {1: "an update", 2: "an upsert", 3: "a deletion"}
Action = Callable[[ArticleStore], object]


@dataclass(frozen=True)
class Stage:
    """One operation with the articles that there are before and after it."""

    name: str
    before: dict[str, Publication]
    after: dict[str, Publication]
    action: Action


def last_write(base: Path, work: Path) -> str:
    """Return which write the killed process died after, by what lies in its folder."""
    store = DataFolder(work).generation().store
    beside = [path for path in work.glob(f"{FIRST_STORE}*") if path != store]
    if store.name != DataFolder(base).generation().store.name:
        return "the switch" if beside else "the old store's end"
    files = [path for folder in beside for path in folder.rglob("*") if path.is_file()]
    if beside:
        newest = max(files, key=lambda path: path.stat().st_mtime_ns, default=beside[0])
        return f"the copy's {newest.name if files else 'folder'}"
    with (
        closing(sqlite3.connect(base / store.name / DATABASE)) as before,
        closing(sqlite3.connect(work / store.name / DATABASE)) as after,
    ):
        last = before.execute("SELECT max(seq_id) FROM embeddings_queue").fetchone()
        row = after.execute(LAST_ROW, last).fetchone()
    return f"{OPERATIONS[row[0]]} in {row[1].split('-')[0]}" if row else "at most a mark"


@dataclass(frozen=True)
class Seen:
    """What was found in the folder of a killed writer."""

    new: bool
    repaired: bool
    losses: list[str]
    mixed: list[str]


def examined(stage: Stage, folder: Path) -> Seen:
    """Open a folder after a kill: read everything, verify, read again, and do the operation once more."""
    losses, mixed = faults(stage, ArticleStore(folder, DIGEST))
    store = ArticleStore(folder, DIGEST)
    repaired = bool(store.verify())
    for found, more in zip((losses, mixed), faults(stage, store), strict=True):
        found += more
    mixed += ["verify left something"] * bool(store.verify())
    new = {a.id: a for a in store.articles()} == {k: p.article for k, p in stage.after.items()}
    if new:
        mixed += remains(stage, folder)
    # Removing what is removed is refused.
    with suppress(FixInput):
        stage.action(store)
    if {a.id for a in store.articles()} != set(stage.after):
        losses.append(f"the {stage.name} does not succeed afterwards")
    return Seen(new, repaired, losses, mixed)


def faults(stage: Stage, store: ArticleStore) -> tuple[list[str], list[str]]:
    """Return which articles are lost, and which are whole in neither their old nor their new version."""
    losses, mixed = [], []
    found = {article.id: article for article in store.articles()}
    mixed += sorted(set(found) - set(stage.before) - set(stage.after))
    for article_id in {**stage.before, **stage.after}:
        allowed = [stage.before.get(article_id), stage.after.get(article_id)]
        article = found.get(article_id)
        if article is None:
            losses += [article_id] * (None not in allowed)
            continue
        version = next((p for p in allowed if p and p.article == article), None)
        try:
            stored = store.chunks(article)
        except LookupError:
            losses.append(article_id)
            continue
        if version is None or not same_chunks(stored, version.made):
            mixed.append(article_id)
    return losses, mixed


def same_chunks(one: StoredChunks, other: StoredChunks) -> bool:
    """Return whether texts and vectors are the same."""
    texts = [[(c.id, c.text) for c in made.chunks] for made in (one, other)]
    return texts[0] == texts[1] and np.allclose(one.vectors, other.vectors, atol=1e-5)


def remains(stage: Stage, folder: Path) -> list[str]:
    """Return paragraphs that the new state does not hold and a file does."""
    texts = [
        {line for p in state.values() for line in p.article.text.split("\n")}
        for state in (stage.before, stage.after)
    ]
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    gone = texts[0] - texts[1]
    return [line for line in gone if any(line.encode() in content for content in files)]
