"""Tables in CSV, Parquet or Excel's format, by the ending of the file's name."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from ...utils.reading import reads
from ...utils.text_files import check_file
from ..common.output_paths import replacing
from .csv_table import CsvTable
from .excel import ExcelTable
from .parquet import ParquetTable
from .table import Table

_PARQUET = (".parquet", ".pq")
_EXCEL = (".xlsx", ".xlsm")
WRITTEN = (".csv", *_PARQUET)  # the endings of tables that are written


@reads("a table")
def open_table(path: str, sheet: str | None = None) -> Table:
    """Open a table and read the names of its columns.

    Args:
        path: A file that ends in ``.parquet``, ``.pq``, ``.xlsx`` or ``.xlsm``, or else CSV.
        sheet: The sheet of an Excel workbook; the first visible one if None.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is empty or no table, has no header, or has a column twice; or there is
            no such sheet.
    """
    check_file(path)
    if is_excel(path):
        return ExcelTable(path, sheet)
    if sheet is not None:
        raise ValueError(
            f"{path} is not an Excel workbook, so sheet={sheet!r} has no effect: leave it out."
        )
    return ParquetTable(path) if _ends(path, _PARQUET) else CsvTable(path)


def whole_columns(table: Table, names: Sequence[str]) -> list[pa.DictionaryArray]:
    """The cells of whole columns as text, where equal ones are stored once.

    Raises:
        ValueError: The table has no row, or :meth:`Table.batches` refuses it.
    """
    blocks = list(table.batches(names))
    if not blocks:
        raise ValueError(f"there is no row in {table.path}.")
    chunked = [pa.chunked_array(chunks) for chunks in zip(*blocks, strict=True)]
    found = [column.unify_dictionaries().combine_chunks() for column in chunked]
    del blocks, chunked
    pa.default_memory_pool().release_unused()  # a third of all that reading takes
    return found


@contextmanager
def table_writer(path: str, schema: pa.Schema) -> Iterator[Any]:
    """A writer of CSV or Parquet with ``write_table``; the file appears at the end.

    Raises:
        ValueError: The name is that of an Excel workbook.
    """
    if is_excel(path):
        raise ValueError(f"{path}: Excel workbooks are only read; let the name end in .csv.")
    kind = pa.parquet.ParquetWriter if _ends(path, _PARQUET) else pa.csv.CSVWriter
    with replacing(path) as temporary, kind(temporary, schema) as writer:
        yield writer


def is_excel(path: str | Path) -> bool:
    """Whether a file is an Excel workbook by its name; these are only read."""
    return _ends(path, _EXCEL)


def _ends(path: str | Path, endings: tuple[str, ...]) -> bool:
    return str(path).lower().endswith(endings)
