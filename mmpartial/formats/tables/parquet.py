"""The columns of Parquet files, with pandas' index, and their cells as text."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet

_UNNAMED = "__index_level_"  # what pandas calls an index without a name


def named_columns(path: str) -> list[tuple[str, str]]:
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


def check_flat(path: str, schema: pa.Schema, columns: Sequence[str]) -> None:
    """Check that columns hold single values."""
    for name in columns:
        if pa.types.is_nested(schema.field(name).type):
            raise ValueError(
                f"{path}, column {name!r} holds {schema.field(name).type}, not single values: "
                "write a column for each class, or JSON lists."
            )


def as_text(path: str, name: str, column: pa.Array) -> pa.DictionaryArray:
    """Cells as texts; equal ones are stored once."""
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    try:
        values = column.dictionary.cast(pa.string())
    except pa.ArrowException:
        raise ValueError(
            f"{path}, column {name!r} holds {column.type.value_type} that is not text: write texts "
            "or numbers."
        ) from None
    return pa.DictionaryArray.from_arrays(column.indices, values)


def _holds_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)
