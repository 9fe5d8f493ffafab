"""Files that appear only when they are complete, and a sentence for full disks."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MIB = 2**20
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
MAKE_ROOM = "make room, and give the same command again (train.py with --resume)"


@contextmanager
def told_if_full(path: Path, size: int = 0) -> Iterator[None]:
    """If the disk is full, say how much space a file needs, if known, and how much is free."""
    free = shutil.disk_usage(path.parent).free
    try:
        yield
    except (OSError, RuntimeError) as error:  # torch.save raises the second on a full disk
        if not os.access(path.parent, os.W_OK):
            raise PermissionError(f"{path} cannot be written: its folder is read-only.") from error
        # NumPy says "9 requested and 5 written" without a number of an error.
        full = (
            not isinstance(error, OSError) or error.errno in FULL or "requested and" in str(error)
        )
        if isinstance(error, OSError) and not full:
            error.filename = error.filename or str(path)  # a write to an open file has no name
            raise
        takes = f"it takes {size / MIB:.1f} MiB, and " if size else ""
        raise OSError(
            f"{path} cannot be written: {takes}{free / MIB:.1f} MiB are free there: {MAKE_ROOM}. "
            f"({error})"
        ) from error


@contextmanager
def whole_file(path: Path, size: int = 0) -> Iterator[Path]:
    """A path to write to; it becomes ``path`` when all of it is on the disk.

    Raises:
        OSError: Writing failed; nothing is left behind.
    """
    partial = path.with_name(f"{path.name}.partial")
    with told_if_full(path, size):
        try:
            yield partial
            sync(partial)
            partial.replace(path)
            sync(path.parent)
        except (OSError, RuntimeError):
            with suppress(OSError):  # a read-only folder refuses this too
                partial.unlink()
            raise


def sync(path: Path) -> None:
    """Put a file, or the names of a folder's files, on the disk.

    If the names are not there, a power cut may undo a rename.
    """
    if os.name == "nt" and path.is_dir():  # Windows opens no folders
        return
    number = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def reserve(path: Path, size: int) -> None:
    """Make a file of some bytes, and reserve its space on the disk.

    Without this space, a write to a memory-mapped file on a full disk ends the process (SIGBUS).

    Raises:
        OSError: There is no space; a new file is removed again.
    """
    existed = path.exists()
    with told_if_full(path, size):
        try:
            with open(path, "ab") as file:
                file.truncate(size)
                if hasattr(os, "posix_fallocate"):  # macOS and Windows have none
                    os.posix_fallocate(file.fileno(), 0, size)
        except OSError:
            if not existed:
                path.unlink(missing_ok=True)
            raise
