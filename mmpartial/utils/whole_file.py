"""Files that are there whole or not at all, and full disks in a sentence."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MIB = 2**20


@contextmanager
def told_if_full(path: Path, size: int) -> Iterator[None]:
    """Say what a file needs and what is free where writing it fails.

    Args:
        path: The file.
        size: Bytes that it takes.

    Raises:
        OSError: Writing failed.
    """
    free = shutil.disk_usage(path.parent).free
    try:
        yield
    except (OSError, RuntimeError) as error:  # torch.save raises the second where a disk is full
        raise OSError(
            f"{path} cannot be written: it takes {size / MIB:.1f} MiB, and {free / MIB:.1f} MiB "
            f"are free there. Make room and go on with --resume. ({error})"
        ) from error


@contextmanager
def whole_file(path: Path, size: int = 0) -> Iterator[Path]:
    """A name to write to, which becomes ``path`` once all of it is on the disk.

    Args:
        path: The file, which is replaced.
        size: Bytes that it takes, about.

    Yields:
        The name.

    Raises:
        OSError: Writing failed; nothing is left behind.
    """
    partial = path.with_name(f"{path.name}.partial")
    with told_if_full(path, size):
        try:
            yield partial
            with open(partial, "rb+") as file:
                os.fsync(file.fileno())
            partial.replace(path)
        except (OSError, RuntimeError):
            partial.unlink(missing_ok=True)
            raise


def reserve(path: Path, size: int) -> None:
    """Make a file of so many bytes that the disk does have.

    A memory-mapped file without its space ends the process (SIGBUS) when the disk is full.

    Raises:
        OSError: There is no room; a file that was not there before is gone again.
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
