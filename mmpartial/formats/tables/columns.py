"""The names of a table's columns."""

import re
from collections.abc import Sequence
from itertools import dropwhile

from ...utils.log import note, warn
from ...utils.names import canonical, visible

# First columns of CSV that are no data; each time that pandas reads and writes them adds one.
_PANDAS_INDEX = re.compile(r"|Unnamed: 0(\.\d+)*")


def no_header(path: str, name: str) -> ValueError:
    """The error on a first line that is data."""
    return ValueError(
        f"{path} has the column {name!r}, as if its first line were a row: write a line with the "
        "names of the columns above it."
    )


def without_index(names: Sequence[str]) -> list[str]:
    """Columns without pandas' indices, which a CSV file may have first."""
    return list(dropwhile(_PANDAS_INDEX.fullmatch, names))


def is_quoted(text: str) -> bool:
    """Whether a text has quotes around it, as CSV leaves them after a blank.

    >>> is_quoted('"cat"'), is_quoted('7" disc')
    (True, False)
    """
    return len(text) > 2 and text[0] == text[-1] == '"'


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


def note_repeated(path: str, names: Sequence[str]) -> None:
    """Log which columns may have had one name, to which pandas has added a number."""
    for name in names:
        first, _, number = name.rpartition(".")
        if number.isdecimal() and not first[-1:].isdecimal() and first in names:
            warn(
                f"{path} has the columns {first!r} and {name!r}, as pandas names columns of one "
                "name: they are two classes"
            )


def note_unread(path: str, names: Sequence[str], read: Sequence[str]) -> None:
    """Log which columns are not read."""
    unread = [name for name in names if name and name not in read]
    if unread:
        note(f"{path}: columns that are not read: {some(unread)}")
