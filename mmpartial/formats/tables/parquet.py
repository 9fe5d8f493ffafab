"""Tables in Parquet: their columns, with pandas' index, and their cells as text."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from json import JSONDecodeError  # in pandas' metadata
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet

from .blank_rows import Block
from .file_kinds import check_kind
from .parquet_pages import unpacked_size
from .table import Table

_ROWS, _FEW = 2**16, 64  # at most and at least in a block
_CELLS = 2**24  # in a block
_SMALL, _GROWTH = 2**27, 64  # bytes that a row group may take, and times the size of the file
_WEAK = ("UNCOMPRESSED", "SNAPPY")  # at most to a twentieth
_UNNAMED = "__index_level_"  # what pandas calls an index without a name


class ParquetTable(Table):
    """A Parquet file."""

    def __init__(self, path: str):
        """Read the names of the columns."""
        with _sentences(path):
            check_kind(path, b"PAR1")
            columns = _named_columns(path)
        super().__init__(path, columns)

    def line(self, row: int) -> str:
        """The number of a row."""
        return f"row {row} (the first is 0)"

    def _blocks(self, keys: Sequence[str]) -> Iterator[Block]:
        schema = pa.parquet.read_schema(self.path)
        texts = [name for name in keys if _is_binary(schema.field(name).type)]
        with (
            _sentences(self.path),
            pa.parquet.ParquetFile(self.path, read_dictionary=texts) as file,
        ):
            _check_flat(self.path, schema, keys)
            _check_size(self.path, file.metadata, keys)
            step = min(_ROWS, max(_FEW, _CELLS // len(keys)))
            for batch in file.iter_batches(step, columns=list(keys)):
                yield [as_text(self.path, name, batch.column(name)) for name in keys]


@contextmanager
def _sentences(path: str) -> Iterator[None]:
    """Turn an exception of a parser into a sentence that names the file."""
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeError, JSONDecodeError) as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"{path} is not a complete Parquet file ({reason}).") from None


def _named_columns(path: str) -> list[tuple[str, str]]:
    """The names of the columns, for people and in the file, with pandas' index first.

    An index of texts without a name is called ``""``, as in CSV. An index of numbers without a name
    only counts rows, and is left out.
    """
    schema = pa.parquet.read_schema(path)
    index = (schema.pandas_metadata or {}).get("index_columns", [])
    index = [name for name in index if isinstance(name, str) and name in schema.names]
    columns = []
    for name in [*index, *(name for name in schema.names if name not in index)]:
        if not name.startswith(_UNNAMED):
            columns.append((name, name))
        elif _holds_text(schema.field(name).type):
            columns.append(("", name))
    return columns


def _check_flat(path: str, schema: pa.Schema, columns: Sequence[str]) -> None:
    """Check that columns hold single values."""
    for name in columns:
        if pa.types.is_nested(schema.field(name).type):
            raise ValueError(
                f"{path}, column {name!r} holds {schema.field(name).type}, not single values: "
                "write a column for each class, or JSON lists."
            )


def _check_size(path: str, meta: Any, columns: Sequence[str]) -> None:
    """Check that no row group is far larger than the file when it is unpacked."""
    limit = max(_SMALL, _GROWTH * os.path.getsize(path))
    wanted = set(columns)
    with open(path, "rb") as file:
        for number in range(meta.num_row_groups):
            group = meta.row_group(number)
            parts = [*map(group.column, range(group.num_columns))]
            sizes = {
                part.path_in_schema: _unpacked_size(path, file, part)
                for part in parts
                if part.path_in_schema in wanted
            }
            if sum(sizes.values()) > limit:
                largest = max(sizes, key=lambda name: sizes[name])
                raise ValueError(
                    f"{path} would take {sum(sizes.values()) >> 20} MiB when it is unpacked, "
                    f"{sizes[largest] >> 20} of them for the column {largest!r}, which is out of "
                    "proportion to the file: write shorter texts, or smaller row groups."
                )


def _unpacked_size(path: str, file: BinaryIO, column: Any) -> int:
    """The bytes of a column in a row group when they are unpacked."""
    if column.compression in _WEAK:
        return max(0, column.total_uncompressed_size)  # with these codecs, near the true size
    start = column.data_page_offset
    if column.dictionary_page_offset:
        start = min(start, column.dictionary_page_offset)
    try:
        return unpacked_size(file, start, start + column.total_compressed_size)
    except ValueError as error:
        raise ValueError(f"{path} is damaged ({error}).") from None


def as_text(path: str, name: str, column: pa.Array) -> pa.DictionaryArray:
    """Cells as texts; equal ones are stored once.

    Raises:
        ValueError: Cells are not text, or this pyarrow cannot turn their type into text.
    """
    kind = column.type
    try:
        if not pa.types.is_dictionary(kind):
            column = column.dictionary_encode()
        column = _used(column)
        values = column.dictionary.cast(pa.string())
    except pa.ArrowNotImplementedError:
        raise ValueError(
            f"{path}, column {name!r} holds {kind}, which pyarrow {pa.__version__} cannot "
            "turn into text: write whole numbers or texts, or install a newer pyarrow."
        ) from None
    except pa.ArrowException:
        raise ValueError(
            f"{path}, column {name!r} holds {column.type.value_type} that is not text: write texts "
            "or numbers."
        ) from None
    return pa.DictionaryArray.from_arrays(column.indices, values)


def _used(column: pa.DictionaryArray) -> pa.DictionaryArray:
    """The same cells, without the texts of other rows if there are many."""
    if len(column.dictionary) <= 2 * len(column):
        return column
    cells = column.indices.dictionary_encode()
    return pa.DictionaryArray.from_arrays(cells.indices, column.dictionary.take(cells.dictionary))


def _is_binary(kind: pa.DataType) -> bool:
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary)
    return any(test(kind) for test in tests)


def _holds_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)
