"""Earlier results for image files: whether they can be read."""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import cv2
from filelock import FileLock

from .. import __version__
from ..utils.log import warn

_TABLE = """CREATE TABLE IF NOT EXISTS images
(path TEXT, loader TEXT, size INTEGER, time INTEGER, fault TEXT, PRIMARY KEY (path, loader))"""


def results_file() -> Path:
    """The file of the results; deleting it does no harm."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "mmpartial" / "checked_images.sqlite"


class ReadResults:
    """Results of images, by path, size and time of the file.

    They are in ``~/.cache/mmpartial/checked_images.sqlite``, or in ``$XDG_CACHE_HOME/mmpartial``.
    Another process waits until this one has finished. If the file cannot be used, the log says so
    and nothing is kept.

    Args:
        loader: The transform that loads the images; its options belong to the results.
    """

    def __init__(self, loader: Any):
        options = sorted((k, v) for k, v in vars(loader).items() if not k.startswith("_"))
        self.loader = f"{type(loader).__name__} {options} {__version__} {cv2.__version__}"
        self.file = results_file()
        self._base: sqlite3.Connection | None = None
        self._lock = FileLock(f"{self.file}.lock")
        self._stamps: dict[str, tuple[int, int]] = {}

    def __enter__(self) -> "ReadResults":
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
            self._base = sqlite3.connect(self.file)
            self._base.execute(_TABLE)
        except (OSError, sqlite3.Error) as error:
            self._give_up(error)
        return self

    def __exit__(self, *error: object) -> None:
        if self._base is not None:
            self._base.close()
        self._lock.release()

    def of(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The paths of files that have not changed, with their results."""
        self._stamps = {path: stamp for path in paths if (stamp := _stamp(path)) is not None}
        if self._base is None:
            return
        query = "SELECT size, time, fault FROM images WHERE path = ? AND loader = ?"
        for path, stamp in self._stamps.items():
            row = self._base.execute(query, (os.path.abspath(path), self.loader)).fetchone()
            if row is not None and row[:2] == stamp:
                yield path, row[2]

    def add(self, results: Mapping[str, str]) -> None:
        """Keep results of files that :meth:`of` did not know."""
        if self._base is None:
            return
        rows = [
            (os.path.abspath(path), self.loader, *self._stamps[path], fault)
            for path, fault in results.items()
            if path in self._stamps
        ]
        try:
            with self._base:
                self._base.executemany("REPLACE INTO images VALUES (?, ?, ?, ?, ?)", rows)
        except sqlite3.Error as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        warn(f"{self.file} cannot be used ({error}), so images are opened again the next time.")
        self._base = None


def _stamp(path: str) -> tuple[int, int] | None:
    """Size and time of a file; None if there is none here."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns
