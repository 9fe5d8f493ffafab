"""The names of a table's columns."""

import posixpath
import re
from collections.abc import Sequence
from itertools import dropwhile

from ...utils.image_endings import is_image
from ...utils.log import note_once, warn
from ...utils.messages import few
from ...utils.names import canonical, visible

# Columns that pandas adds on the left, one each time that it writes and reads a CSV file.
_PANDAS_INDEX = re.compile(r"|Unnamed: 0(\.\d+)*")


def no_header(path: str, name: str) -> ValueError:
    """The error for a file whose first line is data."""
    return ValueError(
        f"{path} has the column {name!r}, as if its first line were a row: write a line with the "
        "names of the columns above it."
    )


def check_header(path: str, names: Sequence[str]) -> None:
    """Check that the first line of a file has names of columns, not of images."""
    for name in names:
        if is_image(name) and posixpath.splitext(name)[1]:  # '.jpg' alone has none
            raise no_header(path, name)


def without_index(names: Sequence[str]) -> list[str]:
    """The columns without pandas' indices on the left."""
    return list(dropwhile(_PANDAS_INDEX.fullmatch, names))


def is_quoted(text: str) -> bool:
    """Whether a text has quotes around it; CSV keeps them if a blank is before them.

    >>> is_quoted('"cat"'), is_quoted('7" disc')
    (True, False)
    """
    return len(text) > 2 and text[0] == text[-1] == '"'


def canonical_column(name: str) -> str:
    """The name of a column in the form in which names are compared."""
    return canonical(name).strip()


def check_columns(path: str, columns: Sequence[str], names: Sequence[str]) -> None:
    """Check that a table has some columns."""
    for column in columns:
        if column not in names:
            raise ValueError(
                f"{path} has no column {visible(column)}: its columns are {some(names)}."
            )


def some(names: Sequence[str]) -> str:
    """The first names of a list, for a message."""
    return few(map(visible, names), 10)


def note_repeated(path: str, names: Sequence[str]) -> None:
    """Warn of columns that may have had the same name before pandas added a number to one."""
    known = set(names)
    for name in names:
        first, _, number = name.rpartition(".")
        if number.isdecimal() and not first[-1:].isdecimal() and first in known:
            warn(
                f"{path} has the columns {first!r} and {name!r}, as pandas names columns of one "
                "name: they are two classes"
            )


def note_unread(path: str, names: Sequence[str], read: Sequence[str]) -> None:
    """Log the columns that are not read."""
    known = set(read)
    unread = [name for name in names if name and name not in known]
    if unread:
        note_once(f"{path}: columns that are not read: {some(unread)}")
