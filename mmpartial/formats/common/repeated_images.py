"""Images that a file lists several times: they have the same labels, or complete each other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ...labels import NEGATIVE, POSITIVE
from ...labels.matrix import LabelMatrix
from ...labels.parts import replace
from ...utils.log import note
from ...utils.names import visible


@dataclass
class Repeated:
    """The images that are listed again.

    Attributes:
        path: The file, for messages.
        images: The paths of all images.
        labels: Their labels.
        first: For each image that is listed again the number of its first place.
        again: The number of the other place.
        place: Gives the place of an image in the file by its number, for messages.
    """

    path: str
    images: Sequence[str]
    labels: LabelMatrix
    first: np.ndarray
    again: np.ndarray
    place: Callable[[int], str]

    def checked(self, may_merge: bool) -> LabelMatrix:
        """The labels, if those of each image are the same in all places.

        Args:
            may_merge: Whether the message names the option ``merge_rows``.

        Raises:
            ValueError: An image is listed with different labels.
        """
        step = max(1, 2**24 // self.labels.shape[1])
        parts = [slice(start, start + step) for start in range(0, len(self.again), step)]
        labels = self.labels
        differ = [(labels[self.first[p]] != labels[self.again[p]]).any(1) for p in parts]
        unlike = np.flatnonzero(np.concatenate(differ))
        if len(unlike):
            more = f" (and {len(unlike) - 1} more)" if len(unlike) > 1 else ""
            merge = "set merge_rows=True if they complete each other, " if may_merge else ""
            one, other = int(self.first[unlike[0]]), int(self.again[unlike[0]])
            raise ValueError(
                f"{self.path} lists the image {visible(self.images[other])} twice with different "
                f"labels, {self._places(one, other)}{more}: keep one of them, or write their "
                f"labels together, {merge}or give different images different paths."
            )
        self._note(" with the same labels", "counts once")
        return labels

    def merged(self, classes: Sequence[str]) -> LabelMatrix:
        """The labels, where the first place of each image has the known labels of all its places.

        Args:
            classes: The classes, for messages.

        Raises:
            ValueError: A class is positive in one place of an image, and negative in another.
        """
        rows = np.concatenate([np.unique(self.first), self.again])
        target = np.concatenate([np.unique(self.first), self.first])
        row, cls, positive = self.labels.take(rows).known()
        label = target[row] * len(classes) + cls
        contradicted = np.intersect1d(label[positive], label[~positive])
        if len(contradicted):
            here = label == contradicted[0]
            sides = rows[row[here & positive][0]], rows[row[here & ~positive][0]]
            name = classes[int(contradicted[0]) % len(classes)]
            raise ValueError(
                f"{self.path} lists the image {visible(self.images[sides[1]])} with and without "
                f"{visible(name)}, {self._places(*map(int, sides))}: keep one of these labels, or "
                "none if nobody knows."
            )
        self._note("", "has the known labels of all its rows")
        state = np.where(positive, POSITIVE, NEGATIVE).astype(np.int8)
        return replace(self.labels, target[row], cls, state)

    def _places(self, one: int, other: int) -> str:
        same = self.images[one] == self.images[other]
        spelt = "" if same else f" (there as {visible(self.images[one])})"
        return f"{self.place(one)}{spelt} and {self.place(other)}"

    def _note(self, how: str, what: str) -> None:
        note(
            f"{self.path} lists {len(self.again)} images again{how}, the first is "
            f"{visible(self.images[int(self.again[0])])}: each {what}"
        )
