"""Paths of images in the exports of annotation tools."""

import posixpath
from collections.abc import Sequence
from typing import Any

from ...utils.names import canonical, visible


def below(path: str, image: Any, root: str) -> str:
    """An image's path below the tool's folder of images.

    Args:
        path: The annotation file, for the error message.
        image: The image's path in the tool.
        root: That folder, or ``''`` to keep the path whole.

    >>> below('x.json', 'data/a/1.jpg', 'data')
    'a/1.jpg'
    """
    if not isinstance(image, str):
        raise ValueError(f"{path} has the image {image!r}: write its path in quotes.")
    image = image.replace("\\", "/")
    prefix = root.rstrip("/") + "/" if root else ""
    if not image.startswith(prefix):
        raise ValueError(
            f"{path} has the image {image!r}, which is not below {root!r}: set image_root to the "
            "folder with which all its paths begin, or to '' to keep them whole."
        )
    return image[len(prefix) :].lstrip("/") if root else image


def path_key(image: str) -> str:
    """A key that is equal for all paths of one file.

    >>> path_key('a/./1.jpg') == path_key('a/1.jpg')
    True
    """
    return posixpath.normpath(canonical(image))


def check_apart(path: str, images: Sequence[str], origins: Sequence[str]) -> None:
    """Check that images of different origins have different paths."""
    first: dict[str, str] = {}
    for image, origin in zip(images, origins, strict=True):
        other = first.setdefault(path_key(image), origin)
        if other != origin:
            raise ValueError(
                f"{path} has two images whose path would be {visible(image)}, {visible(other)} and "
                f"{visible(origin)}: rename one of them."
            )
