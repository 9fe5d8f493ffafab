"""The classes in the cells of a long table, of which one may list several."""

from collections.abc import Sequence
from itertools import chain

import numpy as np

from .list_signs import list_sign
from .several_labels import LISTS, ONE, split
from .tables import place


def labels_of(
    path: str,
    column: str,
    cells: Sequence[str],
    number: np.ndarray,
    image: np.ndarray,
    separator: str | None,
    given: Sequence[str],
) -> tuple[np.ndarray, np.ndarray]:
    """The classes that the rows name.

    Args:
        path: The file, for messages.
        column: The column's name, for messages.
        cells: The different cells.
        number: ``(N,)``, which of them each row has.
        image: ``(N,)``, the number of its image.
        separator: What separates the classes of a cell, as in :func:`several_labels.split`; None
            if a cell that looks like a list is to be refused.
        given: Names that are known to be classes.

    Returns:
        For each class in a row the number of the row, and its name.

    Raises:
        ValueError: A cell is blank, is no whole list, or looks like a list of another kind; the
            message names the line.
    """
    used = np.bincount(number, minlength=len(cells)) > 0

    def where(cell: int) -> str:
        return f"{place(path, int(np.argmax(number == cell)))}, column {column!r}"

    lists: list[list[str]] = [[] for _ in cells]
    for i in np.flatnonzero(used):
        if not cells[i] and separator in (None, ONE, LISTS):
            raise ValueError(
                f"{where(i)} is blank: name a class; if a cell may list any number of classes, or "
                "none, set separator to what stands between them."
            )
        try:
            lists[i] = split(cells[i], separator or ONE)
        except ValueError as error:
            raise ValueError(f"{where(i)} has the value {cells[i][:60]!r}: {error}.") from None
    if separator != ONE:
        names = dict.fromkeys(chain(*lists))
        sign = list_sign([*names], {*given}, _have_one_cell(image, number))
        if sign:
            cell = next(i for i, labels in enumerate(lists) if sign[0] in labels)
            raise ValueError(
                f"{where(cell)} has the value {sign[0][:60]!r}, which looks like a list of "
                f"classes: set separator={sign[1]!r} to take such cells apart, or "
                f"separator={ONE!r} if each is one class."
            )
    sizes = np.array([len(labels) for labels in lists])[number]
    row = np.repeat(np.arange(len(number)), sizes)
    start = np.cumsum([0, *map(len, lists[:-1])])[number]
    first = np.cumsum(sizes) - sizes
    entry = np.arange(len(row)) + np.repeat(start - first, sizes)
    return row, np.array([*chain(*lists)], dtype=object)[entry]


def _have_one_cell(image: np.ndarray, number: np.ndarray) -> bool:
    """Whether no image has rows with different cells."""
    last: np.ndarray = np.empty(int(image.max()) + 1, dtype=number.dtype)
    last[image] = number
    return bool((last[image] == number).all())
