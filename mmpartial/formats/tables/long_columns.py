"""The columns of images, classes and confidences in a long table."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ...utils.log import warn
from .columns import canonical_column, check_columns, no_header, note_unread, some, without_index
from .table import Table

_NAMES = dict(
    image=("ImageID", "image", "filename"),
    cls=("LabelName", "class", "label"),
    confidence=("Confidence", "confidence", "value"),
)
_VALUES = ("0", "1", "0.0", "1.0")


class LongColumns(NamedTuple):
    """The columns that are read.

    Attributes:
        image: The column of image paths.
        classes: The columns of class names, usually one.
        confidence: The column of 1 and 0, or None.
    """

    image: str
    classes: list[str]
    confidence: str | None


def stem(name: str) -> str:
    """The name of a column in lower case without the number at its end.

    >>> stem('Label 1'), stem('tag_02'), stem('label')
    ('label', 'tag', 'label')
    """
    return re.sub(r"[ ._-]*\d*$", "", name.lower())


def choose(
    table: Table,
    image: str | None,
    classes: Sequence[str] | str | None,
    confidence: str | None,
    group: str | None = None,
) -> LongColumns:
    """Choose the columns of images, classes and, if there is one, confidences.

    The user's names come first, then known names; letter case does not matter if only one column
    matches. In a table of at most three columns, the first columns that are left hold images and
    classes. A column of confidences is never chosen by its place. The log says which columns are
    not read.

    Args:
        table: The table.
        image: The user's name of the column of images, or None.
        classes: The user's name of the column of classes, or several, or None.
        confidence: The user's name of the column of confidences, or None.
        group: The column of groups, which is none of these, or None.

    Raises:
        ValueError: A column is missing, or it is not clear which column is which.
    """
    path, names = table.path, table.names
    several = [classes] if isinstance(classes, str) else [*(classes or [])]
    more = [*map(canonical_column, several[1:])]
    given = dict(image=image, cls=several[0] if several else None, confidence=confidence)
    given = {key: name if name is None else canonical_column(name) for key, name in given.items()}
    parts = [] if given["image"] is None else table.parts(given["image"]) or [given["image"]]
    single = (given["cls"], given["confidence"] or None, *more)
    named = [*parts, *(name for name in single if name is not None)]
    check_columns(path, named, names)
    if group is not None:
        group = canonical_column(group)
        check_columns(path, [group], names)
    names = [name for name in without_index(names) if name != group]
    free = [name for name in names if name not in named]
    chosen = {key: _known(key, free) if name is None else name for key, name in given.items()}
    others = [name for name in free if name not in chosen.values()]
    if None in (chosen["image"], chosen["cls"]) and len(names) > 3:
        raise ValueError(f"{path} has {len(names)} columns, {some(names)}: {_say(given)}.")
    for key in ("image", "cls"):
        if chosen[key] is None and others:
            chosen[key] = others.pop(0)
            if key == "cls" and len(names) == 2:
                _check_no_states(table, chosen[key] or "")
        elif key == "cls" and chosen[key] and given[key] is None and len(names) == 2:
            _note_states(table, chosen[key] or "")
    if chosen["confidence"] is None and others:
        _check_no_confidence(table, names, others, given)
    image, column, confidence = chosen["image"], chosen["cls"], chosen["confidence"] or None
    found = [name for name in (image, column, confidence, *more) if name is not None]
    if image is None or column is None or len({*found}) < len(found):
        raise ValueError(
            f"{path} has the columns {some(names)}: it takes one for images and another for "
            "classes, with commas between."
        )
    if classes is None:
        _check_no_others(path, [name for name in names if name not in (image, confidence)], column)
    note_unread(path, names, [*parts, *found])
    return LongColumns(image, [column, *more], confidence)


def _check_no_others(path: str, names: Sequence[str], column: str) -> None:
    """Check that no other column may hold classes as well, such as ``label2`` beside ``label1``."""
    alike = [name for name in names if stem(name) == stem(column)]
    if len(alike) > 1:
        raise ValueError(
            f"{path} has the columns {some(alike)}: set cls={alike} if each holds a class, or "
            f"cls={column!r} to read one of them."
        )


def _check_no_states(table: Table, column: str) -> None:
    """Check that a column of classes that was chosen by its place does not hold states."""
    if _holds_ones_and_zeros(table, column):
        raise ValueError(
            f"{table.path}, column {column!r} holds only 1 and 0: read it as wide_csv if they say "
            f"whether {column!r} is in the image, or set cls={column!r} if they are classes."
        )


def _note_states(table: Table, column: str) -> None:
    """Warn of a column that is named like classes and may hold states."""
    if _holds_ones_and_zeros(table, column):
        warn(
            f"{table.path}, column {column!r} holds only 1 and 0, which are read as the names of "
            "two classes: read it as wide_csv if they say whether one class is in the image"
        )


def _check_no_confidence(
    table: Table, names: Sequence[str], others: Sequence[str], given: dict[str, str | None]
) -> None:
    """Check that none of the other columns may hold confidences."""
    number = next((name for name in others if name in _VALUES), None)
    if number is not None:
        raise no_header(table.path, number)
    named = None not in (given["image"], given["cls"])
    if named and not (len(names) == 3 and _holds_ones_and_zeros(table, others[0])):
        return
    column = f"={others[0]!r} if its" if len(others) == 1 else " to the column whose"
    raise ValueError(
        f"{table.path} has the columns {some(names)}: set confidence{column} 1 and 0 say whether "
        "the class is there, or confidence='' if it is there in every row."
    )


def _holds_ones_and_zeros(table: Table, column: str) -> bool:
    """Whether all cells of a column are 1, 0 or blank, and not all are blank."""
    found: set[str] = set()
    for texts in table.column_texts(column):
        found |= {text.strip().lower() for text in texts}
        if not found <= {"", *_VALUES, "true", "false", "yes", "no"}:
            return False
    return bool(found - {""})


def _known(key: str, names: Sequence[str]) -> str | None:
    """The column with a known name."""
    for known in _NAMES[key]:
        if known in names:
            return known
    for known in _NAMES[key]:
        alike = [name for name in names if name.lower() == known.lower()]
        if len(alike) == 1:
            return alike[0]
    return None


def _say(given: dict[str, str | None]) -> str:
    """The options that a user has to set."""
    missing = [f"{key}=..." for key, name in given.items() if name is None]
    none = ", or confidence='' if the class is there in every row" if missing else ""
    return f"say which is which with {', '.join(missing)}{none}"
