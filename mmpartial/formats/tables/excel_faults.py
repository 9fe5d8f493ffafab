"""Cells of Excel that a reader cannot see: merged and hidden cells, and uncomputed formulas.

openpyxl sees them only if it reads the whole workbook at once, so this is done only if a sheet has
formulas, merged cells or hidden ones.
"""

import zipfile
from collections.abc import Sequence
from typing import Any, NamedTuple

import openpyxl
from openpyxl.utils import get_column_letter

from ...utils.log import note_once
from .columns import some
from .excel_size import check_merged

_SIGNS = (b"<f>", b"<f ", b"<mergeCell ", b' hidden="1"', b' hidden="true"')


class Fault(NamedTuple):
    """A cell that does not hold a plain value.

    Attributes:
        row: The number of its row; the first is 0.
        column: The number of its column; the first is 0.
        sentence: What is wrong with it, and what to do.
    """

    row: int
    column: int
    sentence: str


def faults(path: str, sheet: str, rows: Sequence[Sequence[str | None]]) -> list[Fault]:
    """The cells of a sheet that are merged, or have a formula but no value.

    Args:
        path: The workbook.
        sheet: The name of the sheet.
        rows: The values of its cells; None where there is none.
    """
    if not _has_signs(path):
        return []
    whole = openpyxl.load_workbook(path)[sheet]
    _note_hidden(path, whole)
    found = [
        Fault(row - 1, column - 1, f"the cells {area} are merged: separate them, and fill in each.")
        for area in whole.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
    ]
    for row, texts in zip(whole.iter_rows(), rows, strict=False):
        for cell, text in zip(row, texts, strict=False):
            if text is None and cell.data_type == "f":
                found.append(
                    Fault(
                        cell.row - 1,
                        cell.column - 1,
                        f"cell {cell.coordinate} has a formula without a value: open the file in "
                        "Excel and save it.",
                    )
                )
    return sorted(found)


def _note_hidden(path: str, sheet: Any) -> None:
    """Log how many rows and columns a filter or a user has hidden; they are read as well."""
    rows = sum(row.hidden for row in sheet.row_dimensions.values())
    columns = [
        get_column_letter(number)
        for column in sheet.column_dimensions.values()
        if column.hidden
        for number in range(column.min, min(column.max, sheet.max_column) + 1)
    ]
    found = [f"{rows} rows"] * (rows > 0) + [f"the columns {some(columns)}"] * (len(columns) > 0)
    if found:
        note_once(
            f"{path}, sheet {sheet.title!r}: {' and '.join(found)} are hidden, and are read like "
            "the others: delete them in Excel if they should not count"
        )


def _has_signs(path: str) -> bool:
    """Whether a sheet of the workbook has formulas, merged or hidden cells."""
    found = False
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                sheet = archive.read(name)
                check_merged(path, sheet)
                found |= any(sign in sheet for sign in _SIGNS)
    return found
