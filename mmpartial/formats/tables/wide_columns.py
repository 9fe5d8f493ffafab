"""The columns of images and classes in a wide table."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from ...utils.names import nearest, unknown_class, visible
from ..common.checks import check_names
from .columns import canonical_column, check_columns, note_unread, without_index
from .table import Table


class WideColumns(NamedTuple):
    """The columns that are read.

    Attributes:
        image: The column of image paths.
        classes: The columns of classes.
    """

    image: str
    classes: list[str]


def choose(
    table: Table,
    image: str | None,
    classes: Sequence[str] | None,
    ignored: Sequence[str] | str | None,
    group: str | None = None,
) -> WideColumns:
    """Choose the columns; the log says which are not read.

    Args:
        table: The table.
        image: The user's name of the column of images, or None.
        classes: The user's names of the columns of classes, or None for all that are left.
        ignored: Names or patterns of columns that are not classes.
        group: The column of groups, or None.

    Raises:
        ValueError: There is no such column, or no column of classes.
    """
    path = table.path
    left_out = _matching(table, [ignored] if isinstance(ignored, str) else ignored or [])
    if group is not None:
        group = canonical_column(group)
        check_columns(path, [group], table.names)
        left_out.add(group)
    names = [name for name in table.names if name not in left_out]
    if not names:
        raise ValueError(f"{path}: ignore_columns={ignored!r} leaves no column.")
    if image is None:
        image = image_by_default(names)
    image = canonical_column(image)
    parts = table.parts(image)
    check_columns(path, [image] if len(parts) < 2 else [], names)
    others = names[1:] if image == names[0] else without_index(names)
    others = [name for name in others if name not in parts]
    if not others:
        raise ValueError(
            f"{path} has only the column {image!r}: write one for each class, with commas "
            "between; if the first line is a title, remove it."
        )
    chosen = [canonical_column(name) for name in classes or others]
    _check_classes(path, chosen, others, left_out, group)
    note_unread(path, table.names, [*parts, *chosen, *([group] if group else [])])
    return WideColumns(image, chosen)


def _check_classes(
    path: str, chosen: Sequence[str], others: Sequence[str], left_out: set[str], group: str | None
) -> None:
    """Check that each class is a column of its own, which nothing else takes or leaves out."""
    check_names(path, "column", chosen)
    known = set(others)
    for name in chosen:
        if name == group:
            raise ValueError(f"{path}: {visible(name)} is both in classes and the group.")
        if name in left_out:
            raise ValueError(f"{path}: {visible(name)} is both in classes and in ignore_columns.")
        if name not in known:
            raise ValueError(f"{path}: {unknown_class(name, others)}")


def _matching(table: Table, patterns: Sequence[str]) -> set[str]:
    """The columns that have one of the names, or match one of the patterns.

    A pattern may match none, because another table may have such a column.
    """
    found: set[str] = set()
    for pattern in map(canonical_column, patterns):
        matching = {name for name in table.names if fnmatchcase(name, pattern)}
        if pattern in table.names:
            matching = {pattern}
        elif not matching and not any(sign in pattern for sign in "*?["):
            raise ValueError(
                f"{table.path} has no column {visible(pattern)} to ignore"
                f"{nearest(pattern, table.names)}."
            )
        found |= matching
    return found


def image_by_default(names: Sequence[str]) -> str:
    """The column of images, unless the user names another."""
    return "image" if "image" in names else names[0]
