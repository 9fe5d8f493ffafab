"""Columns of published tables as texts, and the classes that their cells list."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
import pyarrow as pa

from ...formats.tables.columns import check_columns
from ...formats.tables.reader import open_table, whole_columns
from ...formats.tables.table import Table
from ...labels.encoding import entries_of_rows
from ...utils.names import visible
from ...utils.text_files import check_file


@dataclass
class TextColumn:
    """A column of a table, in which equal texts are stored once.

    Attributes:
        table: The table.
        name: The column's name.
        values: The different texts, without the space around them.
        number: For each row the number of its text.
        row: For each row its number in the table.
    """

    table: Table
    name: str
    values: Sequence[str]
    number: np.ndarray
    row: np.ndarray

    def __len__(self) -> int:
        return len(self.number)

    def take(self, rows: np.ndarray) -> "TextColumn":
        """Some of the rows."""
        return replace(self, number=self.number[rows], row=self.row[rows])

    def line(self, row: int) -> str:
        """The place of a row in the file."""
        return self.table.line(int(self.row[row]))

    def texts(self) -> list[str]:
        """The text of each row."""
        return np.array(self.values, dtype=object)[self.number].tolist()

    def having(self, wanted: str | Collection[str], option: str) -> np.ndarray:
        """The rows that have one of some texts, in any letter case.

        Args:
            wanted: The texts.
            option: The name of the option that gave them, for the message.

        Raises:
            ValueError: No row has one of the texts.
        """
        wanted = [wanted] if isinstance(wanted, str) else list(wanted)
        spelt = [value.lower() for value in self.values]
        there = sorted({self.values[n] for n in np.unique(self.number)} - {""})
        for text in wanted:
            if str(text).lower() not in map(str.lower, there):
                raise ValueError(
                    f"{self.table.path} has no {visible(text)} in the column {self.name!r}: set "
                    f"{option} to one of {', '.join(map(visible, there[:10]))}."
                )
        lower = {str(text).lower() for text in wanted}
        return np.flatnonzero(np.array([value in lower for value in spelt])[self.number])

    def lists(self, split: Callable[[str], Sequence[str]]) -> tuple[np.ndarray, np.ndarray]:
        """Row and name of each class that the cells list.

        Args:
            split: The classes of a cell.

        Raises:
            ValueError: ``split`` raises it for a cell; the message says where.
        """
        classes: list[Sequence[str]] = [()] * len(self.values)
        for number in np.unique(self.number).tolist():
            try:
                classes[number] = split(self.values[number])
            except ValueError as error:
                row = int(self.row[np.argmax(self.number == number)])
                where = self.table.cell(row, self.name)
                raise ValueError(
                    f"{where} has the value {visible(self.values[number][:60])}: {error}."
                ) from None
        at, entry, _ = entries_of_rows(np.cumsum([0, *map(len, classes)]), self.number)
        return at, np.array([*chain(*classes)], dtype=object)[entry]


def read_columns(
    path: str, names: Sequence[str], hint: str, may_be_blank: Collection[str] = ()
) -> list[TextColumn]:
    """Some columns of a table as texts.

    Args:
        path: The table.
        names: The columns.
        hint: What to do if the file is missing, for the message.
        may_be_blank: The columns in which a cell may be blank.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The table is damaged, has no row or lacks a column, or a cell is blank.
    """
    table, columns = read_cells(path, names, hint)
    return [
        text_column(table, name, cells, name in may_be_blank)
        for name, cells in zip(names, columns, strict=True)
    ]


def read_cells(
    path: str, names: Sequence[str], hint: str
) -> tuple[Table, list[pa.DictionaryArray]]:
    """A table, and the cells of some of its columns; errors as in :func:`read_columns`."""
    check_file(path, hint)
    table = open_table(path)
    check_columns(path, names, table.names)
    return table, whole_columns(table, names)


def text_column(
    table: Table, name: str, cells: pa.DictionaryArray, may_be_blank: bool = False
) -> TextColumn:
    """The cells of a column as texts."""
    values, number = table.distinct_texts(cells, name, may_be_blank=may_be_blank)
    return TextColumn(table, name, values, number, np.arange(len(number)))
