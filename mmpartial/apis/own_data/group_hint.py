"""A hint at the column of a table that says which images belong together, such as its patients."""

import shlex
from collections.abc import Sequence

from .column_review import Column

# Parts of the names of columns that say which images belong together.
_NAMES = (
    *("patient", "subject", "participant", "person", "site", "location", "station", "camera"),
    *("deployment", "video", "recording", "sequence", "seq_id", "session", "burst"),
)


def group_hint(columns: Sequence[Column], parts: Sequence[str], others: Sequence[Column]) -> str:
    """A sentence on the option ``--group``, for a table whose groups the user does not name.

    Args:
        columns: All columns.
        parts: The column of images, or those of their folders and files.
        others: Columns that are not read and may be groups, whatever their names.
    """
    images = max((len(column.cells) for column in columns if column.name in parts), default=0)
    repeated = [c for c in columns if c.name not in parts and 1 < len(c.cells) < images]
    named = [c.name for c in repeated if c.kind != "class" and _is_named(c)]
    free = [c for c in repeated if c in others and c.groups]
    most = sorted(free, key=lambda column: -len(column.cells))
    names = [*named, *parts[:-1], *(column.name for column in most)]
    if not names:
        return (
            "each image gets its part by itself: if images of one patient, site or video look "
            "alike, add a column that names it, and give --group COLUMN"
        )
    name = names[0]
    return (
        f"if images with the same {name!r} look alike, --group {shlex.quote(name)} keeps them in "
        "one part"
    )


def _is_named(column: Column) -> bool:
    name = column.name.lower().replace(" ", "_")
    return any(part in name for part in _NAMES)
