"""Finds the image files that a user names: files, folders, patterns, and lists of paths."""

import glob
import os
import sys
from collections.abc import Iterable, Iterator

from ...datasets.image_files import paths_on_disk
from ...formats.tables.reader import open_table
from ...utils.image_endings import images_in, is_image
from ...utils.text_files import read_lines

_TABLES = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".parquet", ".pq", ".xlsx", ".xlsm")
_OTHERS = (".json", ".jsonl", ".ndjson", ".xml", ".yaml", ".yml", ".xls", ".ods")
_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".7z", ".rar")
_STDIN = "-"

Paths = str | os.PathLike | Iterable[str | os.PathLike]


def image_files(paths: Paths, images: str | None = None) -> dict[str, str]:
    """Find image files; a file that is named twice is found once.

    Args:
        paths: One or several of these: image files; folders, for all images in them and their
            subfolders; patterns with ``*``, ``?`` or ``[...]``; tables in CSV, Parquet or Excel
            with the paths in the column ``image``, or else in the first; text files with a path on
            each line; ``-`` for such lines on the standard input.
        images: The folder to which the paths of a list are relative; None takes the folder of the
            list.

    Returns:
        The path of each image by its name, which is as the list writes it, or else the path. The
        order is that of the paths; folders and patterns are sorted.

    Raises:
        FileNotFoundError: There is no such file or folder.
        ValueError: A folder, a pattern or a list has no image, two images have the same name, or a
            file is an archive or a label file that is no table.
    """
    found: dict[str, str] = {}
    seen: set[str] = set()
    for given in [paths] if isinstance(paths, str | os.PathLike) else paths:
        path, empty = os.fspath(given), True
        for name, file in _files(path, images):
            empty = False
            whole = os.path.abspath(file)
            if whole in seen:
                continue
            if name in found:
                raise ValueError(
                    f"{name} is the name of two images, {found[name]} and {file}: predict their "
                    "lists one after the other."
                )
            seen.add(whole)
            found[name] = file
        if empty:
            raise ValueError(f"there is no image in {path}: give image files, or another folder.")
    return found


def _files(path: str, images: str | None) -> Iterator[tuple[str, str]]:
    """The name and the path of each image."""
    if path == _STDIN:
        yield from _listed((line.strip() for line in sys.stdin), images or "")
    elif os.path.isdir(path):
        yield from ((file, file) for file in images_in(path))
    elif os.path.isfile(path):
        if path.lower().endswith((*_TABLES, ".txt")):
            folder = os.path.dirname(path) if images is None else images
            yield from _listed(listed_names(path), folder)
        elif path.lower().endswith(_ARCHIVES):
            raise ValueError(f"{path} is an archive: unpack it, and give the folder of its images.")
        elif path.lower().endswith(_OTHERS):
            raise ValueError(
                f"{path} is neither an image nor a list of images: to predict the images that it "
                "names, give their folder, or a text file with a path on each line and --images "
                "with the folder of these paths."
            )
        else:
            yield path, path
    elif glob.has_magic(path):
        for match in sorted(glob.glob(path, recursive=True)):
            if os.path.isfile(match) and is_image(match):
                yield match, match
    else:
        raise FileNotFoundError(
            f"there is no file or folder {path}: give image files, folders, patterns, or lists of "
            "paths."
        )


def listed_names(path: str) -> list[str]:
    """The paths in a table, in the column ``image`` or else in the first, or in a text file."""
    if path.lower().endswith(".txt"):
        return read_lines(path, "give a list of paths.")
    table = open_table(path)
    column = "image" if "image" in table.names else table.names[0]
    found: list[str] = []
    for (cells,) in table.batches([column]):
        found += table.texts(cells, column, len(found))
    return found


def _listed(names: Iterable[str], folder: str) -> Iterator[tuple[str, str]]:
    found = [*dict.fromkeys(filter(None, names))]
    return zip(found, paths_on_disk(found, folder), strict=True)
