"""Groups of images that belong together: recordings, patients, videos or sites."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ..utils.counter_rng import hash_text
from ..utils.shared_arrays import SharedArrays

ALONE = -1  # the number of an image that is in no group


@dataclass
class Groups(SharedArrays):
    """The group of each image: four bytes an image, and each name once.

    Attributes:
        codes: ``(N,)`` int32, the number of each image's group, or -1 if it is alone.
        names: The names of the groups.
    """

    codes: np.ndarray
    names: Sequence[str]

    @classmethod
    def from_names(cls, names: Sequence[str] | np.ndarray) -> "Groups":
        """Groups from the name of each image's group, ``''`` if the image is alone.

        >>> Groups.from_names(['p2', 'p1', '', 'p2']).codes.tolist()
        [0, 1, -1, 0]
        """
        texts = np.asarray(names, dtype=object)
        codes, distinct = pd.factorize(np.where(texts == "", None, texts))
        return cls(codes.astype(np.int32), distinct.tolist())

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, rows: Sequence[int] | np.ndarray) -> "Groups":
        """The groups of some images; the number of a group does not change."""
        return Groups(self.codes[np.asarray(rows, dtype=np.int64)], self.names)

    def and_alone(self, number: int) -> "Groups":
        """The same groups, and after them a number of images that are alone."""
        codes: np.ndarray = np.append(self.codes, np.full(number, ALONE, dtype=np.int32))
        return Groups(codes, self.names)

    def name(self, row: int) -> str:
        """The name of an image's group, ``''`` if the image is alone."""
        code = int(self.codes[row])
        return "" if code == ALONE else self.names[code]

    def texts(self) -> np.ndarray:
        """``(N,)`` texts, the name of each image's group, ``''`` if the image is alone."""
        return np.array([*self.names, ""], dtype=object)[self.codes]

    def units(self) -> np.ndarray:
        """``(N,)`` int64, one number for each group and one for each image that is alone."""
        alone: np.ndarray = len(self.names) + np.arange(len(self))
        return np.where(self.codes == ALONE, alone, self.codes)

    @cached_property
    def hashes(self) -> np.ndarray:
        """``(G,)`` int64, a hash of each name."""
        return np.array([hash_text(f"group {name}") for name in self.names], dtype=np.int64)

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the images' groups and of the groups' names, in their order."""
        digest = hashlib.blake2b(np.ascontiguousarray(self.codes), digest_size=8)
        digest.update(self.hashes.tobytes())
        return digest.hexdigest()


def choose_groups(group: np.ndarray, share: float, keys: np.ndarray) -> np.ndarray:
    """Choose whole groups that have about a share of all images.

    The groups are taken in the order of their keys, and a group is chosen if it brings the number
    of images nearer to the share. The result differs from the share by at most half a group.

    Args:
        group: ``(N,)``, the group of each image, from 0 to G - 1.
        share: The share, in [0, 1].
        keys: ``(G,)`` different numbers.

    Returns:
        ``(N,)`` bool, whether each image is chosen.

    >>> choose_groups(np.array([0, 0, 0, 1, 2, 2]), 0.5, np.array([3, 1, 2])).tolist()
    [False, False, False, True, True, True]
    """
    sizes = np.bincount(group, minlength=len(keys)).tolist()
    chosen: np.ndarray = np.zeros(len(keys), dtype=bool)
    lacking = share * len(group)
    for number in np.argsort(keys, kind="stable").tolist():
        if sizes[number] < 2 * lacking:
            chosen[number] = True
            lacking -= sizes[number]
    return chosen[group]
