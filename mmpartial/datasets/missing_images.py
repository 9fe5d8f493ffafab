"""A sentence about images that are missing, with the files that have similar names."""

import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable

from ..utils.messages import few, shown
from ..utils.names import alike, visible
from .folder_listing import list_folder

_SHOWN = 5  # names in a message


def missing_images(missing: list[str], number: int, prefix: str) -> str:
    """Describe missing images.

    Args:
        missing: Their paths.
        number: The number of all images.
        prefix: The image folder.
    """
    nearly = _look_alikes(missing, prefix)
    first = shown(sorted(missing), _SHOWN)
    parts = [f"{len(missing)} of {number} images are not below {prefix or '.'}: {first}."]
    if nearly:
        pairs = (f"{visible(path)} is there as {visible(nearly[path])}" for path in sorted(nearly))
        parts.append(
            f"{len(nearly)} of them are there under a similar name: {few(pairs, _SHOWN)}: write "
            "the names of the files into the annotations."
        )
    if len(nearly) < len(missing):
        rest = "the others" if nearly else "them"
        parts.append(
            f"Put {rest} there, set data_root and data_prefix to their folder, or take {rest} out "
            "of the annotations."
        )
    return " ".join(parts)


def grouped(key: Callable[[str], str], names: Iterable[str]) -> dict[str, list[str]]:
    """Names, grouped by a key."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in names:
        found[key(name)].append(name)
    return found


def _look_alikes(missing: list[str], prefix: str) -> dict[str, str]:
    """Files whose paths differ from missing ones only in letter case, blanks or the ending."""
    found = {}
    for folder, paths in grouped(posixpath.dirname, missing).items():
        there, listing, _ = list_folder(prefix, folder, alike)
        whole, stems = grouped(alike, listing), grouped(_stem, listing)
        for path in paths:
            name = posixpath.basename(path)
            other = whole.get(alike(name)) or stems.get(alike(name)) or stems.get(_stem(name))
            if other:
                found[path] = posixpath.join(there, other[0])
    return found


def _stem(name: str) -> str:
    return alike(posixpath.splitext(name)[0])
