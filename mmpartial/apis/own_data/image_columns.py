"""The columns of a label table that are not classes: the images, their groups and their parts."""

import shlex
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from ...formats.common.named_labels import class_list
from ...formats.tables.columns import canonical_column, check_columns
from ...formats.tables.group_column import cells_of_images
from ...formats.tables.label_cells import NOT_AVAILABLE
from ...formats.tables.long_columns import choose
from ...formats.tables.reader import open_table
from ...formats.tables.wide_columns import image_by_default

TABLES = ("wide_csv", "long_csv")
_SPLIT_NAMES = ("split", "part", "subset", "fold", "kfold", "set", "dataset")
_FLAGS = dict(is_train="train", is_training="train", is_val="val", is_valid="val",
              is_validation="val", is_test="test")  # fmt: skip
PARTS = dict(train="train", training="train", val="val", valid="val", validation="val",
              dev="val", test="test", testing="test")  # fmt: skip


def image_column(path: str, format: str, options: dict[str, Any]) -> str:
    """The column of images of a table, as its reader finds it."""
    table = open_table(path, options.get("sheet"))
    if format == "long_csv":
        return choose(table, *map(options.get, ("image", "cls", "confidence", "group"))).image
    names = [name for name in table.names if name != options.get("group")]
    given = options.get("image") or image_by_default(names)
    image = canonical_column(given)
    check_columns(path, [image] if len(table.parts(image)) < 2 else [], names)
    return image


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


def part_column(path: str, format: str, options: dict[str, Any]) -> str | None:
    """The column that divides the images already, such as ``split`` with train and val."""
    if format not in TABLES:
        return None
    table = open_table(path, options.get("sheet"))
    for name in table.names:
        if is_part_column(name) and name not in (class_list(options.get("classes")) or ()):
            found = set()
            for (cells,) in table.batches([name]):
                texts, number = table.distinct_texts(cells, name, may_be_blank=True)
                found |= {texts[i].lower() for i in np.unique(number)}
            words = found - {"", *NOT_AVAILABLE}
            known = _words(name)
            if words and words <= known.keys():
                return name
            if words & known.keys():
                other = min(words - known.keys())
                raise ValueError(
                    f"{path}, column {name!r} has {min(words & known.keys())!r} and {other!r}: "
                    f"write one of {', '.join(known)} in place of {other!r}, or give the column "
                    "another name if it does not divide the images."
                )
    return None


def is_part_column(name: str) -> bool:
    """Whether a column may divide the images, by its name."""
    return name.lower() in (*_SPLIT_NAMES, *_FLAGS)


def divides(name: str, cells: Collection[str]) -> bool:
    """Whether the words in a column of parts are train, val and the like."""
    words = {cell.lower() for cell in cells} - {"", *NOT_AVAILABLE}
    return bool(words) and words <= _words(name).keys()


def check_no_parts(path: str, name: str, cells: Collection[str]) -> None:
    """Check that a column whose name does not tell does not divide the images either.

    Raises:
        ValueError: It has words such as train and test.
    """
    words = {cell.lower() for cell in cells}
    if {"train"} < {PARTS[word] for word in words if word in PARTS}:
        first, second, *_ = sorted(words & PARTS.keys())
        raise ValueError(
            f"{path}, column {name!r} has {first!r} and {second!r}: call it split if it divides "
            f"the images into parts, and if not, give --ignore {shlex.quote(name)}."
        )


def as_parts(cells: np.ndarray, column: str) -> np.ndarray:
    """The cells of such a column as the parts train, val and test, or ``""``."""
    words = _words(column)
    return np.array([words.get(cell.lower(), "") for cell in cells.tolist()], dtype=object)


def _words(column: str) -> dict[str, str]:
    """The part of each word in a column that divides the images, such as ``is_valid``."""
    part = _FLAGS.get(column.lower())
    if part is None:
        return PARTS
    other = "val" if part == "train" else "train"
    yes, no = ("1", "1.0", "true", "yes"), ("0", "0.0", "false", "no")
    return dict.fromkeys(yes, part) | dict.fromkeys(no, other)
