"""The names of images' groups, as files have them."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...labels.annotations import Annotations
from ...labels.groups import Groups
from ...utils.json_objects import is_unicode
from ...utils.log import note_once
from ...utils.names import all_canonical, canonical, visible
from .unique_images import normal_paths


def group_name(value: Any) -> str | None:
    """The name of a group that JSON has as a text or number, ``''`` for a blank value.

    Anything else, such as a list or true, is no name, and gives None. NaN, which Python writes for
    a blank value, is blank; 3.0, which pandas writes for a number beside blank values, is 3.

    >>> [group_name(value) for value in (' north', 3, 3.0, None, True, [3])]
    ['north', '3', '3', '', None, None]
    """
    if type(value) is float:
        value = None if math.isnan(value) else int(value) if value.is_integer() else value
    if value is None:
        return ""
    if type(value) not in (str, int, float) or value == math.inf or not is_unicode(str(value)):
        return None
    return canonical(str(value)).strip()


def with_groups(
    found: Annotations,
    path: str,
    key: str,
    names: Sequence[str] | np.ndarray,
    images: Sequence[str],
) -> Annotations:
    """Annotations with groups; the log says how many images have none.

    Args:
        found: The annotations in a file, with each image once.
        path: The file, for messages.
        key: The key or column of groups, for messages.
        names: The group of each image in the file, ``''`` if it is alone.
        images: The paths of these images, some of which the file may list again.

    Raises:
        ValueError: An image is listed with different groups.
    """
    if len(images) > len(found):
        names = _once(path, key, names, images, found)
    groups = Groups.from_names(names)
    alone = int((groups.codes < 0).sum())
    if alone:
        note_once(f"{path}: {alone} images have no {key!r}, and each is alone")
    return found.with_groups(groups)


def _once(
    path: str,
    key: str,
    names: Sequence[str] | np.ndarray,
    images: Sequence[str],
    found: Annotations,
) -> list[str]:
    """The group of each image of the annotations."""
    group: dict[str, str] = {}
    for image, name in zip(all_canonical(normal_paths(images)), names, strict=True):
        first = group.setdefault(image, name)
        if first != name:
            raise ValueError(
                f"{path} lists the image {visible(image)} with {key}={first!r} and with "
                f"{key}={name!r}: give it the same in both places."
            )
    return [group[image] for image in all_canonical(found.images)]
