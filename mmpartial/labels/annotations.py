"""Images, classes and labels, as every annotation format has them."""

import copy
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np

from ..utils.counter_rng import hash_text
from ..utils.names import canonical, class_numbers, repeated, visible
from ..utils.packed_texts import PackedTexts
from ..utils.shared_arrays import SharedArrays
from .groups import ALONE, Groups
from .identity import label_hash
from .matrix import LabelMatrix


@dataclass
class Annotations(SharedArrays):
    """The labels of some images; readers of formats return them, and writers take them.

    Attributes:
        images: The N different paths below the image folder, with ``/``.
        classes: The C different names, in Unicode's form NFC.
        labels: The labels.
        ids: N different texts that name the images on every machine; the paths if None.
        groups: The groups of images that belong together, or None if nobody says.

    Raises:
        ValueError: An image or class is listed twice.
    """

    images: Sequence[str]
    classes: Sequence[str]
    labels: LabelMatrix
    ids: Sequence[str] | None = None
    groups: Groups | None = None

    def __post_init__(self) -> None:
        spelt = [str(c) for c in self.classes]
        self.classes = tuple(map(canonical, spelt))
        for name, values in (("class", self.classes), ("image", self.names)):
            twice = repeated(values) if isinstance(values, list | tuple) else None
            if twice is not None:
                forms = [visible(c) for c in spelt if canonical(c) == twice and c != twice]
                other = f", also as {forms[0]}" if forms else ""
                raise ValueError(
                    f"the {name} {visible(twice)} is listed twice{other}: keep one of them."
                )
        assert self.labels.shape == (len(self.images), len(self.classes))
        assert self.groups is None or len(self.groups) == len(self.images)

    def __len__(self) -> int:
        return len(self.images)

    @property
    def names(self) -> Sequence[str]:
        """The names of the images, which are their ids, or else their paths."""
        return self.images if self.ids is None else self.ids

    @cached_property
    def name_hashes(self) -> np.ndarray:
        """``(N,)`` int64, a hash of each name."""
        return np.fromiter(map(hash_text, self.names), dtype=np.int64, count=len(self))

    @property
    def unit_hashes(self) -> np.ndarray:
        """``(N,)`` int64, the same number for images that have to stay together.

        It is a hash of the image's group, or of its name if it is alone.
        """
        if self.groups is None:
            return self.name_hashes
        codes = self.groups.codes
        return np.where(codes == ALONE, self.name_hashes, np.append(self.groups.hashes, 0)[codes])

    @cached_property
    def label_hash(self) -> str:
        """A hash of the labels that does not depend on the order of the images."""
        return label_hash(self.labels, self.name_hashes)

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the classes and of the names, in their order."""
        digest = hashlib.blake2b("\n".join(self.classes).encode(), digest_size=8)
        digest.update(np.ascontiguousarray(self.name_hashes))
        return digest.hexdigest()

    def with_labels(self, labels: LabelMatrix) -> "Annotations":
        """The same images and classes with other labels."""
        return self._changed(labels=labels)

    def with_images(self, images: Sequence[str]) -> "Annotations":
        """The same images, ids and labels with other paths."""
        return self._changed(images=images, ids=self.names)

    def with_groups(self, groups: Groups | None) -> "Annotations":
        """The same images and labels with other groups."""
        return self._changed(groups=groups)

    def _changed(self, **parts: Any) -> "Annotations":
        """Annotations of the same names, whose hashes are not computed again."""
        own = {field.name: getattr(self, field.name) for field in fields(Annotations)}
        other = Annotations(**own | parts)
        if "name_hashes" in self.__dict__:
            other.__dict__["name_hashes"] = self.name_hashes
        return other

    def packed(self) -> "Annotations":
        """The same annotations with names in few bytes, which forked processes share."""
        if not isinstance(self.images, list):  # it is packed or mapped
            return self
        other = copy.copy(self)
        other.images = PackedTexts(self.images)
        if isinstance(self.ids, list):
            other.ids = other.images if self.ids is self.images else PackedTexts(self.ids)
        return other

    def select(self, classes: Sequence[str]) -> "Annotations":
        """The same images with some of the classes, in this order.

        Raises:
            ValueError: A class does not exist; the message names the nearest one.
        """
        classes = [canonical(str(name)) for name in classes]
        if classes == list(self.classes):
            return self
        labels = self.labels.select(class_numbers(classes, self.classes))
        return Annotations(self.images, classes, labels, self.ids, self.groups)

    def take(self, rows: np.ndarray) -> "Annotations":
        """Some of the images, in this order, each at most once."""
        order = np.sort(rows)
        again = order[1:][order[1:] == order[:-1]]
        if len(again):
            name = visible(self.names[int(again[0])])
            raise ValueError(f"the image {name} is listed twice: keep one of them.")
        images = _taken(self.images, rows)
        ids = None if self.ids is None else _taken(self.ids, rows)
        groups = None if self.groups is None else self.groups.take(rows)
        other = Annotations(images, self.classes, self.labels.take(rows), ids, groups)
        if "name_hashes" in self.__dict__:
            other.__dict__["name_hashes"] = self.name_hashes[rows]
        return other


def _taken(texts: Sequence[str], rows: np.ndarray) -> Sequence[str]:
    """Some of the texts, packed unless they are in a list."""
    chosen = (texts[row] for row in rows)
    return [*chosen] if isinstance(texts, list) else PackedTexts(chosen)
