"""Columns of a label table that say something about an image other than its classes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..formats.common.named_labels import class_list
from ..formats.common.unique_images import normal_paths
from ..formats.tables.columns import canonical_column, check_columns
from ..formats.tables.label_cells import NOT_AVAILABLE
from ..formats.tables.long_columns import choose
from ..formats.tables.reader import open_table
from ..utils.log import note
from ..utils.names import all_canonical, visible

TABLES = ("wide_csv", "long_csv")
SPLIT_NAMES = ("split", "part", "subset", "fold", "set")
_PARTS = dict(train="train", training="train", val="val", valid="val", validation="val",
              dev="val", test="test")  # fmt: skip


def image_column(path: str, format: str, options: dict[str, Any]) -> str:
    """The column of images of a table, as its reader finds it."""
    table = open_table(path, options.get("sheet"))
    if format == "long_csv":
        return choose(table, {key: options.get(key) for key in ("image", "cls", "confidence")})[0]
    names = table.names
    given = options.get("image") or ("image" if "image" in names else names[0])
    check_columns(path, [canonical_column(given)], names)
    return canonical_column(given)


def without_columns(format: str, options: dict[str, Any], others: Sequence[str]) -> dict[str, Any]:
    """Options with which a wide table is read without some columns."""
    if format != "wide_csv" or not others or options.get("classes") is not None:
        return options
    ignored = options.get("ignore_columns") or []
    ignored = [ignored] if isinstance(ignored, str) else ignored
    return dict(options, ignore_columns=[*ignored, *others])


def of_images(
    path: str, format: str, options: dict[str, Any], column: str, names: Sequence[str]
) -> np.ndarray:
    """The cells of a column for some images; blank ones, such as NA, are ``""``.

    Args:
        path: The table.
        format: Its format.
        options: The options of the format.
        column: The column.
        names: The images, by the names that their labels give them.

    Raises:
        ValueError: There is no such column, or rows of an image have different cells.
    """
    image, table = image_column(path, format, options), open_table(path, options.get("sheet"))
    check_columns(path, [column], table.names)
    index = pd.Index(np.asarray(names, dtype=object))
    cells: np.ndarray = np.full(len(names), "", dtype=object)
    seen: np.ndarray = np.zeros(len(names), dtype=bool)
    row = 0
    for images, values in table.batches([image, column]):
        texts, number = table.distinct_texts(images, image, row)
        place = index.get_indexer(
            np.asarray(all_canonical(normal_paths(texts)), dtype=object)[number]
        )
        texts, number = table.distinct_texts(values, column, row, may_be_blank=True)
        found = np.array(["" if t.lower() in NOT_AVAILABLE else t for t in texts], dtype=object)
        found, known = found[number], place >= 0
        there = place[known]
        again = seen[there] & (cells[there] != found[known])
        cells[there], seen[there] = found[known], True
        again |= cells[there] != found[known]
        if again.any():
            raise ValueError(
                f"{path} has several values of {column!r} for the image "
                f"{visible(names[int(there[again][0])])}: give all rows of an image the same."
            )
        row += len(place)
    return cells


def check_table(format: str) -> None:
    """Check that a format has columns beside those of labels."""
    if format not in TABLES:
        raise ValueError(
            f"a group is a column of a table, and {format} is none: divide the images without "
            "groups, and move those that belong together into one part of the split file."
        )


def groups_of(
    path: str, format: str, options: dict[str, Any], column: str, names: Sequence[str]
) -> np.ndarray:
    """The groups of some images, ``""`` for those that are alone; the log counts these."""
    check_table(format)
    groups = of_images(path, format, options, column, names)
    alone = int((groups == "").sum())
    if alone:
        note(f"{path}: {alone} images have no {column!r}, and each is divided alone")
    return groups


def part_column(path: str, format: str, options: dict[str, Any]) -> str | None:
    """The column that divides the images already, such as ``split`` with train and val."""
    if format not in TABLES:
        return None
    table = open_table(path, options.get("sheet"))
    for name in table.names:
        if name.lower() in SPLIT_NAMES and name not in (class_list(options.get("classes")) or ()):
            found = set()
            for (cells,) in table.batches([name]):
                texts, number = table.distinct_texts(cells, name, may_be_blank=True)
                found |= {texts[i].lower() for i in np.unique(number)}
            if found - {""} and found <= {*_PARTS, "", *NOT_AVAILABLE}:
                return name
    return None


def as_parts(cells: np.ndarray) -> np.ndarray:
    """The cells of such a column as the parts train, val and test, or ``""``."""
    return np.array([_PARTS.get(cell.lower(), "") for cell in cells.tolist()], dtype=object)
