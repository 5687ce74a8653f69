"""A store is copied so that the copy holds nothing that was deleted, in no file of it.

Chroma leaves deleted text in its queue, its full-text index and free pages of its SQLite file. The
copy is cleaned of it and vacuumed before anybody reads it; the store in force stays as it is.
"""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from index.chroma import written_out

DATABASE = "chroma.sqlite3"
# Opening a store replays its queue: 0.3 ms a row, so 0.3 s at most.
MOST_REPLAYED = 1000

OF_ROW = (
    "SELECT {} FROM segments s JOIN max_seq_id m ON m.segment_id = s.id "
    "WHERE s.collection = substr(topic, -36)"
)
APPLIED = OF_ROW.format("m.seq_id") + " AND s.scope = 'METADATA'"
# Both indexes have to be past a row before it can go; one that was never written has no number at all.
WRITTEN = OF_ROW.format("CASE count(*) WHEN 2 THEN min(m.seq_id) ELSE 0 END")
CLEANING = f"""
DELETE FROM embeddings_queue WHERE seq_id <= ({WRITTEN})
  -- The last row stays: SQLite counts on from it, and Chroma passes over smaller numbers.
  AND seq_id < (SELECT max(seq_id) FROM embeddings_queue);
UPDATE embeddings_queue SET metadata = NULL WHERE seq_id <= ({APPLIED});
INSERT INTO embedding_fulltext_search (embedding_fulltext_search) VALUES ('optimize');
"""


def waiting(store: Path) -> int:
    """Return how many rows a client has to replay when it opens the store."""
    with closing(sqlite3.connect(f"file:{store / DATABASE}?mode=ro", uri=True)) as database:
        count: int = database.execute("SELECT count(*) FROM embeddings_queue").fetchone()[0]
    return count


def compact(store: Path, fresh: Path) -> None:
    """Copy a store, which nobody writes to meanwhile, to `fresh`, cleaned and with a short queue.

    Raises `OSError` or `sqlite3.Error` where there is no room; `store` is never changed.
    """
    fresh.mkdir()
    replayed = waiting(store)
    with (
        closing(sqlite3.connect(f"file:{store / DATABASE}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(fresh / DATABASE)) as new,
    ):
        old.backup(new)
        for (segment,) in new.execute("SELECT id FROM segments WHERE scope = 'VECTOR'"):
            if (store / segment).is_dir():
                shutil.copytree(store / segment, fresh / segment)
    if replayed > MOST_REPLAYED:
        written_out(fresh)
    with closing(sqlite3.connect(fresh / DATABASE)) as new:
        new.executescript(CLEANING)
        new.execute("VACUUM")
    for path in (path for path in fresh.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            os.fsync(file.fileno())
