"""Finds two columns of a table that name image files together: a folder, and a file in it."""

import posixpath
from collections.abc import Iterable, Sequence

from ...formats.common.unique_images import normal_paths
from ...formats.tables.table import Table
from ...utils.names import all_canonical
from .column_review import Column
from .photos import Photos


def folder_and_file(
    table: Table, columns: Sequence[Column], photos: Photos, given: str | None
) -> tuple[float, str, Photos]:
    """The two columns that name the most files together.

    Args:
        table: The table.
        columns: What its columns hold.
        photos: The images of the folder that the user gives.
        given: The columns that the user names, such as ``'folder/file'``, or None.

    Returns:
        The share of the rows that name a file, the names of the columns with a slash between them
        (``''`` if there are none), and the images by these names.
    """
    best: tuple[float, str, Photos] = (0.0, "", photos)
    for files in (photos, photos.from_parent()):
        pairs = [
            f"{folder.name}/{file.name}"
            for folder in folders_named(columns, files)
            for file in columns
            if file is not folder and file.kind not in ("class", "blank")
        ]
        for name in pairs if given is None else filter(table.parts, [given]):
            share = files.share([cell for cell in _texts(table, name) if cell])
            if share > best[0]:
                best = share, name, files
    return best


def folders_named(columns: Iterable[Column], photos: Photos) -> list[Column]:
    """The columns that name folders of images."""
    folders = _folders(photos.files)
    return [
        column
        for column in columns
        if not folders.isdisjoint(all_canonical(normal_paths([*filter(None, column.cells)])))
    ]


def _folders(files: Iterable[str]) -> set[str]:
    """The folders around some files, and the folders around those."""
    found: set[str] = set()
    for file in files:
        while (file := posixpath.dirname(file)) not in ("", "/") and file not in found:
            found.add(file)
    return found


def _texts(table: Table, name: str) -> Iterable[str]:
    for (cells,) in table.batches([name]):
        yield from {cell or "" for cell in cells.to_pylist()}
