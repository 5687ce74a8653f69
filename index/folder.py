"""The data folder: one writer at a time, and a mark that changes with every write."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import FixSettings, TryAgain


class DataFolder:
    """A folder that can be written, with its writer lock and its generation file."""

    def __init__(self, path: Path) -> None:
        """Make the folder where it is missing; raises `FixSettings` where it cannot be written."""
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True)
            if not os.access(path, os.W_OK):
                raise PermissionError(13, "Permission denied")
        except OSError as error:
            raise FixSettings(
                f"The data folder {path} cannot be written ({error.strerror}); "
                "set FOOTNOTE_DATA_DIR to a folder that can."
            ) from None

    def generation(self) -> str:
        """Return the mark of the last write, "" before the first."""
        path = self.path / "generation"
        return path.read_text() if path.exists() else ""

    def bump(self) -> str:
        """Replace the mark, in one step, and return the new one."""
        mark = uuid.uuid4().hex
        fresh = self.path / "generation.new"
        fresh.write_text(mark)
        fresh.replace(self.path / "generation")
        return mark

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
            raise FixSettings(
                f"The data folder {self.path} cannot be written ({error.strerror})."
            ) from error
