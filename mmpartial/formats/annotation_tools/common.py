"""What annotation tools have in common: paths of images, fields that users name, what to forget."""

import posixpath
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from ...labels import UNKNOWN
from ...labels.annotations import Annotations
from ...labels.class_lists import to_lists
from ...labels.matrix import LabelMatrix
from ...labels.parts import stack
from ...utils.names import canonical, visible


def below(path: str, image: Any, root: str) -> str:
    """An image's path below the folder that the tool has the images in.

    Args:
        path: The annotation file, for the error message.
        image: The image's path in the tool.
        root: That folder, or ``''`` to keep the path whole.

    Raises:
        ValueError: The image is not there, or its path is no text.

    >>> below('x.json', 'data/a/1.jpg', 'data')
    'a/1.jpg'
    """
    if not isinstance(image, str):
        raise ValueError(f"{path} has the image {image!r}: write its path in quotes.")
    image = image.replace("\\", "/")
    prefix = root.rstrip("/") + "/" if root else ""
    if not image.startswith(prefix):
        raise ValueError(
            f"{path} has the image {image!r}, which is not below {root!r}: set image_root to what "
            "all its paths begin with, or to '' to keep them whole."
        )
    return image[len(prefix) :].lstrip("/") if root else image


def path_key(image: str) -> str:
    """What is equal for paths of one file.

    >>> path_key('a/./1.jpg') == path_key('a/1.jpg')
    True
    """
    return posixpath.normpath(canonical(image))


def check_apart(path: str, images: Sequence[str], origins: Sequence[str]) -> None:
    """Look whether images of different origins have different paths.

    Args:
        path: The annotation file, for the error message.
        images: The paths.
        origins: For each image what the file says of where it comes from.

    Raises:
        ValueError: Two different images have the same path.
    """
    first: dict[str, str] = {}
    for image, origin in zip(images, origins, strict=True):
        other = first.setdefault(path_key(image), origin)
        if other != origin:
            raise ValueError(
                f"{path} has two images whose path would be {visible(image)}, {visible(other)} and "
                f"{visible(origin)}: rename one of them."
            )


def check_fields(
    path: str,
    kind: str,
    wanted: dict[str, str],
    found: Collection[str],
    others: Mapping[str, str],
) -> None:
    """Look whether a field that labels are read from is misnamed or of another type.

    A field that nothing is in is not in the file, so it is missing only if another one is left
    that nobody asked for, or if none of those asked for is there, but fields of other types.

    Args:
        path: The annotation file, for the error message.
        kind: What the tool calls such a field.
        wanted: For each option its value, the name of a field, or ``''`` if there is none.
        found: The fields in the file.
        others: The fields of other types there, with their types.

    Raises:
        ValueError: A field is not there, but others are, or it is of another type.
    """
    there = {name: repr(name) for name in sorted(set(found) - set(wanted.values()))}
    typed = {name: f"{name!r} ({others[name]})" for name in sorted(others)}
    if not set(found) & set(wanted.values()):
        there |= typed
    for option, name in wanted.items():
        if name and name in others:
            raise ValueError(
                f"{path} has no {kind} {name!r}, which is {others[name]} and not read: set "
                f"{option} to another one, or to '' if there is none."
            )
        if there and name and name not in found:
            raise ValueError(
                f"{path} has no {kind} {name!r}, but {', '.join(there.values())}: set {option} "
                "to the right one, or to '' if there is none."
            )


def forget(labels: LabelMatrix, image: np.ndarray, cls: np.ndarray | None = None) -> LabelMatrix:
    """The same labels, but some unknown.

    Args:
        labels: The labels.
        image: The images whose labels are unknown.
        cls: For each of them the class that is unknown; all if None.

    >>> forget(LabelMatrix.from_dense([[1, 0], [0, 0]]), np.array([1]), np.array([0])).dense()
    array([[ 1,  0],
           [-1,  0]], dtype=int8)
    """
    if not len(image):
        return labels
    parts = []
    for rows in labels.row_blocks():
        block = labels[rows]
        here = (image >= rows[0]) & (image <= rows[-1])
        block[image[here] - rows[0], slice(None) if cls is None else cls[here]] = UNKNOWN
        parts.append(LabelMatrix.from_dense(block))
    return stack(parts)


def class_names(annotations: Annotations, state: int) -> list[list[str]]:
    """For each image the names of its classes of a state."""
    names = annotations.classes
    return [[names[cls] for cls in row] for row in to_lists(annotations.labels, state)]
