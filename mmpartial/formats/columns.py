"""The names of a table's columns."""

from collections.abc import Sequence

from mmengine.logging import print_log

from ..names import canonical, visible

_PANDAS_INDEX = ("", "Unnamed: 0")  # first columns of CSV that are no data


def no_header(path: str, name: str) -> ValueError:
    """The error on a first line that is data."""
    return ValueError(
        f"{path} has the column {name!r}, as if its first line were a row: write a line with the "
        "names of the columns above it."
    )


def without_index(names: Sequence[str]) -> list[str]:
    """Columns without pandas' index, which a CSV file may have first."""
    return list(names[1:] if names and names[0] in _PANDAS_INDEX else names)


def canonical_column(name: str) -> str:
    """The form in which names of columns are compared."""
    return canonical(name).strip()


def check_columns(path: str, columns: Sequence[str], names: Sequence[str]) -> None:
    """Look whether a table has some columns.

    Raises:
        ValueError: It has not.
    """
    for column in columns:
        if column not in names:
            raise ValueError(
                f"{path} has no column {visible(column)}: its columns are {some(names)}."
            )


def some(names: Sequence[str]) -> str:
    """The first names of columns, for a message."""
    return ", ".join(map(visible, names[:10])) + (", ..." if len(names) > 10 else "")


def note_unread(path: str, names: Sequence[str], read: Sequence[str]) -> None:
    """Log which columns are not read."""
    unread = [name for name in names if name and name not in read]
    if unread:
        print_log(f"{path}: columns that are not read: {some(unread)}", logger="current")
