"""A column of a table that names the group of each image."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...labels.annotations import Annotations
from ...utils.names import all_canonical, visible
from ..common.image_groups import with_groups
from ..common.unique_images import normal_paths
from .columns import canonical_column, check_columns
from .label_cells import NOT_AVAILABLE
from .table import Table


def cells_of_images(table: Table, image: str, column: str, names: Sequence[str]) -> np.ndarray:
    """The cells of a column for some images; blank ones, such as NA, are ``""``.

    Args:
        table: The table.
        image: The column of images.
        column: The column.
        names: The images, by the names that the table gives them.

    Raises:
        ValueError: There is no such column, or rows of an image have different cells.
    """
    check_columns(table.path, [column], table.names)
    listed: np.ndarray = np.array(names, dtype=object)
    index: pd.Index | None = None
    cells: np.ndarray = np.full(len(names), "", dtype=object)
    seen: np.ndarray = np.zeros(len(names), dtype=bool)
    row = 0
    for images, values in table.batches([image, column]):
        texts, number = table.distinct_texts(images, image, row)
        spelt = normal_paths(texts)
        paths = np.array(spelt, dtype=object)[number]
        rows = slice(row, row + len(paths))
        if np.array_equal(paths, listed[rows]):
            place = np.arange(row, row + len(paths))  # quick, where each row is an image
        else:
            if index is None:
                index = pd.Index(np.array(all_canonical(names), dtype=object))
            place = index.get_indexer(np.array(all_canonical(spelt), dtype=object))[number]
        texts, number = table.distinct_texts(values, column, row, may_be_blank=True)
        found = np.array(["" if t.lower() in NOT_AVAILABLE else t for t in texts], dtype=object)
        found, known = found[number], place >= 0
        there = place[known]
        again = seen[there] & (cells[there] != found[known])
        cells[there], seen[there] = found[known], True
        again |= cells[there] != found[known]
        if again.any():
            raise ValueError(
                f"{table.path} has several values of {column!r} for the image "
                f"{visible(names[int(there[again][0])])}: give all rows of an image the same."
            )
        row += len(place)
    return cells


def add_groups(found: Annotations, table: Table, image: str, column: str | None) -> Annotations:
    """Annotations with the groups that a column of their table names.

    Args:
        found: The annotations.
        table: Their table.
        image: The column of images.
        column: The column of groups; None changes nothing.

    Raises:
        ValueError: There is no such column, or rows of an image have different groups.
    """
    if column is None:
        return found
    column = canonical_column(column)
    names = cells_of_images(table, image, column, found.images)
    return with_groups(found, table.path, column, names, found.images)
