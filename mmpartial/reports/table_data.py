"""Converts a table for the script of a page."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..utils.names import nearest

_NUMBER = re.compile(r"\.(\d)([f%])")


def table_data(frame: pd.DataFrame, formats: Mapping[str, str]) -> dict[str, Any]:
    """Columns and rows of a table, for JSON.

    Args:
        frame: The table.
        formats: The formats of columns, as in :meth:`.page.Page.table`.

    Returns:
        ``columns``, each with ``name``, ``kind`` (text, number, percent, states) and ``digits``;
        and ``rows``, lists of cells.

    Raises:
        ValueError: There is no such column or format.

    >>> table_data(pd.DataFrame(dict(name=['cat'], AP=[81.26])), dict(AP='.1f'))['rows']
    [['cat', 81.26]]
    """
    names = [str(name) for name in frame.columns]
    for name in formats:
        if name not in names:
            raise ValueError(f"the table has no column {name!r}{nearest(name, names)}.")
    columns = [
        _column(name, frame.iloc[:, place].dtype, formats.get(name))
        for place, name in enumerate(names)
    ]
    cells = [_cells(frame.iloc[:, place], column) for place, column in enumerate(columns)]
    return dict(columns=columns, rows=[list(row) for row in zip(*cells, strict=True)])


def _column(name: str, dtype: Any, shown: str | None) -> dict[str, Any]:
    """Name, kind and digits of a column."""
    if shown == "states":
        return dict(name=name, kind="states", digits=0)
    if shown is None:
        if pd.api.types.is_bool_dtype(dtype) or not pd.api.types.is_numeric_dtype(dtype):
            return dict(name=name, kind="text", digits=0)
        return dict(name=name, kind="number", digits=2 * pd.api.types.is_float_dtype(dtype))
    found = _NUMBER.fullmatch(shown)
    if found is None:
        raise ValueError(
            f"the column {name!r} has the format {shown!r}: give one like '.1f', '.0%' or 'states'."
        )
    return dict(name=name, kind="number" if found[2] == "f" else "percent", digits=int(found[1]))


def _cells(values: pd.Series, column: Mapping[str, Any]) -> list:
    if column["kind"] == "states":
        return [np.asarray(cell).tolist() for cell in values]
    if column["kind"] == "text":
        return [None if cell is None or cell is pd.NA or cell != cell else str(cell)
                for cell in values]  # fmt: skip
    if column["kind"] == "number" and column["digits"] == 0 and not values.hasnans:
        return values.tolist()
    numbers = values.astype(float).round(column["digits"] + 4)
    return [number if np.isfinite(number) else None for number in numbers.tolist()]
