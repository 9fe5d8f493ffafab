"""Limits of Excel workbooks, which are archives and may unpack to a thousand times their size."""

import os
import re
import zipfile
from collections.abc import Iterable

from openpyxl.utils import range_boundaries

_SMALL, _GROWTH = 2**26, 100  # bytes that any workbook may unpack to, and times its size
_CELLS, _CELLS_A_BYTE = 2**22, 64  # cells that any sheet may have, and cells for each byte
_MERGED = 2**20  # cells
_AREA = re.compile(rb'<mergeCell [^>]*?ref="([^"]*)"')


def check_size(path: str) -> None:
    """Check that a workbook does not unpack to far more than its size.

    Raises:
        ValueError: It does; the message names the file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            if size > max(_SMALL, _GROWTH * os.path.getsize(path)):
                raise ValueError(
                    f"{path} would unpack to {size >> 20} MiB, which is out of proportion to the "
                    "file: save the sheet as CSV."
                )
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise ValueError(f"{path} is not a complete Excel workbook ({reason}).") from None


def check_merged(path: str, sheet: bytes) -> None:
    """Check that the XML of a sheet merges few cells; openpyxl makes an object for each.

    Raises:
        ValueError: There are more than a million; the message names the file.
    """
    merged = 0
    for area in _AREA.findall(sheet):
        first_column, first_row, column, row = range_boundaries(area.decode("latin-1"))
        merged += (column - first_column + 1) * (row - first_row + 1)
    if merged > _MERGED:
        raise ValueError(f"{path} has {merged} merged cells: separate them, and fill in each.")


def limited(path: str, rows: Iterable[list[str | None]]) -> list[list[str | None]]:
    """All rows of a sheet, unless blank cells between filled ones make it huge.

    Raises:
        ValueError: There are far more cells than the file can fill.
    """
    most, number, found = max(_CELLS, _CELLS_A_BYTE * os.path.getsize(path)), 0, []
    for row in rows:
        number += len(row) + 1
        if number > most:
            raise ValueError(
                f"{path} has more than {most} cells, most of them blank: remove the cells far "
                "below or right of the table."
            )
        found.append(row)
    return found
