"""The classes in the cells of a long table; a cell may list several."""

import re
import shlex
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from ...labels.encoding import entries_of_rows
from ...utils.image_endings import is_image
from ...utils.log import warn
from .cell_lists import LISTS, ONE, split
from .list_signs import list_sign
from .no_classes import is_nothing, warning_of
from .table import Table

_VECTOR = re.compile(r"[\[(]?\s*[01](?:[\s,;|]+[01])+\s*[\])]?")


@dataclass
class ClassCells:
    """The columns of classes of a long table, one below the other.

    If there are several, a blank cell names no class.

    Attributes:
        table: The table.
        columns: Their names, usually one.
        cells: The different cells.
        number: For each row of the first column, then of the others, the number of its cell.
    """

    table: Table
    columns: Sequence[str]
    cells: Sequence[str]
    number: np.ndarray

    def labels(
        self,
        image: np.ndarray,
        separator: str | None,
        given: Collection[str],
        nothing: Collection[str] = (),
    ) -> tuple[Any, pd.Categorical]:
        """The classes in the rows.

        Args:
            image: For each row the number of its image.
            separator: The text between the classes of a cell, as in :func:`cell_lists.split`; None
                to take each cell as one class, and to refuse cells that look like lists.
            given: Names that are known to be classes.
            nothing: Names that are known to say that no class is there.

        Returns:
            For each class in a row the number of the row, or a slice of all rows if each has one;
            and the name of the class, as a categorical.

        Raises:
            ValueError: A cell is blank, is an incomplete list, or looks like a list of another
                kind; the message names the line.
        """
        self._check_no_vectors(given)
        lists = self._lists(separator)
        if separator != ONE:
            names = dict.fromkeys(chain(*lists))
            sign = list_sign([*names], given, _have_one_cell(image, self.number))
            if sign:
                cell = next(i for i, labels in enumerate(lists) if sign[0] in labels)
                raise ValueError(
                    f"{self._place(cell)} has the value {sign[0][:60]!r}, which looks like a list "
                    f"of classes: set separator={sign[1]!r} to take such cells apart, or "
                    f"separator={ONE!r} if each is one class (after a command: --options "
                    f"{shlex.quote(f'separator={sign[1]}')}, or --options separator={ONE})."
                )
        self._check_no_paths(given)
        blank = [i for i, labels in enumerate(lists) if labels == [""]]
        if blank:
            advice = (
                "write [] if the image has none of the classes, or remove the row if nobody knows"
                if separator == LISTS
                else "name a class; if a cell may list any number of classes, or none, set "
                "separator to the text between them"
            )
            raise ValueError(f"{self._place(blank[0])} is blank: {advice}.")
        known = {*given, *(name for name in chain(*lists) if is_nothing(name, nothing))}
        self._warn_of_no_classes(lists, known, separator)
        names, of_entry = np.unique(np.array([*chain(*lists)], dtype=object), return_inverse=True)
        of_entry = of_entry.astype(np.int32)
        lengths = np.array([*map(len, lists)])
        if (lengths[self.number] == 1).all():
            row: Any = slice(None)
            entry = (np.cumsum(lengths, dtype=np.int32) - 1)[self.number]
        else:
            row, entry, _ = entries_of_rows(np.cumsum([0, *lengths]), self.number)
        return row, pd.Categorical.from_codes(of_entry[entry], names)

    def _lists(self, separator: str | None) -> list[list[str]]:
        """The classes of each cell; a cell that is in no row has none."""
        lists: list[list[str]] = [[] for _ in self.cells]
        for i in self._used():
            cell = self.cells[i]
            if not cell and len(self.columns) > 1:
                continue
            try:
                lists[i] = split(cell, separator or ONE)
            except ValueError as error:
                raise ValueError(
                    f"{self._place(i)} has the value {cell[:60]!r}: {error}."
                ) from None
        return lists

    def _check_no_vectors(self, given: Collection[str]) -> None:
        """Check that the cells are not rows of 1 and 0, with a number for each class."""
        cells = [self.cells[i] for i in self._used() if self.cells[i]]
        lengths = {cell.count("0") + cell.count("1") for cell in cells}
        if len(lengths) == 1 and not {"0", "1"} & {*given} and all(map(_VECTOR.fullmatch, cells)):
            raise ValueError(
                f"{self._place(self.cells.index(cells[0]))} has the value {cells[0][:60]!r}, which "
                "is a row of 1 and 0 for the classes, and names none: write a column for each "
                "class, and read the table as wide_csv."
            )

    def _check_no_paths(self, given: Collection[str]) -> None:
        """Check that the column does not hold the paths of images."""
        cells = [*filter(None, self.cells)]
        if cells and all(is_image(cell) and cell not in given for cell in cells):
            first = int(self.number[0])
            raise ValueError(
                f"{self._place(first)} has the path {self.cells[first]!r} for a class: set "
                f"image={self.columns[0]!r}, and cls to the column of classes."
            )

    def _warn_of_no_classes(
        self, lists: Sequence[Sequence[str]], known: Collection[str], separator: str | None
    ) -> None:
        """Warn of names that may be no classes, at their first places."""
        seen = {*known}
        for i, names in enumerate(lists):
            for name in names:
                advice = warning_of(name, separator not in (None, ONE))
                if advice is not None and name not in seen:
                    warn(
                        f"{self._place(i)} has the value {name!r}, which is read as the name of a "
                        f"class: {advice}"
                    )
                seen.add(name)

    def _used(self) -> list[int]:
        """The cells that are in some row."""
        return np.flatnonzero(np.bincount(self.number)).tolist()

    def _place(self, cell: int) -> str:
        """The first place of a cell in the file."""
        rows = len(self.number) // len(self.columns)
        column, row = divmod(int(np.argmax(self.number == cell)), rows)
        return self.table.cell(row, self.columns[column])


def _have_one_cell(image: np.ndarray, number: np.ndarray) -> bool:
    """Whether all rows of each image have the same cell."""
    last: np.ndarray = np.empty(int(image.max(initial=-1)) + 1, dtype=number.dtype)
    last[image] = number
    return bool((last[image] == number).all())
