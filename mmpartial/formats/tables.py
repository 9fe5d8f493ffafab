"""Tables in CSV or Parquet, read a block at a time, with the place of what is wrong in them."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from torchvision.datasets.folder import IMG_EXTENSIONS

from ..datasets.text_files import check_file
from ..labels import NEGATIVE, POSITIVE, UNKNOWN

_BLOCK = 2**24  # bytes of CSV
_ROWS = 2**16  # rows of Parquet
_TEXT = pa.dictionary(pa.int32(), pa.string())
_PANDAS_INDEX = ("", "Unnamed: 0")  # first columns of CSV that are no data
_NO_STATE = 2
_WORDS = {"": UNKNOWN, "true": POSITIVE, "false": NEGATIVE}


def is_parquet(path: str) -> bool:
    """Whether the file's name says so."""
    return str(path).lower().endswith((".parquet", ".pq"))


def column_names(path: str) -> list[str]:
    """The columns of a table.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is empty, no such table, has no header, or names a column twice.
    """
    check_file(path)
    try:
        if is_parquet(path):
            names = pa.parquet.read_schema(path).names
            names = [name for name in names if not name.startswith("__index_level_")]  # pandas'
        else:
            with _read_csv(path, {}) as reader:
                names = reader.schema.names
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise ValueError(_fault(path, error)) from None
    twice = next((name for name, number in Counter(names).items() if number > 1), None)
    if twice is not None:
        raise ValueError(f"{path} has the column {twice!r} twice: remove one of them.")
    for name in names:
        if name.lower().endswith(IMG_EXTENSIONS):
            raise no_header(path, name)
    return names


def no_header(path: str, name: str) -> ValueError:
    """The error on a first line that is data."""
    return ValueError(
        f"{path} has the column {name!r}, as if its first line were a row: write a line with the "
        "names of the columns above it."
    )


def without_index(names: Sequence[str]) -> list[str]:
    """Columns without pandas' index, which a CSV file may have first."""
    return list(names[1:] if names and names[0] in _PANDAS_INDEX else names)


def check_columns(path: str, columns: Sequence[str], names: Sequence[str]) -> None:
    """Look whether a table has some columns.

    Raises:
        ValueError: It has not.
    """
    for column in columns:
        if column not in names:
            there = ", ".join(map(repr, names[:10])) + (", ..." if len(names) > 10 else "")
            raise ValueError(f"{path} has no column {column!r}: its columns are {there}.")


def batches(path: str, columns: Sequence[str]) -> Iterator[list[pa.DictionaryArray]]:
    """Blocks of rows: for each of some columns its values, each different one stored once.

    Raises:
        ValueError: The file is cut off or not in UTF-8, a row is shorter or longer than others, or
            a column holds lists.
    """
    try:
        if is_parquet(path):
            with pa.parquet.ParquetFile(path) as file:
                _check_flat(path, file.schema_arrow, columns)
                for batch in file.iter_batches(_ROWS, columns=list(columns)):
                    yield [_encode(batch.column(name)) for name in columns]
        else:
            with _read_csv(path, dict.fromkeys(columns, _TEXT)) as reader:
                for batch in reader:
                    yield [batch.column(name) for name in columns]
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise ValueError(_fault(path, error)) from None


def states(
    column: pa.DictionaryArray, path: str, name: str, first_row: int, advice: str
) -> np.ndarray:
    """Cells as int8 labels: 1 and 0, and blank, -1 or NaN for unknown.

    Args:
        column: The cells, numbers or text.
        path: The file.
        name: The column's name.
        first_row: How many rows come before these.
        advice: The option to set if this is not the column, for the error message.

    Raises:
        ValueError: Another value; the message names file, line and column.
    """
    values = column.dictionary.to_pylist()
    state = np.array([*map(_state, values), UNKNOWN], dtype=np.int8)
    number = column.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
    labels = state[number]
    wrong = np.flatnonzero(labels == _NO_STATE)
    if len(wrong):
        raise ValueError(
            f"{place(path, first_row + int(wrong[0]))}, column {name!r} has the value "
            f"{values[number[wrong[0]]]!r}: write 1, 0, or nothing (also -1 or NaN) for unknown; "
            f"if it is the wrong column, set {advice}."
        )
    return labels


def texts(column: pa.DictionaryArray, path: str, name: str, first_row: int) -> list[str]:
    """Cells as texts.

    Raises:
        ValueError: One is blank; the message names file, line and column.
    """
    values = column.dictionary.cast(pa.string()).take(column.indices).to_pylist()
    blank = next((row for row, value in enumerate(values) if not value), None)
    if blank is not None:
        raise ValueError(f"{place(path, first_row + blank)}, column {name!r} is blank.")
    return values


def place(path: str, row: int) -> str:
    """Says where a row is: the line of a CSV file, which may have blank lines and long cells."""
    if is_parquet(path):
        return f"{path}, row {row} (the first is 0)"
    for found, (line, _) in enumerate(_csv_rows(path)):
        if found == row + 1:
            return f"{path}, line {line}"
    return path


def table_writer(path: str, schema: pa.Schema) -> Any:
    """Something with ``write_table`` that writes CSV or Parquet, to be used in ``with``."""
    if is_parquet(path):
        return pa.parquet.ParquetWriter(path, schema)
    return pa.csv.CSVWriter(path, schema)


def _check_flat(path: str, schema: pa.Schema, columns: Sequence[str]) -> None:
    """Look whether columns hold single values."""
    for name in columns:
        if pa.types.is_nested(schema.field(name).type):
            raise ValueError(
                f"{path}, column {name!r} holds {schema.field(name).type}, not single values: "
                "write a column for each class, or JSON lists."
            )


def _read_csv(path: str, types: dict[str, pa.DataType]) -> pa.csv.CSVStreamingReader:
    return pa.csv.open_csv(
        path,
        read_options=pa.csv.ReadOptions(block_size=_BLOCK),
        parse_options=pa.csv.ParseOptions(newlines_in_values=True),
        convert_options=pa.csv.ConvertOptions(column_types=types, include_columns=list(types)),
    )


def _encode(column: pa.Array) -> pa.DictionaryArray:
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()


def _state(value: Any) -> int:
    if value is None:
        return UNKNOWN
    try:
        number = float(value)
    except (TypeError, ValueError):
        return _WORDS.get(str(value).strip().lower(), _NO_STATE)
    if np.isnan(number):
        return UNKNOWN
    return int(number) if number in (POSITIVE, NEGATIVE, UNKNOWN) else _NO_STATE


def _csv_rows(path: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank with the lines on which they end."""
    with closing(pa.input_stream(path)) as file:
        reader = csv.reader(io.TextIOWrapper(file, encoding="utf-8", newline=""))
        for row in reader:
            if row:
                yield reader.line_num, row


def _fault(path: str, error: Exception) -> str:
    """The sentence on what is wrong with a file that cannot be read."""
    if is_parquet(path):
        return f"{path} is no complete Parquet file ({error})."
    with closing(pa.input_stream(path)) as file:
        for number, line in enumerate(io.BufferedReader(file), 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as wrong:
                return (
                    f"{path}, line {number}, byte {wrong.start + 1} is not UTF-8: save the file "
                    "as UTF-8."
                )
    width = None
    for number, row in _csv_rows(path):
        width = width or len(row)
        if len(row) != width:
            return f"{path}, line {number} has {len(row)} cells, but the first line {width}."
    return f"{path} is no table in CSV ({error})."
