"""Tables in CSV or Parquet, read in blocks of rows; messages say where a fault is."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from json import JSONDecodeError  # in pandas' metadata of Parquet
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from ...utils.image_endings import is_image
from ...utils.names import repeated, visible
from ...utils.text_files import check_file
from . import csv_faults, csv_text
from .blank_rows import without_blank_end
from .columns import canonical_column, is_quoted, no_header
from .file_kinds import check_kind
from .parquet import as_text, check_flat, named_columns

_BLOCK = 2**24  # bytes of CSV
_ROWS = 2**16  # rows of Parquet
_QUOTED = (
    "{}, quotes and all, because something stands before them: remove the blanks between the "
    "separators and the quotes."
)
_BROKEN = "has a line break in {}: close the quote before it, or write the cell on one line."
_TEXT = pa.dictionary(pa.int32(), pa.string())


def is_parquet(path: str) -> bool:
    """Whether a file is Parquet, by its name."""
    return str(path).lower().endswith((".parquet", ".pq"))


def column_names(path: str) -> list[str]:
    """The columns of a table, without the space around their names.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is empty or no table, has no header, or has a column twice.
    """
    return list(_columns(path))


def batches(path: str, columns: Sequence[str]) -> Iterator[list[pa.DictionaryArray]]:
    """The rows in blocks: for each column its cells as text, where equal ones are stored once.

    Rows at the end are left out if all their cells in these columns are blank; the log says so.

    Raises:
        ValueError: The file is cut off or not in UTF-8, rows have different lengths, a quote has
            swallowed rows, or a column holds lists.
    """
    there = _columns(path)
    return without_blank_end(path, _blocks(path, [there[name] for name in columns]))


def column_texts(path: str, name: str) -> Iterator[list[str]]:
    """The different texts of a column, for one block of rows after the other."""
    for (cells,) in _blocks(path, [_columns(path)[name]]):
        yield [text or "" for text in cells.dictionary.to_pylist()]


def texts(column: pa.DictionaryArray, path: str, name: str, first_row: int) -> list[str]:
    """Cells as texts, without the space around them.

    Raises:
        ValueError: A cell is blank or has a line break; the message names file, line and column.
    """
    values, number = distinct_texts(column, path, name, first_row)
    return pa.array(values, pa.string()).take(pa.array(number)).to_pylist()


def distinct_texts(
    column: pa.DictionaryArray,
    path: str,
    name: str,
    first_row: int = 0,
    may_be_blank: bool = False,
) -> tuple[list[str], np.ndarray]:
    """The different texts of a column without the space around them, and each cell's number.

    Raises:
        ValueError: A cell has a line break, has quotes that are part of its text, or is blank
            although it may not be.
    """
    values = [*pc.utf8_trim_whitespace(column.dictionary).to_pylist(), None]
    number = column.indices.fill_null(len(values) - 1).to_numpy(zero_copy_only=False)
    values = [value or "" for value in values]
    is_csv = not is_parquet(path)
    faults = (
        ([not value and not may_be_blank for value in values], "is blank."),
        ([is_csv and is_quoted(value) for value in values], f"has the value {_QUOTED}"),
        (["\n" in value or "\r" in value for value in values], _BROKEN),
    )
    for wrong, sentence in faults:
        rows = np.flatnonzero(np.array(wrong)[number])
        if len(rows):
            cell = visible(values[number[rows[0]]][:60])
            where = f"{place(path, first_row + int(rows[0]))}, column {name!r}"
            raise ValueError(f"{where} {sentence.format(cell)}")
    return values, number


def place(path: str, row: int) -> str:
    """The place of a row, with the file."""
    return f"{path}, {line(path, row)}"


def line(path: str, row: int) -> str:
    """The place of a row: its line in a CSV file, where blank lines and long cells count."""
    if is_parquet(path):
        return f"row {row} (the first is 0)"
    return f"line {csv_text.line_of(path, csv_text.separator(path), row)}"


def table_writer(path: str, schema: pa.Schema) -> Any:
    """A context manager with ``write_table`` that writes CSV or Parquet."""
    if is_parquet(path):
        return pa.parquet.ParquetWriter(path, schema)
    return pa.csv.CSVWriter(path, schema)


@contextmanager
def _sentences(path: str) -> Iterator[None]:
    """Turn an exception of a parser into a sentence that names the file."""
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeError, JSONDecodeError) as error:
        if is_parquet(path):
            reason = " ".join(str(error).split())
            raise ValueError(f"{path} is not a complete Parquet file ({reason}).") from None
        try:
            csv_text.check_utf8(path)
            sentence = csv_faults.fault(path, csv_text.separator(path), error)
        except OSError:
            sentence = f"{path} is cut off or damaged ({error})."
        raise ValueError(sentence) from None


def _columns(path: str) -> dict[str, str]:
    """The columns as the file writes them, by their names without space around them."""
    check_file(path)
    with _sentences(path):
        check_kind(path, parquet=is_parquet(path))
        if is_parquet(path):
            columns = named_columns(path)
        else:
            columns = [(name, name) for name in csv_text.header(path)]
    columns = [(canonical_column(name), written) for name, written in columns]
    twice = repeated(name for name, _ in columns)
    if twice == "":
        raise ValueError(f"{path} has several columns without a name: remove or name them.")
    if twice is not None:
        raise ValueError(f"{path} has the column {visible(twice)} twice: remove one of them.")
    for name, _ in columns:
        if is_image(name) and not is_parquet(path):
            raise no_header(path, name)
        if not is_parquet(path) and is_quoted(name):
            raise ValueError(f"{path} has the column {_QUOTED.format(repr(name))}")
    return dict(columns)


def _blocks(path: str, columns: list[str]) -> Iterator[list[pa.DictionaryArray]]:
    """The rows in blocks, with blank ones."""
    with _sentences(path):
        if is_parquet(path):
            with pa.parquet.ParquetFile(path) as file:
                check_flat(path, file.schema_arrow, columns)
                for batch in file.iter_batches(_ROWS, columns=columns):
                    yield [as_text(path, name, batch.column(name)) for name in columns]
            return
        rows = 0
        with _read_csv(path, dict.fromkeys(columns, _TEXT)) as reader:
            for batch in reader:
                rows += len(batch)
                yield [batch.column(name) for name in columns]
        csv_faults.check_quotes(path, csv_text.separator(path), rows)


def _read_csv(path: str, types: dict[str, pa.DataType]) -> pa.csv.CSVStreamingReader:
    return pa.csv.open_csv(
        path,
        read_options=pa.csv.ReadOptions(block_size=_BLOCK),
        parse_options=pa.csv.ParseOptions(
            delimiter=csv_text.separator(path), newlines_in_values=True
        ),
        convert_options=pa.csv.ConvertOptions(column_types=types, include_columns=list(types)),
    )
