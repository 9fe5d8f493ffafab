"""Published text files, and checks that they are complete."""

import codecs
import csv
import os
from collections.abc import Mapping

import pandas as pd

_BLOCK = 2**24  # bytes that are read together


def check_file(
    path: str, hint: str = "give the path of your annotations (a data_root is put before it)."
) -> None:
    """Check that a path is an ordinary file; ``hint`` says what to do if there is none.

    Opening a pipe would wait for a writer, and a device may never end.
    """
    if not os.path.exists(path):
        raise FileNotFoundError(f"there is no {path}: {hint}")
    if os.path.isdir(path):
        raise ValueError(f"{path} is a folder: give the path of a file.")
    if not os.path.isfile(path):
        raise ValueError(f"{path} is a pipe, socket or device: write its contents to a file.")


def check_text(path: str) -> None:
    """Check that a file is text with one byte for a Latin letter, such as UTF-8.

    Raises:
        ValueError: It is UTF-16 or has a NUL byte; the message says where.
    """
    with open(path, "rb") as file:
        line = 1
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise ValueError(f"{path} is in UTF-16: save it as UTF-8.")
        file.seek(0)
        while block := file.read(_BLOCK):
            at = block.find(0)
            if at >= 0:
                line += block.count(b"\n", 0, at)
                raise ValueError(
                    f"{path}, line {line}: there is a NUL byte, so the file is UTF-16 or "
                    "damaged: save it as UTF-8, or download it again."
                )
            line += block.count(b"\n")


def read_lines(path: str, hint: str) -> list[str]:
    """The lines of a file that are not empty, without the space around them.

    Args:
        path: The file.
        hint: What to do if it is missing, for the message.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is not UTF-8 text.
    """
    check_file(path, hint)
    check_text(path)
    try:
        with open(path, encoding="utf-8-sig") as file:
            return [line.strip() for line in file if line.strip()]
    except UnicodeDecodeError as error:
        raise _no_text(path, error) from error


def read_table(path: str, columns: Mapping[str, type], hint: str) -> pd.DataFrame:
    """The first columns of a file without a header; any amount of space separates columns.

    Args:
        path: The file.
        columns: Names and types, ``int`` or ``str``; other columns are not read.
        hint: What to do if it is missing, for the message.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is empty or not UTF-8 text, or a line has too few columns or lacks a
            whole number; the message names the line.
    """
    check_file(path, hint)
    check_text(path)
    try:
        table = pd.read_csv(
            path,
            sep=r"\s+",
            header=None,
            names=list(columns),
            usecols=range(len(columns)),
            dtype={name: str if kind is str else "int64" for name, kind in columns.items()},
            na_filter=False,
            quoting=csv.QUOTE_NONE,
            encoding="utf-8-sig",
        )
    except UnicodeDecodeError as error:
        raise _no_text(path, error) from error
    except ValueError as error:
        raise ValueError(_first_fault(path, columns) or f"{path}: {error}.") from error
    if table.empty:
        raise ValueError(f"{path} is empty: download it again.")
    if any((table[name] == "").any() for name, kind in columns.items() if kind is str):
        raise ValueError(_first_fault(path, columns))
    return table


def _first_fault(path: str, columns: Mapping[str, type]) -> str | None:
    """A sentence about the first line that does not fit."""
    with open(path, encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if line.strip() and not _fits(line.split(), columns):
                return (
                    f"{path}, line {number}: {line.strip()[:60]!r} should be "
                    f"{', '.join(columns)}: the file is damaged or cut off, download it again."
                )
    return None


def _fits(cells: list[str], columns: Mapping[str, type]) -> bool:
    if len(cells) < len(columns):
        return False
    numbers = [cell for cell, kind in zip(cells, columns.values(), strict=False) if kind is not str]
    return all(number.lstrip("+-").isdecimal() for number in numbers)


def _no_text(path: str, error: UnicodeDecodeError) -> ValueError:
    return ValueError(f"{path} is not UTF-8 text ({error}): download it again.")
