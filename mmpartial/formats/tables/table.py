"""Tables: named columns of cells, read in blocks of rows; messages say where a fault is."""

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...utils.log import note_once
from ...utils.names import repeated, visible
from ...utils.reading import reading
from .blank_rows import Block, is_blank, numbered, without_blank_end
from .columns import canonical_column, is_quoted
from .joined_columns import joined

_QUOTED = (
    "has the value {}, quotes and all, because something stands before them: remove the blanks "
    "between the separators and the quotes."
)
_BROKEN = "has a line break in {}: close the quote before it, or write the cell on one line."
_LETTERS = 4096  # of a path, the limit of most systems
_COLUMNS = 2**17
_ROWS = 2**20  # rows that any file may have
_ROWS_A_BYTE = 64  # and how many it may have for each of its bytes
_BLANK = "is blank: fill in the cell, or remove the row."


class Table(ABC):
    """A file with named columns of cells.

    Attributes:
        path: The file.
        names: The names of the columns, without the space around them. Columns without a name are
            left out, unless it is the first.
        decimal_comma: Whether a number may have a decimal comma.
        keeps_quotes: Whether quotes may be a part of a text by mistake.
    """

    decimal_comma = False
    keeps_quotes = False

    def __init__(self, path: str, columns: Sequence[tuple[str, Any]]):
        """Take the columns of a file.

        Args:
            path: The file.
            columns: The name of each column, and the key by which the file knows it.

        Raises:
            ValueError: Only the first of several columns has a name, or two have the same.
        """
        self.path = path
        if len(columns) > _COLUMNS:
            raise ValueError(
                f"{path} has {len(columns)} columns, and {_COLUMNS} are read at most: remove the "
                "separators of blank columns, or write a row for each label (long_csv)."
            )
        named = [(canonical_column(name), key) for name, key in columns]
        if len(named) > 2 and named[0][0] and not any(name for name, _ in named[1:]):
            raise ValueError(
                f"{path} has a name for its first column only, {visible(named[0][0])}: if that is "
                "a title, remove the lines above the names of the columns."
            )
        self._nameless = [key for name, key in named[1:] if not name]
        named = [*named[:1], *(column for column in named[1:] if column[0])]
        twice = repeated(name for name, _ in named)
        if twice is not None:
            raise ValueError(
                f"{path} has the column {visible(twice)} twice: remove one of them, or if the "
                "names of the columns are further down, remove the lines above them."
            )
        self._keys = dict(named)
        self.names = list(self._keys)

    @abstractmethod
    def line(self, row: int) -> str:
        """The place of a row in the file."""

    @abstractmethod
    def _blocks(self, keys: Sequence[Any]) -> Iterator[Block]:
        """Some columns in blocks of rows, with blank rows."""

    def _read(self, keys: Sequence[Any]) -> Iterator[Block]:
        """The blocks; refuse a compressed file with far more rows than can differ."""
        size = os.path.getsize(self.path)
        most, rows = max(_ROWS, _ROWS_A_BYTE * size), 0
        with reading(self.path, "a table"):
            for block in self._blocks(keys):
                rows += len(block[0])
                if rows > most:
                    raise ValueError(
                        f"{self.path} has more than {most} rows in {size} bytes, so most of them "
                        "are equal: write each row once."
                    )
                yield block

    def cell(self, row: int, name: str) -> str:
        """The place of a cell, with the file."""
        return f"{self.path}, {self.line(row)}, column {name!r}"

    def batches(self, names: Sequence[str]) -> Iterator[Block]:
        """The rows in blocks: for each column its cells as text, where equal ones are stored once.

        Rows at the end are left out if all their cells in these columns are blank; the log says so
        if there are several columns.

        Raises:
            ValueError: The file is cut off or not in UTF-8, rows have different lengths, a quote
                has swallowed rows, or a column holds lists.
        """
        parts = [self.parts(name) for name in names]
        keys = dict.fromkeys(self._keys[part] for several in parts for part in several)
        places = {key: place for place, key in enumerate(keys)}
        blocks = (
            [joined([block[places[self._keys[part]]] for part in several]) for several in parts]
            for block in self._read([*keys])
        )
        return without_blank_end(blocks, self.path if len(names) > 1 else None)

    def parts(self, name: str) -> list[str]:
        """The columns that a name stands for: ``folder/file`` is two, joined by a slash.

        A column of this very name comes first. If the name stands for none, the list is empty.
        """
        parts = [name] if name in self._keys else [*map(canonical_column, name.split("/"))]
        return parts if all(part in self._keys for part in parts) else []

    def column_texts(self, name: str) -> Iterator[list[str]]:
        """The different texts of a column, for one block of rows after the other."""
        for (cells,) in self._read([self._keys[name]]):
            yield [text or "" for text in cells.dictionary.to_pylist()]

    def check_nameless(self) -> None:
        """Check that the columns without a name are blank; the log says how many there are."""
        if not self._nameless:
            return
        row = 0
        for block in self._read(self._nameless):
            for column in block:
                texts, number = numbered(column)
                filled = np.flatnonzero(~np.array([*map(is_blank, texts)])[number])
                if len(filled):
                    raise ValueError(
                        f"{self.path}, {self.line(row + int(filled[0]))} has the value "
                        f"{texts[number[filled[0]]][:60]!r} in a column without a name: name the "
                        "column or remove it, or set classes to the columns that are classes."
                    )
            row += len(block[0])
        note_once(f"{self.path}: blank columns without a name left out: {len(self._nameless)}")

    def texts(self, column: pa.DictionaryArray, name: str, first_row: int) -> list[str]:
        """Cells as texts, without the space around them.

        Raises:
            ValueError: A cell is blank, very long, or has a line break; the message says where.
        """
        values, number = self.distinct_texts(column, name, first_row)
        long = next((i for i, value in enumerate(values) if len(value) > _LETTERS), None)
        if long is not None:
            where = self.cell(first_row + int(np.argmax(number == long)), name)
            raise ValueError(f"{where} has more than {_LETTERS} letters: it is not a path or name.")
        return [values[i] for i in number.tolist()]

    def distinct_texts(
        self,
        column: pa.DictionaryArray,
        name: str,
        first_row: int = 0,
        may_be_blank: bool = False,
    ) -> tuple[list[str], np.ndarray]:
        """The different texts of a column without the space around them, and each cell's number.

        Raises:
            ValueError: A cell has a line break, has quotes that are part of its text, or is blank
                although it may not be.
        """
        trimmed = pc.utf8_trim_whitespace(column.dictionary)
        values, number = numbered(pa.DictionaryArray.from_arrays(column.indices, trimmed))
        faults = (
            ([not value and not may_be_blank for value in values], _BLANK),
            ([self.keeps_quotes and is_quoted(value) for value in values], _QUOTED),
            (["\n" in value or "\r" in value for value in values], _BROKEN),
        )
        for wrong, sentence in faults:
            rows = np.flatnonzero(np.array(wrong)[number])
            if len(rows):
                text = visible(values[number[rows[0]]][:60])
                where = self.cell(first_row + int(rows[0]), name)
                raise ValueError(f"{where} {sentence.format(text)}")
        return values, number
