"""The column of a long table that says whether the class of a row is there."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from .blank_rows import numbered
from .label_cells import LabelCells
from .table import Table
from .unread_cells import fault_of_confidences


def confidences(
    table: Table, name: str, column: pa.DictionaryArray, values: Mapping | None
) -> np.ndarray:
    """The state of the class in each row, as int8.

    Args:
        table: The table.
        name: The name of the column.
        column: Its cells.
        values: The meaning of other spellings than 1 and 0.

    Raises:
        ValueError: A cell is no label, or is unknown although ``values`` does not say so, as in a
            wrong column.
    """
    cells = LabelCells(table, values)
    state = cells.states(column, name, 0)
    if cells.unread:
        raise ValueError(fault_of_confidences(table, name, cells.unread[name]))
    texts, number = numbered(column)
    explained = np.array([*map(cells.explains, texts)])[number]
    unknown = np.flatnonzero((state == UNKNOWN) & ~explained)
    if len(unknown):
        row = int(unknown[0])
        text = texts[number[row]].strip()
        raise ValueError(
            f"{table.cell(row, name)} says that the label is unknown: write {POSITIVE} or "
            f"{NEGATIVE}, or set values={{{text!r}: -1}} if nobody knows; if it is the wrong "
            "column, set confidence, to '' if there is none."
        )
    return state
