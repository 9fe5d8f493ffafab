"""Listing a folder whose name may be spelt differently on disk."""

import os
import posixpath
from collections.abc import Callable
from typing import NamedTuple


class Listing(NamedTuple):
    """A folder as it is spelt on disk, the names in it, and those of links among them."""

    folder: str
    names: list[str]
    links: list[str]


def list_folder(prefix: str, folder: str, key: Callable[[str], str]) -> Listing:
    """List a folder; it has no names if there is no such folder."""
    if os.path.isdir(os.path.join(prefix, folder) or "."):
        return _entries(prefix, folder)
    above, name = posixpath.split(folder)
    if not name or above == folder:
        return Listing(folder, [], [])
    above, listing, _ = list_folder(prefix, above, key)
    like = [other for other in listing if key(other) == key(name)]
    there = posixpath.join(above, like[0]) if len(like) == 1 else folder
    return _entries(prefix, there)


def _entries(prefix: str, folder: str) -> Listing:
    """The files and folders in a folder; pipes and links to nothing are neither."""
    found = Listing(folder, [], [])
    whole = os.path.join(prefix, folder) or "."
    if os.path.isdir(whole):
        with os.scandir(whole) as entries:
            for entry in entries:
                if entry.is_file() or entry.is_dir():
                    found.names.append(entry.name)
                    if entry.is_symlink():
                        found.links.append(entry.name)
    return found
