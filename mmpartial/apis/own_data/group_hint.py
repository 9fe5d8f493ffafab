"""What a user should know of groups, such as patients: their column, and how many there are."""

import shlex
from collections.abc import Sequence

from ...labels.groups import Groups
from ...utils.names import alike_pair, visible
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


def groups_found(column: str, groups: Groups) -> str:
    """How many groups a column has, and two of them that may be one.

    >>> groups_found('patient', Groups.from_names(['P1', 'p1', 'P2', '']))
    "3 groups by 'patient' ('P1' and 'p1' count as two groups: write one of them if they are one)"
    """
    names = {name.removesuffix(".0"): name for name in groups.names}
    floats = [n for n in groups.names if n != names[n.removesuffix(".0")]]
    pair = (floats[0], names[floats[0].removesuffix(".0")]) if floats else alike_pair(groups.names)
    found = f"{len(groups.names)} groups by {column!r}"
    if pair is None:
        return found
    two = " and ".join(map(visible, pair))
    return f"{found} ({two} count as two groups: write one of them if they are one)"


def _is_named(column: Column) -> bool:
    name = column.name.lower().replace(" ", "_")
    return any(part in name for part in _NAMES)
