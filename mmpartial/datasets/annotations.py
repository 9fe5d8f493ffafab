"""What any annotation format says: images, classes, labels."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property

import numpy as np

from ..counter_rng import hash_text
from ..label_matrix import LabelMatrix


@dataclass
class Annotations:
    """The labels of some images: what a reader of a format gives and a writer takes.

    Attributes:
        images: N different paths below the image folder, with ``/``.
        classes: L different names.
        labels: Their labels.
        ids: N different texts that name the images, the same on every machine; the paths if None.

    Raises:
        ValueError: An image or class is listed twice, or there is none.
    """

    images: Sequence[str]
    classes: Sequence[str]
    labels: LabelMatrix
    ids: Sequence[str] | None = None

    def __post_init__(self) -> None:
        self.classes = tuple(str(c) for c in self.classes)
        for name, values in (("class", self.classes), ("image", self.names)):
            if isinstance(values, list | tuple) and len(set(values)) < len(values):
                seen: set[str] = set()
                twice = next(v for v in values if v in seen or seen.add(v))  # type: ignore
                raise ValueError(f"the {name} {twice!r} is listed twice: keep one of them.")
        assert self.labels.shape == (len(self.images), len(self.classes))

    def __len__(self) -> int:
        return len(self.images)

    @property
    def names(self) -> Sequence[str]:
        """What names the images: ids, or else paths."""
        return self.images if self.ids is None else self.ids

    @cached_property
    def name_hashes(self) -> np.ndarray:
        """``(N,)`` int64, a hash of each name."""
        return np.fromiter(map(hash_text, self.names), dtype=np.int64, count=len(self))

    @cached_property
    def label_hash(self) -> str:
        """Hash of the labels, whatever the order of the images."""
        return self.labels.digest(self.name_hashes)

    def with_labels(self, labels: LabelMatrix) -> "Annotations":
        """The same images and classes with other labels."""
        return replace(self, labels=labels)

    def select(self, classes: Sequence[str]) -> "Annotations":
        """The same images with some of the classes, in this order.

        Raises:
            ValueError: A class is none of these; the message names the nearest.
        """
        if list(classes) == list(self.classes):
            return self
        index = {name: number for number, name in enumerate(self.classes)}
        for name in classes:
            if name not in index:
                raise ValueError(unknown_class(str(name), self.classes))
        labels = self.labels.select([index[name] for name in classes])
        return Annotations(self.images, classes, labels, self.ids)


def unknown_class(name: str, classes: Sequence[str]) -> str:
    """The sentence that says that there is no such class, and which is nearest.

    >>> unknown_class('Cat', ['cat', 'dog'])
    "there is no class 'Cat' among the 2 classes; the nearest is 'cat'."
    """
    by_lower = {str(c).lower(): str(c) for c in classes}
    near = get_close_matches(name.lower(), by_lower, n=1, cutoff=0)
    hint = f"; the nearest is {by_lower[near[0]]!r}" if near else ""
    return f"there is no class {name!r} among the {len(classes)} classes{hint}."
