"""CSV files as lines of text: what separates cells, where a row is, and what is wrong in a file.

The tables themselves are read by pyarrow, which is fast but does not say where a fault is.
"""

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import chain, islice
from typing import NamedTuple

import pyarrow as pa

_SEPARATORS = ";\t|"
_CHUNK = 2**20  # bytes
_REPLACED = "\ufffd"  # what Python reads where there is no UTF-8


class Row(NamedTuple):
    """A row that is not blank.

    Attributes:
        line: The line on which it begins; the first is 1.
        cells: Its cells.
        text: The lines that it takes, as they stand in the file.
    """

    line: int
    cells: list[str]
    text: str


def separator(path: str) -> str:
    """What separates the cells: a comma, or what the header has instead of any comma.

    Raises:
        ValueError: The header has no comma and more than one of semicolon, tab and bar, or there
            is a line before it that says what the separator is.
    """
    header = next(rows(path, ","), Row(1, [""], ""))
    if header.text.lower().startswith("sep="):  # for Excel
        raise ValueError(f"{path}, line {header.line} is {header.text.strip()!r}: remove it.")
    if len(header.cells) > 1:
        return ","
    found = [mark for mark in _SEPARATORS if mark in header.cells[0]]
    if len(found) > 1:
        raise ValueError(
            f"{path}, line {header.line} has no comma, but {' and '.join(map(repr, found))}: "
            "separate the cells with commas."
        )
    return found[0] if found else ","


def header(path: str) -> list[str]:
    """The names of the columns, as they stand in the file.

    Raises:
        ValueError: The file is empty or not in UTF-8.
    """
    first = next(rows(path, separator(path)), None)
    if first is None:
        raise ValueError(f"{path} is empty: write a line with the names of the columns, and rows.")
    if _REPLACED in first.text:
        check_utf8(path)
    return first.cells


def rows(path: str, separator: str) -> Iterator[Row]:
    """The rows that are not blank."""
    return _rows(path, separator, lambda line: True)


def _rows(path: str, separator: str, begins: Callable[[str], bool]) -> Iterator[Row]:
    """The rows that are not blank and whose first line is of a kind."""
    with closing(pa.input_stream(path)) as file, _cells_of_any_length():
        text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
        number = 1
        for line in text:
            taken = [line]
            if begins(line):
                cells = next(csv.reader(chain([line], _kept(text, taken)), delimiter=separator))
                if cells:
                    yield Row(number, cells, "".join(taken))
            number += len(taken)


def _kept(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    """The same lines, which are put into a list as they are taken."""
    for line in lines:
        taken.append(line)
        yield line


def line_of(path: str, separator: str, row: int) -> int:
    """The line on which a row begins; the one below the header is row 0."""
    return next(islice(rows(path, separator), row + 1, None)).line


def fault(path: str, separator: str, error: Exception) -> str:
    """The sentence on what is wrong with a file that cannot be read."""
    width = None
    for row in rows(path, separator):
        width = width or len(row.cells)
        differs = len(row.cells) != width
        if _has_open_quote(row, separator) or (differs and _has_lines(row)):
            return _open_quote(path, row)
        if differs:
            return (
                f"{path}, line {row.line} has {len(row.cells)} cells, but the first line {width}: "
                f"give each line as many, and put quotes around a cell that has {separator!r} in "
                "it."
            )
    return f"{path} is no table in CSV ({error})."


def check_utf8(path: str) -> None:
    """Look whether a file is in UTF-8.

    Raises:
        ValueError: It is not; the message names the line and the byte.
    """
    with closing(pa.input_stream(path)) as file:
        for number, line in enumerate(io.BufferedReader(file), 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as wrong:
                raise ValueError(
                    f"{path}, line {number}, byte {wrong.start + 1} is not UTF-8: save the file "
                    "as UTF-8."
                ) from None


def check_quotes(path: str, separator: str, number: int) -> None:
    """Look whether a quote that is not closed where it should be has swallowed rows.

    Args:
        path: The file.
        separator: What separates its cells.
        number: How many rows were read below the header.

    Raises:
        ValueError: A cell begins with such a quote; the message names the line.
    """
    if not (_has_quotes(path) and _has_other_lines(path, number)):
        return
    for row in _rows(path, separator, lambda line: '"' in line):
        if _has_open_quote(row, separator) or _holds_rows(row, separator):
            raise ValueError(_open_quote(path, row))


def _chunks(path: str) -> Iterator[bytes]:
    with closing(pa.input_stream(path)) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _has_quotes(path: str) -> bool:
    return any(b'"' in chunk for chunk in _chunks(path))


def _has_other_lines(path: str, number: int) -> bool:
    """Whether there are other lines than the header and one for each row."""
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
    """Whether a row of several lines has a quote that is not closed at the end of a cell."""
    if not _has_lines(row):
        return False
    try:
        list(csv.reader(io.StringIO(row.text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        return True
    return False


def _holds_rows(row: Row, separator: str) -> bool:
    """Whether a cell of several lines holds what looks like the end of this row and others."""
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
        f"{path}, line {row.line} has a quote that is not closed on this line, so that the lines "
        "below count as one cell: close the quote or remove it."
    )


@contextmanager
def _cells_of_any_length() -> Iterator[None]:
    """Lifts the limit of 128 KiB that Python's reader has."""
    limit = csv.field_size_limit(2**31 - 1)
    try:
        yield
    finally:
        csv.field_size_limit(limit)
