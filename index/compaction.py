"""A store is copied so that the copy holds nothing that was deleted, in no file of it.

Chroma leaves deleted text in its queue, its full-text index, free pages of its SQLite file and unused parts of
its vector files. The copy is cleaned of it and vacuumed before anybody reads it; the store in force stays as it is.
"""

import errno
import os
import shutil
import sqlite3
import struct
import uuid
from contextlib import closing
from pathlib import Path

from index.chroma import ChromaError, written_out
from index.errors import FixInput, FixSettings, RebuildIndex

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


def blank_unused(index: Path) -> None:
    """Overwrite the part of a vector index that holds no vectors yet.

    hnswlib saves it as it was allocated, with whatever the process had there before: texts, too (seen in 5 of 65
    stores). Its header begins with a version (4 bytes), an offset, how many vectors there is room for,
    how many there are, and the bytes of one (8 each).
    """
    _, _, room, used, size = struct.unpack_from("<iQQQQ", (index / "header.bin").read_bytes())
    with (index / "data_level0.bin").open("r+b") as vectors:
        end = vectors.seek(0, os.SEEK_END)
        if used > room or used * size > end:
            raise OSError(errno.EIO, "the vector index has another form than expected")
        vectors.seek(used * size)
        vectors.write(bytes(end - used * size))


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
    with (
        closing(sqlite3.connect(f"file:{store / DATABASE}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(fresh / DATABASE)) as new,
    ):
        old.backup(new)
        for (segment,) in new.execute("SELECT id FROM segments WHERE scope = 'VECTOR'"):
            if (store / segment).is_dir():
                shutil.copytree(store / segment, fresh / segment)
    written_out(fresh)
    for index in fresh.glob("*/header.bin"):
        blank_unused(index.parent)
    with closing(sqlite3.connect(fresh / DATABASE)) as new:
        new.executescript(CLEANING)
        new.execute("VACUUM")
    for path in (path for path in fresh.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            os.fsync(file.fileno())


def clean_stopped(store: Path) -> None:
    """Put a cleaned copy in the place of a store that no process has open: a stopped Chroma server's folder.

    Raises `FixInput` where there is none, `RebuildIndex` where it is damaged, and `FixSettings` for want of room
    or permission. Cut off between its two renamings it leaves the store as it was, under the name that ends in `.old`.
    """
    store = store.resolve()
    old, fresh = (store.with_name(f"{store.name}.{end}") for end in ("old", uuid.uuid4().hex[:8]))
    if not (store / DATABASE).is_file() or old.exists():
        raise FixInput(
            f"{store} is no folder of a Chroma server's files, or {old} was left by a cleaning that was cut off: "
            "it holds the whole store."
        )
    try:
        with closing(sqlite3.connect(store / DATABASE)) as database:
            # Opened for writing once, SQLite rolls back what a killed server had begun.
            database.execute("SELECT count(*) FROM embeddings_queue")
        compact(store, fresh)
        store.rename(old)
        fresh.rename(store)
        shutil.rmtree(old)
    except (ChromaError, sqlite3.Error) as error:
        raise RebuildIndex(f"{store} cannot be cleaned, it is as it was: {error}.") from error
    except OSError as error:
        raise FixSettings(
            f"{store} cannot be cleaned ({error.strerror}): it takes as much room again beside it, in a folder that can be renamed."
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
