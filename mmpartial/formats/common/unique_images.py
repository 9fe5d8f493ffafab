"""Annotations with each image once."""

import posixpath
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from ...labels.annotations import Annotations
from ...labels.matrix import LabelMatrix
from ...utils.log import warn
from ...utils.names import alike_pair, all_canonical, canonical, difference, in_lines, visible
from .checks import check_names
from .repeated_images import Repeated


def annotate(
    path: str,
    images: Sequence[str],
    classes: Sequence[str],
    labels: LabelMatrix,
    ids: Sequence[str] | None = None,
    place: Callable[[int], str] | None = None,
    merge: bool | None = None,
) -> Annotations:
    """Annotations with each image once.

    An image that is listed again with the same labels counts once, and the log says so. Two
    Unicode forms of a path are the same image.

    Args:
        path: The file, for messages.
        images: The paths of the N images.
        classes: The names of the C classes.
        labels: The labels.
        ids: Texts that name the images, if their paths do not.
        place: Gives the place of an image in the file by its number, for messages; ``image 1`` for
            the first if None.
        merge: Whether an image that is listed again has the known labels of all its places; None if
            the user has no such option.

    Raises:
        ValueError: There is no image or no class, a name is not a text or has space around it or
            invisible characters, a class is listed twice, an image is listed twice with different
            labels, or two images have one id.
    """
    for what, values in (("image", images), ("class", classes)):
        if not len(values):
            raise ValueError(f"there is no {what} in {path}.")
        check_names(path, what, values)
    _note_alike(path, classes)
    images = normal_paths(images)
    place = place or (lambda row: f"image {row + 1}")
    number, distinct = pd.factorize(np.array(all_canonical(images), dtype=object))
    if len(distinct) < len(images):
        first = np.unique(number, return_index=True)[1]
        again = np.setdiff1d(np.arange(len(images)), first)
        repeated = Repeated(path, images, labels, first[number[again]], again, place)
        labels = repeated.merged(classes) if merge else repeated.checked(merge is not None)
        first.sort()
        images, labels = [images[i] for i in first], labels.take(first)
        ids = None if ids is None else [ids[i] for i in first]
    if ids is not None:
        _check_ids(path, images, ids)
    try:
        return Annotations(images, classes, labels, ids)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _note_alike(path: str, classes: Sequence[str]) -> None:
    """Warn of two classes that look alike; they are refused unless a user has listed them."""
    pair = alike_pair(map(canonical, classes))
    if pair is not None:
        warn(
            f"{path} has the classes {visible(pair[0])} and {visible(pair[1])}, which differ only "
            f"in {difference(*pair)}: they stay two classes"
        )


def normal_paths(images: Sequence[str]) -> Sequence[str]:
    r"""Paths in their shortest form, such as without ``./``.

    >>> normal_paths(['a/./1.jpg', 'a\\2.jpg', 's3://a//3.jpg'])
    ['a/1.jpg', 'a/2.jpg', 's3://a//3.jpg']
    """
    signs = ("\\", "//", "/.", "\n.", "/\n")
    if not any(sign in lines for lines, _ in in_lines(images) for sign in signs):
        return images  # quick for many paths
    slashed = (image.replace("\\", "/") for image in images)
    return [image if "://" in image else posixpath.normpath(image) for image in slashed]


def _check_ids(path: str, images: Sequence[str], ids: Sequence[str]) -> None:
    """Check that each id names one image."""
    first: dict[str, str] = {}
    for name, image in zip(ids, images, strict=True):
        if first.setdefault(name, image) != image:
            raise ValueError(
                f"{path} has the id {visible(name)} for two images, {visible(first[name])} and "
                f"{visible(image)}: give each its own."
            )
