"""A folder for each class; an image in several folders has all their classes.

An image may be in several folders as a link or copy with the same path below each. Different images
with the same path there, such as ``cat/001.jpg`` and ``dog/001.jpg``, stay different images.
"""

import hashlib
import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..labels.annotations import Annotations
from ..utils.names import canonical, unknown_class, visible
from .common.checks import check_alike, check_names
from .common.class_folders import ClassFolders
from .common.named_labels import class_list, from_names

_SPLITS = {
    *("train", "training", "val", "valid", "validation", "test", "testing"),
    *("images", "labels", "annotations"),
}


def read(path: str, *, unlisted: str, classes: Sequence[str] | str | None = None) -> Annotations:
    """Read the class folders in a folder.

    An image's path is the one in the first of its class folders. Its id is the path below the class
    folder; if different images share that, the id is ``/`` and the whole path.

    Args:
        path: The folder of the class folders, which is also the folder of the images.
        unlisted: The state of a class if an image is not in its folder: ``'unknown'`` or
            ``'negative'``.
        classes: The class folders to read, in this order, or a text file of them; all if None.

    Raises:
        FileNotFoundError: There is no such folder.
        ValueError: There is no class folder or no image, or a name cannot be used.
    """
    if not os.path.isdir(path):
        raise FileNotFoundError(f"there is no folder {path}: give the folder of the classes.")
    folders = ClassFolders(path)
    chosen = _folders_of_classes(path, folders.names(), class_list(classes))
    places: dict[str, list[str]] = defaultdict(list)  # by the path below a class folder
    cls: dict[str, str] = {}
    for name, of_class in chosen.items():
        for folder in of_class:
            for image in folders.images(folder):
                whole = f"{folder}/{image}"
                places[canonical(image)].append(whole)
                cls[whole] = name
    folders.log()
    images: list[str] = []
    ids: list[str] = []
    listed: list[tuple[int, str]] = []
    for wholes in places.values():
        groups = _equal_files(Path(path), wholes)
        for group in groups:
            listed += [(len(images), cls[whole]) for whole in group]
            images.append(group[0])
            # No path below a class folder begins with a slash.
            ids.append(f"/{group[0]}" if len(groups) > 1 else group[0].partition("/")[2])
    return from_names(
        path,
        images,
        np.array([number for number, _ in listed], dtype=np.int64),
        [name for _, name in listed],
        np.asarray(True),
        unlisted=unlisted,
        classes=list(chosen),
        ids=ids,
    )


def _folders_of_classes(
    path: str, folders: list[str], classes: list[str] | None
) -> dict[str, list[str]]:
    """The folders of each class; names that differ only in Unicode form are one class."""
    if not folders:
        raise ValueError(f"{path} has no folders: put the images into a folder for each class.")
    check_names(path, "class", folders)
    found: dict[str, list[str]] = defaultdict(list)
    for folder in folders:
        found[canonical(folder)].append(folder)
    if classes is None:
        if all(folder.lower() in _SPLITS for folder in folders):
            raise ValueError(
                f"{path} has the folders {', '.join(map(visible, folders))}, which are parts of a "
                "data set: give the folder of one of them, in which the classes are; if they are "
                "classes, list them in classes; for YOLO, set format='yolo'."
            )
        check_alike(path, found, "list both in classes")
        return found
    for name in classes:
        if name not in found:
            raise ValueError(f"{path}: {unknown_class(name, list(found))}")
    return {name: found[name] for name in classes}


def _equal_files(root: Path, paths: list[str]) -> list[list[str]]:
    """Groups of paths that lead to the same file, or to files with the same contents."""
    if len(paths) == 1:
        return [paths]
    stats = {path: os.stat(root / path) for path in paths}
    inodes: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for stat in stats.values():
        inodes[stat.st_size].add((stat.st_dev, stat.st_ino))
    digests: dict[tuple[int, int], bytes] = {}
    groups: dict[tuple[int, bytes], list[str]] = defaultdict(list)
    for path, stat in stats.items():
        inode = stat.st_dev, stat.st_ino
        if len(inodes[stat.st_size]) > 1 and inode not in digests:
            digests[inode] = hashlib.blake2b((root / path).read_bytes()).digest()
        groups[stat.st_size, digests.get(inode, b"")].append(path)
    return list(groups.values())
