"""A folder for each class; an image that is in several of them has all these classes.

Links or copies of an image have the same path below each class folder.
"""

import filecmp
import os
from pathlib import Path

import numpy as np
from torchvision.datasets.folder import IMG_EXTENSIONS

from ..datasets.annotations import Annotations
from .common import from_names


def read(path: str, *, unlisted: str) -> Annotations:
    """Read the class folders in a folder.

    An image's path is the one in the first of its class folders, and its id what comes below.

    Args:
        path: The folder of the class folders, which is the image folder as well.
        unlisted: What a class is in whose folder an image is not: ``'unknown'`` or ``'negative'``.

    Raises:
        FileNotFoundError: There is no such folder.
        ValueError: There is no class folder or image, or different images have the same name.
    """
    if not os.path.isdir(path):
        raise FileNotFoundError(f"there is no folder {path}: give the folder of the classes.")
    classes = sorted(entry.name for entry in os.scandir(path) if _is_class(entry))
    if not classes:
        raise ValueError(f"{path} has no folders: put the images into a folder for each class.")
    first: dict[str, str] = {}  # from an image's path below a class folder to the whole
    listed = []
    for name in classes:
        for image in _images(Path(path) / name):
            whole = f"{name}/{image}"
            if first.setdefault(image, whole) != whole:
                _check_same(Path(path), first[image], whole)
            listed.append((image, name))
    number = {image: i for i, image in enumerate(first)}
    return from_names(
        path,
        list(first.values()),
        np.array([number[image] for image, _ in listed], dtype=np.int64),
        [name for _, name in listed],
        np.asarray(True),
        unlisted=unlisted,
        classes=classes,
        ids=list(first),
    )


def _is_class(entry: os.DirEntry) -> bool:
    return entry.is_dir() and not entry.name.startswith(".")


def _images(folder: Path) -> list[str]:
    """Paths of the images in a class folder, also in folders in it."""
    return sorted(
        (Path(parent) / name).relative_to(folder).as_posix()
        for parent, _, names in os.walk(folder, followlinks=True)
        for name in names
        if name.lower().endswith(IMG_EXTENSIONS) and not name.startswith(".")
    )


def _check_same(root: Path, one: str, other: str) -> None:
    """Compare what is in two files, unless they are links to one."""
    files = root / one, root / other
    if not os.path.samefile(*files) and not filecmp.cmp(*files, shallow=False):
        raise ValueError(
            f"{root} has different images of one name, {one} and {other}: rename one of them, "
            "because an image in two class folders has both classes."
        )
