"""What a user should know of groups, such as patients: their column, and how many there are."""

import shlex
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any

from ...formats.common.image_groups import group_name
from ...labels.groups import Groups
from ...utils.json_objects import read_text
from ...utils.json_walk import walk_lists
from ...utils.names import alike_pair, visible
from .column_review import Column

# Parts of the names of columns that say which images belong together; a site has many sequences.
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
    named = [c.name for c in repeated if c.kind != "class" and _is_named(c.name)]
    free = [c for c in repeated if c in others and c.groups]
    most = sorted(free, key=lambda column: -len(column.cells))
    names = [*named, *parts[:-1], *(column.name for column in most)]
    return _hint(names, "add a column that names it, and give --group COLUMN")


def hint_of_file(path: str, format: str) -> str:
    """The same sentence for a file that is no table."""
    names = _keys_of_groups(path) if format == "coco_json" else []
    return _hint(names, "move them into one part of the split file")


def _keys_of_groups(path: str) -> list[str]:
    """The keys of images in COCO's format that may name groups, the likeliest first."""
    groups: dict[str, set[str | None]] = defaultdict(set)
    images = 0

    def add(image: dict[str, Any]) -> None:
        nonlocal images
        images += 1
        for key, value in image.items():
            if _is_named(key):
                groups[key].add(group_name(value))

    walk_lists(read_text(path), dict(images=add, annotations=lambda _: None))
    named = [key for key, names in groups.items() if None not in names and 1 < len(names) < images]
    return sorted(named, key=_place)


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


def _hint(names: Sequence[str], otherwise: str) -> str:
    """What to do if images look alike, with the first name of a column or key, if there is one."""
    if not names:
        return (
            "each image gets its part by itself: if images of one patient, site or video look "
            f"alike, {otherwise}"
        )
    return (
        f"if images with the same {names[0]!r} look alike, --group {shlex.quote(names[0])} keeps "
        "them in one part"
    )


@cache
def _place(name: str) -> int:
    """The place of a column or key among the names of groups; after them if it is none of them."""
    name = name.lower().replace(" ", "_")
    return next((place for place, part in enumerate(_NAMES) if part in name), len(_NAMES))


def _is_named(name: str) -> bool:
    return _place(name) < len(_NAMES)
