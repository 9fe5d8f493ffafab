"""Images without any label, beside those of a label file."""

import os
import posixpath
from collections.abc import Iterable, Sequence

import numpy as np

from ..labels import UNKNOWN
from ..labels.annotations import Annotations
from ..labels.matrix import LabelMatrix
from ..labels.parts import stack
from ..utils.image_endings import images_in
from ..utils.log import note_once
from ..utils.names import all_canonical, canonical


def with_unlabelled(
    found: Annotations, folders: Iterable[str], prefix: str, listed: Sequence[str]
) -> Annotations:
    """Add all images of some folders, whose labels are all unknown.

    An image below the image folder is named by its path there, as labels name it. Any other is
    named by its folder and its path in it, so that its name is the same on every machine.

    Args:
        found: The images with labels.
        folders: The folders.
        prefix: The image folder.
        listed: Paths of images that are left out, because the label file has them, whether in
            ``found`` or in another part.

    Raises:
        FileNotFoundError: There is no such folder.
        ValueError: A folder has no image that is not listed, or two images have one name.
    """
    taken = {form for path in all_canonical(list(listed)) for form in _forms(path)}
    images, names = list(found.images), list(found.names)
    for folder in folders:
        if not os.path.isdir(folder):
            raise FileNotFoundError(
                f"there is no folder {folder} of unlabelled images: put them there, or set "
                "unlabelled to their folder."
            )
        images_there = _images(folder, prefix)
        new = [(path, name) for path, name in images_there if taken.isdisjoint(_own(path))]
        if not new:
            raise ValueError(
                f"there is no image in {folder} that the labels do not name: set unlabelled to the "
                "folder of images without labels, or take it out."
            )
        note_once(f"{folder}: {len(new)} images without labels")
        taken.update(path for path, _ in new)
        images += [path for path, _ in new]
        names += [name for _, name in new]
    return with_unknown(found, images, names)


def with_unknown(
    found: Annotations, images: Sequence[str], names: Sequence[str] | None
) -> Annotations:
    """Add images whose labels are all unknown, and which are in no group.

    Args:
        found: The images with labels.
        images: Their paths, and then those of the others.
        names: The names of all these images, or None if the paths name them.
    """
    shape = len(images) - len(found), len(found.classes)
    unknown = LabelMatrix.from_keys(np.empty(0, dtype=np.int64), shape, UNKNOWN)
    groups = None if found.groups is None else found.groups.and_alone(shape[0])
    return Annotations(images, found.classes, stack([found.labels, unknown]), names, groups)


def _images(folder: str, prefix: str) -> Iterable[tuple[str, str]]:
    """The path below the image folder, and the name, of each image in a folder."""
    whole = os.path.abspath(folder)
    for file in images_in(folder):
        path = os.path.relpath(file, prefix or ".").replace(os.sep, "/")
        inside = os.path.relpath(file, folder).replace(os.sep, "/")
        outside = path.startswith("../")
        yield path, canonical(f"{os.path.basename(whole)}/{inside}" if outside else path)


def _forms(path: str) -> tuple[str, str]:
    """How a listed image may be spelt on disk, but for an ending that the list leaves out."""
    stem, ending = posixpath.splitext(path)
    return path, stem + ending.lower()


def _own(path: str) -> tuple[str, str, str]:
    """How a list may spell a file: as it is, with another case of its ending, or without it."""
    path = canonical(path)
    return (*_forms(path), posixpath.splitext(path)[0])
