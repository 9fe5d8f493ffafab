"""Tables in CSV, read by pyarrow."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.csv

from . import csv_faults, csv_text
from .blank_rows import Block
from .columns import canonical_column, check_header, is_quoted
from .file_kinds import check_kind
from .table import Table

_BLOCK = csv_text.ROW  # bytes
_TEXT = pa.dictionary(pa.int32(), pa.string())


class CsvTable(Table):
    """A CSV file; its name may end in ``.gz`` or another ending of compressed files."""

    keeps_quotes = True

    def __init__(self, path: str):
        """Read the header."""
        with _sentences(path):
            check_kind(path)
            self._separator = csv_text.separator(path)
            self._header, self._first_line = csv_text.header(path, self._separator)
        self.decimal_comma = self._separator != ","
        check_header(path, [*map(canonical_column, self._header)])
        super().__init__(path, [(name, str(i)) for i, name in enumerate(self._header)])
        for name in filter(is_quoted, self.names):
            raise ValueError(
                f"{path} has the column {name!r}, quotes and all, because something stands before "
                "them: remove the blanks between the separators and the quotes."
            )

    def line(self, row: int) -> str:
        """The line where a row begins; blank lines and line breaks in cells count."""
        return f"line {csv_text.line_of(self.path, self._separator, row)}"

    def _blocks(self, keys: Sequence[str]) -> Iterator[Block]:
        if self._first_line is None:
            return
        rows = 0
        with _sentences(self.path):
            with pa.csv.open_csv(
                self.path,
                # Columns have numbers, because several may have no name.
                read_options=pa.csv.ReadOptions(
                    block_size=_BLOCK,
                    skip_rows=self._first_line - 1,
                    column_names=[*map(str, range(len(self._header)))],
                ),
                parse_options=pa.csv.ParseOptions(
                    delimiter=self._separator, newlines_in_values=True
                ),
                convert_options=pa.csv.ConvertOptions(
                    column_types=dict.fromkeys(keys, _TEXT),
                    include_columns=list(keys),
                    # Texts are never null. Without this, pyarrow keeps its words for null once a
                    # column (8 KB).
                    null_values=[],
                    true_values=[],
                    false_values=[],
                ),
            ) as reader:
                for batch in reader:
                    rows += len(batch)
                    yield [batch.column(key) for key in keys]
            csv_faults.check_quotes(self.path, self._separator, rows)


@contextmanager
def _sentences(path: str) -> Iterator[None]:
    """Turn an exception of a parser into a sentence that names the file."""
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeError) as error:
        try:
            csv_text.check_utf8(path)
            sentence = csv_faults.fault(path, csv_text.separator(path), error)
        except OSError:
            sentence = f"{path} is cut off or damaged ({error})."
        raise ValueError(sentence) from None
