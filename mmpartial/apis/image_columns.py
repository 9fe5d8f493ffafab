"""The columns of a label table that are not classes: the images, their groups and their parts."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..formats.common.named_labels import class_list
from ..formats.tables.columns import canonical_column, check_columns
from ..formats.tables.group_column import cells_of_images
from ..formats.tables.label_cells import NOT_AVAILABLE
from ..formats.tables.long_columns import choose
from ..formats.tables.reader import open_table

TABLES = ("wide_csv", "long_csv")
SPLIT_NAMES = ("split", "part", "subset", "fold", "set")
_PARTS = dict(train="train", training="train", val="val", valid="val", validation="val",
              dev="val", test="test")  # fmt: skip


def image_column(path: str, format: str, options: dict[str, Any]) -> str:
    """The column of images of a table, as its reader finds it."""
    table = open_table(path, options.get("sheet"))
    if format == "long_csv":
        columns = {key: options.get(key) for key in ("image", "cls", "confidence")}
        return choose(table, columns, options.get("group"))[0]
    names = [name for name in table.names if name != options.get("group")]
    given = options.get("image") or ("image" if "image" in names else names[0])
    check_columns(path, [canonical_column(given)], names)
    return canonical_column(given)


def without_columns(format: str, options: dict[str, Any], others: Sequence[str]) -> dict[str, Any]:
    """The options that read a wide table without some columns."""
    if format != "wide_csv" or not others or options.get("classes") is not None:
        return options
    ignored = options.get("ignore_columns") or []
    ignored = [ignored] if isinstance(ignored, str) else ignored
    return dict(options, ignore_columns=[*ignored, *others])


def of_images(
    path: str, format: str, options: dict[str, Any], column: str, names: Sequence[str]
) -> np.ndarray:
    """The cells of a column for some images; blank cells, such as NA, become ``""``.

    Args:
        path: The table.
        format: Its format.
        options: The options of the format.
        column: The column.
        names: The names of the images in the label table.

    Raises:
        ValueError: There is no such column, or rows of an image have different cells.
    """
    table = open_table(path, options.get("sheet"))
    return cells_of_images(table, image_column(path, format, options), column, names)


def check_table(format: str) -> None:
    """Check that a format is a table, which may have a column of groups."""
    if format not in TABLES:
        raise ValueError(
            f"the format {format} has no columns, so it has no column of groups: leave --group "
            "out, and then move the images that belong together into one part of the split file."
        )


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
