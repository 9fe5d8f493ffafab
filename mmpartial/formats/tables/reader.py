"""Tables in CSV, Parquet or Excel's format, by the ending of the file's name."""

from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from ...utils.reading import reads
from ...utils.text_files import check_file
from .csv_table import CsvTable
from .excel import ExcelTable
from .parquet import ParquetTable
from .table import Table

_PARQUET = (".parquet", ".pq")
_EXCEL = (".xlsx", ".xlsm")


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
    if _ends(path, _EXCEL):
        return ExcelTable(path, sheet)
    if sheet is not None:
        raise ValueError(
            f"{path} is not an Excel workbook, so sheet={sheet!r} has no effect: leave it out."
        )
    return ParquetTable(path) if _ends(path, _PARQUET) else CsvTable(path)


def table_writer(path: str, schema: pa.Schema) -> Any:
    """A context manager with ``write_table`` that writes CSV or Parquet."""
    if _ends(path, _EXCEL):
        raise ValueError(f"{path}: Excel workbooks are only read; let the name end in .csv.")
    if _ends(path, _PARQUET):
        return pa.parquet.ParquetWriter(path, schema)
    return pa.csv.CSVWriter(path, schema)


def _ends(path: str, endings: tuple[str, ...]) -> bool:
    return str(path).lower().endswith(endings)
