"""Faults in CSV files: rows of different lengths, and quotes that swallow rows."""

import csv
import io
import os
from collections.abc import Iterator
from contextlib import closing

import pyarrow as pa

from .csv_text import Row, rows, rows_that_begin

_CHUNK = 2**20  # bytes


def fault(path: str, separator: str, error: Exception) -> str:
    """A sentence about the first fault in a file that pyarrow cannot read."""
    width = None
    for row in rows(path, separator):
        width = width or len(row.cells)
        differs = len(row.cells) != width
        if _has_open_quote(row, separator) or (differs and _has_lines(row)):
            return _open_quote(path, row)
        if differs:
            title = "; if the first line is a title, remove it" if width == 1 else ""
            return (
                f"{path}, line {row.line} has {len(row.cells)} cells, but the first line has "
                f"{width}: give all lines equally many, and put quotes around a cell that contains "
                f"{separator!r}{title}."
            )
    return f"{path} is not a table in CSV ({error})."


def check_quotes(path: str, separator: str, number: int) -> None:
    """Check that no quote has swallowed rows because it is not closed on its line.

    Args:
        path: The file.
        separator: The character between cells.
        number: The number of rows that were read below the header.
    """
    if not (_has_quotes(path) and _has_other_lines(path, number)):
        return
    for row in rows_that_begin(path, separator, lambda line: '"' in line):
        if _has_open_quote(row, separator) or _holds_rows(row, separator):
            raise ValueError(_open_quote(path, row))


def _chunks(path: str) -> Iterator[bytes]:
    with closing(pa.input_stream(path)) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _has_quotes(path: str) -> bool:
    return any(b'"' in chunk for chunk in _chunks(path))


def _has_other_lines(path: str, number: int) -> bool:
    """Whether the file has more or fewer lines than one for the header and one for each row."""
    lines, before = 0, b"\n"
    for chunk in _chunks(path):
        lines += chunk.count(b"\n") + chunk.count(b"\r") - chunk.count(b"\r\n")
        lines -= before == b"\r" and chunk[:1] == b"\n"
        before = chunk[-1:]
    lines += before not in b"\r\n"
    return lines != number + 1


def _has_lines(row: Row) -> bool:
    return len(row.text.splitlines()) > 1


def _has_open_quote(row: Row, separator: str) -> bool:
    """Whether a row of several lines has a quote that does not end where its cell ends."""
    if not _has_lines(row):
        return False
    try:
        list(csv.reader(io.StringIO(row.text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        return True
    return False


def _holds_rows(row: Row, separator: str) -> bool:
    """Whether a cell of several lines looks as if it held the end of its row and other rows."""
    for column, cell in enumerate(row.cells):
        _, *lines = cell.splitlines()[:100] or [""]
        ending = _ending(row.cells[0])
        if not lines or (len(lines) == 1 and not ending):
            continue
        numbers = [line.count(separator) for line in lines]
        alike = all(_ending(line.split(separator)[0]) == ending for line in lines)
        if alike and numbers == [*[len(row.cells) - 1] * (len(lines) - 1), column]:
            return True
    return False


def _ending(name: str) -> str:
    return os.path.splitext(name.strip())[1].lower()


def _open_quote(path: str, row: Row) -> str:
    return (
        f"{path}, line {row.line} has a quote that is not closed on this line, so the lines below "
        "count as one cell: close the quote or remove it."
    )
