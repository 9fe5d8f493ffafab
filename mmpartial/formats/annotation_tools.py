"""What annotation tools have in common: fields that users name, and paths below a folder."""

from collections.abc import Collection
from typing import Any

from ..datasets.annotations import Annotations
from .lost import class_lists


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
    return image[len(prefix) :]


def check_fields(path: str, kind: str, wanted: dict[str, str], found: Collection[str]) -> None:
    """Look whether a field that labels are read from is misnamed.

    A field that nothing is in is not in the file, so it is missing only if another one is left
    that nobody asked for.

    Args:
        path: The annotation file, for the error message.
        kind: What the tool calls such a field.
        wanted: For each option its value, the name of a field, or ``''`` if there is none.
        found: The fields in the file.

    Raises:
        ValueError: A field is not there, but others are.
    """
    left = sorted(set(found) - set(wanted.values()))
    for option, name in wanted.items():
        if left and name and name not in found:
            raise ValueError(
                f"{path} has no {kind} {name!r}, but {', '.join(map(repr, left))}: set {option} "
                "to the right one, or to '' if there is none."
            )


def class_names(annotations: Annotations, state: int) -> list[list[str]]:
    """For each image the names of its classes of a state."""
    names = annotations.classes
    return [[names[cls] for cls in row] for row in class_lists(annotations.labels, state)]
