"""What a crash left behind is found and cleared."""

from index.chroma import delete_rows, rows
from index.database import Database
from index.errors import RebuildIndex
from index.records import chunk_ids
from index.server import ServerDatabase

BATCH = 1000


def verify(database: Database | ServerDatabase) -> list[str]:
    """Clear what a crash left behind, within `database.writing`; returns a line for each thing found.

    Raises `RebuildIndex` where an article's chunks are missing, and Chroma's errors where their vectors
    cannot be read.
    """
    lines = []
    wanted = {
        chunk_id
        for article_id, (metadata, _) in rows(database.records).items()
        for chunk_id in chunk_ids(article_id, metadata, database.in_force)
    }
    chunks = database.chunks_beside(database.in_force)
    stored = set(chunks.get(include=[])["ids"])
    if missing := {chunk_id.split(":")[0] for chunk_id in wanted - stored}:
        names = ", ".join(sorted(missing))
        raise RebuildIndex(f"Chunks are missing of {names}: run `python -m index rebuild`.")
    held = sorted(wanted)
    for start in range(0, len(held), BATCH):
        # Ids and texts lie in another file than the vectors, which may be the one that is damaged.
        chunks.get(ids=held[start : start + BATCH], include=["embeddings"])
    if orphans := sorted(stored - wanted):
        database.expect_deletion()
        delete_rows(chunks, orphans)
        lines.append(f"{len(orphans)} chunks of no article removed")
    if dropped := database.drop_other_chunks():
        database.expect_deletion()
        lines.append(f"{dropped} unfinished rebuild(s) removed")
    return lines + database.clean_files()
