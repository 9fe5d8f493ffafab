"""The groups of images in COCO's format, such as the ``location`` of a camera trap."""

import sys
from typing import Any

from ...utils.messages import few
from ...utils.names import nearest, visible
from ..common.image_groups import group_name


class ImageGroups:
    """The name of the group of each image.

    Args:
        key: The key of an image's group; None if groups are not read.

    Attributes:
        names: The names, ``''`` for an image without a group.
    """

    def __init__(self, key: str | None):
        self.key = key
        self.names: list[str] = []
        self._there = False
        self._others: dict[str, None] = {}  # keys of images that lack this one

    def add(self, where: str, image: dict[str, Any]) -> None:
        """Add an image; ``where`` is its place in the file."""
        if self.key is None:
            return
        if self.key in image:
            self._there = True
        else:
            self._others |= dict.fromkeys(image)
        value = image.get(self.key)
        name = group_name(value)
        if name is None:
            raise ValueError(
                f"{where} has {self.key}={repr(value)[:60]}, which names no group: write a text "
                "or a number, or take another key as group."
            )
        self.names.append(sys.intern(name))

    def check(self) -> None:
        """Check that an image has the key.

        Raises:
            ValueError: No image has it.
        """
        if self._others and not self._there:
            raise ValueError(
                f"no image has the key {visible(self.key)}{nearest(str(self.key), self._others)}: "
                f"the keys of images are {few(map(visible, self._others), 10)}."
            )
