"""Paths to write to: files appear whole, and no file is overwritten by mistake."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ...utils.hidden_name import hidden_beside
from ...utils.whole_file import FULL, sync


def check_new(path: str | Path, force: bool | None = None) -> None:
    """Refuse to write over a file or a folder.

    Args:
        path: Its path.
        force: Allow it; None if the user has no such option.

    Raises:
        FileExistsError: It exists.
    """
    if not force and os.path.exists(path):
        remedy = "or remove it" if force is None else "or --force to overwrite it"
        raise FileExistsError(f"{path} exists: give another name, {remedy}.")


def check_target(path: str | Path, force: bool | None = None) -> None:
    """Check that a path can be written to: it is new, and its folder exists and is not read-only.

    Args:
        path: The path.
        force: As in :func:`check_new`.

    Raises:
        FileExistsError: It exists.
        FileNotFoundError: The folder around it does not exist.
        PermissionError: The folder is read-only.
    """
    check_new(path, force)
    around = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(around):
        raise FileNotFoundError(f"there is no folder {around} to write into.")
    if not os.access(around, os.W_OK):
        raise PermissionError(f"the folder {around} is read-only: give a path in another folder.")


def check_kind(path: str, is_folder: bool) -> None:
    """Check that no file is where a folder will be written, or the other way round."""
    if os.path.exists(path) and os.path.isdir(path) != is_folder:
        kinds = ("a folder", "a file") if is_folder else ("a file", "a folder")
        raise ValueError(
            f"{path} is {kinds[1]}, but {kinds[0]} would be written: give another name."
        )


def move_all(source: str, target: str, force: bool) -> None:
    """Move the contents of a folder into another one, and add to the folders there.

    Raises:
        FileExistsError: A file is there already; then nothing is moved.
        ValueError: A file is where a folder will be written, or the other way round.
    """
    moves = [(entry, os.path.join(target, entry.name)) for entry in os.scandir(source)]
    for entry, path in moves:
        check_target(path, force)
        check_kind(path, entry.is_dir())
    for entry, path in moves:
        if entry.is_dir():
            shutil.copytree(entry.path, path, dirs_exist_ok=True)
        else:
            os.replace(entry.path, path)


@contextmanager
def replacing(path: str | Path) -> Iterator[str]:
    """A temporary path beside ``path`` with the same ending; it becomes ``path`` at the end.

    If anything goes wrong before, even a power cut, ``path`` stays unchanged.
    """
    temporary = str(hidden_beside(path))
    try:
        yield temporary
        sync(Path(temporary))
        os.replace(temporary, path)
        sync(Path(path).parent)
    except OSError as error:
        if error.errno in FULL:  # a write to an open file has no name
            raise OSError(error.errno, os.strerror(error.errno), str(path)) from error
        raise
    finally:
        with suppress(OSError):  # a read-only folder refuses this too
            os.unlink(temporary)


def write_text(path: str | Path, text: str) -> None:
    """Write a text in UTF-8 by :func:`replacing`."""
    with replacing(path) as temporary:
        Path(temporary).write_text(text, encoding="utf-8")


def write_figure(path: str | Path, figure: Any, **options: Any) -> None:
    """Write a figure of matplotlib by :func:`replacing`.

    Args:
        path: The file; its folder is made if there is none.
        figure: The figure.
        **options: Of ``figure.savefig``.
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        figure.savefig(temporary, **options)
