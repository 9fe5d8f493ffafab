"""Tables in the sheets of Excel workbooks, read by openpyxl."""

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import openpyxl
import pyarrow as pa
from openpyxl.utils import get_column_letter

from ...utils.log import note_once, warn_once
from ...utils.names import visible
from .blank_rows import Block, is_blank
from .columns import canonical_column, check_header, some
from .excel_faults import Fault, faults
from .excel_size import check_size, limited
from .file_kinds import check_kind
from .table import Table

_ROWS = 2**16  # in a block
_DATE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


class ExcelTable(Table):
    """A sheet of an Excel workbook.

    The first row that is not blank has the names of the columns. Blank columns on the left and on
    the right are left out. A formula has the value that Excel has stored with it.
    """

    def __init__(self, path: str, sheet: str | None = None):
        """Read a sheet, or the first visible one."""
        check_kind(path, b"PK\x03\x04")
        check_size(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of extensions that hold no cells
            self.sheet, rows = _read(path, sheet)
            self._faults: list[Fault] = faults(path, self.sheet, rows)
        filled = [i for i, row in enumerate(rows) if not all(map(is_blank, row))]
        if not filled:
            raise ValueError(
                f"{path}, sheet {self.sheet!r} is empty: set sheet to the one with the table, or "
                "write a row with the names of the columns, and rows."
            )
        self._above = filled[0]  # rows above the header
        header, *self._rows = rows[self._above : filled[-1] + 1]
        columns = _filled_columns([header, *self._rows])
        cells = [(header[i] or "" if i < len(header) else "", i) for i in columns]
        check_header(path, [canonical_column(name) for name, _ in cells])
        super().__init__(path, cells)
        for name in filter(_DATE.fullmatch, self.names):
            raise ValueError(
                f"{path}, sheet {self.sheet!r}, row {self._above + 1} has the date {name[:10]} as "
                "the name of a column: if Excel made a date of a name, format the cell as text, "
                "and write the name again."
            )

    def line(self, row: int) -> str:
        """The sheet, and the number of a row there."""
        return f"sheet {self.sheet!r}, row {self._number(row)}"

    def cell(self, row: int, name: str) -> str:
        """The place of a cell, with its name in Excel."""
        letter = get_column_letter(self._keys[self.parts(name)[-1]] + 1)
        cell = f"cell {letter}{self._number(row)}"
        return f"{self.path}, sheet {self.sheet!r}, {cell}, column {name!r}"

    def _number(self, row: int) -> int:
        """The number of a row in Excel, where the first is 1."""
        return self._above + 2 + row

    def _blocks(self, keys: Sequence[int]) -> Iterator[Block]:
        for fault in self._faults:
            if fault.column in keys and fault.row > self._above:
                raise ValueError(f"{self.path}, sheet {self.sheet!r}, {fault.sentence}")
        rows = iter(self._rows)
        while block := list(islice(rows, _ROWS)):
            yield [
                pa.array(
                    [row[key] if key < len(row) else None for row in block], pa.string()
                ).dictionary_encode()
                for key in keys
            ]


def _read(path: str, sheet: str | None) -> tuple[str, list[list[str | None]]]:
    """The name of the chosen sheet, and its cells."""
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises many types
        raise ValueError(
            f"{path} is not a complete Excel workbook ({type(error).__name__}: {error})."
        ) from None
    try:
        chosen = _choose(path, book.worksheets, sheet)
        chosen.reset_dimensions()  # the stored size may be wrong or huge
        return chosen.title, limited(path, ([*map(_text, row)] for row in chosen.iter_rows()))
    finally:
        book.close()


def _choose(path: str, sheets: Sequence[Any], name: str | None) -> Any:
    """The sheet of this name, or the first visible one."""
    titles = [sheet.title for sheet in sheets]
    if name is not None:
        if name not in titles:
            raise ValueError(f"{path} has no sheet {visible(name)}: its sheets are {some(titles)}.")
        return sheets[titles.index(name)]
    visible_ones = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
    if not visible_ones:
        raise ValueError(f"{path} has no visible sheet with cells: set sheet to one.")
    chosen, *others = visible_ones
    alike = [sheet.title for sheet in others if _header(sheet) == _header(chosen)]
    if alike:
        warn_once(
            f"{path}: the sheet {visible(chosen.title)} is read, but not {some(alike)} with the "
            "same columns: copy all rows into one sheet if they belong together"
        )
    elif others:
        note_once(
            f"{path}: the sheet {visible(chosen.title)} is read; set sheet to read another "
            f"({some([sheet.title for sheet in others])})"
        )
    return chosen


def _header(sheet: Any) -> list[str]:
    """The texts in the first row of a sheet that is not blank."""
    sheet.reset_dimensions()
    rows = ([_text(cell) or "" for cell in row] for row in sheet.iter_rows())
    return next((found for row in rows if (found := [*filter(None, row)])), [])


def _text(cell: Any) -> str | None:
    """The value of a cell as CSV would have it; None if there is none."""
    value = cell.value
    if value is None:
        return "" if cell.data_type == "str" else None  # "" is the empty text of a formula
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _filled_columns(rows: Iterable[Sequence[str | None]]) -> range:
    """The columns from the first to the last with a text in any row."""
    first, last = 2**14, -1
    for row in rows:
        filled = [i for i, text in enumerate(row) if not is_blank(text)]
        if filled:
            first, last = min(first, filled[0]), max(last, filled[-1])
    return range(first, last + 1)
