"""The data folder: one writer at a time, and a mark that changes with every write."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import FixSettings, TryAgain

FIRST_STORE = "chroma"


@dataclass(frozen=True, slots=True)
class Generation:
    """What the last write left: its mark, "" before the first, and the store that is in force."""

    mark: str
    store: Path


class DataFolder:
    """A folder that can be written, with its writer lock, its generation and its stores.

    The generation file holds the mark and the name of the store in force, so that one replaced file
    both switches to a fresh store and tells readers in other processes to reopen.
    """

    def __init__(self, path: Path) -> None:
        """Make the folder where it is missing; raises `FixSettings` where it cannot be written."""
        self.path = path
        self._pending = path / "deleting"
        try:
            path.mkdir(parents=True, exist_ok=True)
            if not os.access(path, os.W_OK):
                raise PermissionError(13, "Permission denied")
        except OSError as error:
            raise self.unwritable(error.strerror or str(error)) from None

    def unwritable(self, reason: str) -> FixSettings:
        """Return the error for a folder that cannot be written."""
        return FixSettings(
            f"The data folder {self.path} cannot be written ({reason}): make room or change its "
            "permissions, or set FOOTNOTE_DATA_DIR to another folder. Nothing was lost."
        )

    def generation(self) -> Generation:
        """Return the mark of the last write and the store in force."""
        path = self.path / "generation"
        # A file that was cut or overwritten still says that something was written here.
        text = path.read_text("utf-8", "replace") if path.exists() else ""
        mark, _, store = text.partition(" ")
        named = store if store.isprintable() else ""
        return Generation(mark, self.path / (named or FIRST_STORE))

    def bump(self, store: Path | None = None) -> Generation:
        """Replace the mark, and the store in force where one is given, in one step."""
        name = (store or self.generation().store).name
        fresh = self.path / "generation.new"
        with fresh.open("w") as file:
            file.write(f"{uuid.uuid4().hex} {name}")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path / "generation")
        return self.generation()

    def fresh_store(self) -> Path:
        """Return a path for a store beside the one in force."""
        return self.path / f"{FIRST_STORE}-{uuid.uuid4().hex[:8]}"

    def drop_other_stores(self) -> int:
        """Remove every store that is not in force; returns how many.

        Windows keeps files that another process has open: then the deletion stays pending.
        """
        in_force = self.generation().store
        named = [self.path / FIRST_STORE, *self.path.glob(f"{FIRST_STORE}-{'[0-9a-f]' * 8}")]
        others = [path for path in named if path != in_force and path.exists()]
        for path in others:
            shutil.rmtree(path, ignore_errors=True)
        if any(path.exists() for path in others):
            self.expect_deletion()
        return len(others)

    @property
    def deletion_pending(self) -> bool:
        """Whether text that was deleted may still lie in the files of the store."""
        return self._pending.exists()

    def expect_deletion(self) -> None:
        """Remember, also past a crash, that a text is being deleted."""
        self._pending.touch()

    def deletion_done(self) -> None:
        """Forget what `expect_deletion` noted."""
        self._pending.unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the writer lock.

        Raises `TryAgain` at once where another process holds it, and `FixSettings` where a write
        fails for want of space or permission.
        """
        try:
            with FileLock(self.path / "writer.lock", timeout=0):
                yield
        except Timeout:
            raise TryAgain(
                "Another process is writing to the index; try again when it is done."
            ) from None
        except OSError as error:
            raise self.unwritable(error.strerror or str(error)) from error
