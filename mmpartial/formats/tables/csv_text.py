"""CSV files as lines of text: the separator of cells, and the line of each row.

pyarrow reads the tables themselves. It is fast, but does not say where a fault is.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import chain, count, islice
from typing import AnyStr, NamedTuple

import pyarrow as pa

ROW = 2**24  # bytes; pyarrow reads as many together, and no row may be longer
_SEPARATORS = ";\t|"
_LIKE_CELEBA = (
    "{0} has a number in its first line and names, between blanks, in line {1}, as CelebA's lists "
    "do: write a CSV file with python -c \"import pandas; pandas.read_csv({0!r}, sep=r'\\s+', "
    "skiprows=1).to_csv('labels.csv', index_label='image')\", and read it with "
    "values={{'-1': 0}}, because -1 says in CelebA that a class is absent."
)
_REPLACED = "\ufffd"  # Python reads this in place of bytes that are not UTF-8


class Row(NamedTuple):
    """A row that is not blank.

    Attributes:
        line: The line where it begins; the first line is 1.
        cells: Its cells.
        text: Its lines, unchanged.
    """

    line: int
    cells: list[str]
    text: str


def separator(path: str) -> str:
    """The character between cells: a comma, or another one if the header has no comma.

    Raises:
        ValueError: The header has no comma and several of semicolon, tab and bar, a line before
            it names the separator, or the file is a list such as CelebA's.
    """
    header, *below = [*islice(rows(path, ","), 3)] or [Row(1, [""], "")]
    if header.text.strip().isdecimal() and len(below) > 1:
        names, first = (len(row.text.split()) for row in below)
        if first == names + 1 > 2:
            raise ValueError(_LIKE_CELEBA.format(path, below[0].line))
    below = below[:1]
    if header.text.lower().startswith("sep="):  # for Excel
        raise ValueError(f"{path}, line {header.line} is {header.text.strip()!r}: remove it.")
    if len(header.cells) > 1:
        fits = all(len(row.cells) == len(header.cells) for row in below)
        return "," if fits else _fitting(header, below[0])
    found = [mark for mark in _SEPARATORS if mark in header.cells[0]]
    if len(found) > 1:
        raise ValueError(
            f"{path}, line {header.line} has no comma, but {' and '.join(map(repr, found))}: "
            "separate the cells with commas."
        )
    return found[0] if found else ","


def _fitting(header: Row, first: Row) -> str:
    """A separator that gives two rows equally many cells, or else the comma.

    The name of a class may have a comma where another character separates the cells.
    """
    for mark in _SEPARATORS:
        widths = {len(next(csv.reader([row.text], delimiter=mark))) for row in (header, first)}
        if len(widths) == 1 and widths != {1}:
            return mark
    return ","


def header(path: str, separator: str) -> tuple[list[str], int | None]:
    """The names of the columns, unchanged, and the line of the first row below, or None.

    Raises:
        ValueError: The file is empty or not in UTF-8.
    """
    first, second = islice(chain(rows(path, separator), [None, None]), 2)
    if first is None:
        raise ValueError(f"{path} is empty: write a line with the names of the columns, and rows.")
    if _REPLACED in first.text:
        check_utf8(path)
    return first.cells, None if second is None else second.line


def rows(path: str, separator: str) -> Iterator[Row]:
    """The rows that are not blank."""
    return rows_that_begin(path, separator, lambda line: True)


def rows_that_begin(path: str, separator: str, begins: Callable[[str], bool]) -> Iterator[Row]:
    """The rows that are not blank and whose first line passes a test."""
    with closing(pa.input_stream(path)) as file, _cells_of_any_length():
        text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
        lines = _limited(path, text.readline)
        number = 1
        for line in lines:
            taken = [line]
            if begins(line):
                kept = chain([line], _kept(path, number, lines, taken))
                cells = next(csv.reader(kept, delimiter=separator))
                if cells:
                    yield Row(number, cells, "".join(taken))
            number += len(taken)


def _kept(path: str, number: int, lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    """The same lines of a row; each is added to a list when it is taken."""
    length = len(taken[0])
    for line in lines:
        length += len(line)
        if length > ROW:
            raise ValueError(
                f"{path}, line {number} begins a row of more than {ROW >> 20} MiB: close the quote "
                "in it that is not closed, or shorten the cells."
            )
        taken.append(line)
        yield line


def _limited(path: str, readline: Callable[[int], AnyStr]) -> Iterator[AnyStr]:
    """The lines of a file, which may be compressed and then be very long."""
    for number in count(1):
        line = readline(ROW)
        if not line:
            return
        if len(line) == ROW:
            raise ValueError(
                f"{path}, line {number} is longer than {ROW >> 20} MiB: it is not a row of a table."
            )
        yield line


def line_of(path: str, separator: str, row: int) -> int:
    """The line where a row begins; row 0 is the one below the header."""
    return next(islice(rows(path, separator), row + 1, None)).line


def check_utf8(path: str) -> None:
    """Check that a file is in UTF-8."""
    with closing(pa.input_stream(path)) as file:
        for number, line in enumerate(_limited(path, io.BufferedReader(file).readline), 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as wrong:
                raise ValueError(
                    f"{path}, line {number}, byte {wrong.start + 1} is not UTF-8: save the file "
                    "as UTF-8."
                ) from None


@contextmanager
def _cells_of_any_length() -> Iterator[None]:
    """Lift the limit of 128 KiB of Python's reader."""
    limit = csv.field_size_limit(2**31 - 1)
    try:
        yield
    finally:
        csv.field_size_limit(limit)
