"""The column of a long table that says whether the class of a row is there."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...labels.matrix import LabelMatrix
from ...labels.parts import forget
from ...utils.log import note
from ...utils.names import canonical, unknown_class
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
    explained = [cells.explains(text or "") for text in [*column.dictionary.to_pylist(), ""]]
    number = column.indices.fill_null(len(explained) - 1).to_numpy(zero_copy_only=False)
    unknown = np.flatnonzero((state == UNKNOWN) & ~np.array(explained)[number])
    if len(unknown):
        row = int(unknown[0])
        text = (column[row].as_py() or "").strip()
        raise ValueError(
            f"{table.cell(row, name)} says that the label is unknown: write {POSITIVE} or "
            f"{NEGATIVE}, or set values={{{text!r}: -1}} if nobody knows; if it is the wrong "
            "column, set confidence, to '' if there is none."
        )
    return state


def forget_unsure(
    path: str,
    image: np.ndarray,
    names: pd.Categorical,
    sure: np.ndarray,
    labels: LabelMatrix,
    classes: Sequence[str],
) -> LabelMatrix:
    """The same labels, but unknown where all rows of a class in an image are unsure.

    Args:
        path: The file, for messages.
        image: ``(M,)``, for each row the number of its image.
        names: ``(M,)``, its class.
        sure: ``(M,)`` bool, whether it says that the class is there or that it is not.
        labels: The labels.
        classes: The classes of the labels.

    Raises:
        ValueError: A row has another class.
    """
    index = {name: number for number, name in enumerate(classes)}
    spelt = [canonical(str(name)) for name in names.categories]
    for name in spelt:
        if name not in index:
            raise ValueError(f"{path}: {unknown_class(name, classes)}")
    cls = np.array([index[name] for name in spelt])[names.codes]
    pair = image.astype(np.int64) * len(classes) + cls
    unsure = ~sure & ~np.isin(pair, pair[sure])
    note(f"{path}: labels that the confidences leave unknown: {len(np.unique(pair[unsure]))}")
    return forget(labels, image[unsure], cls[unsure])
