"""The questions that losses and memories may ask of a training dataset."""

from typing import Any, Protocol

from .groups import Groups
from .matrix import LabelMatrix


class TrainingLabels(Protocol):
    """The labels that a model is trained on; :class:`mmpartial.PartialLabelDataset` has them."""

    @property
    def labels(self) -> LabelMatrix:
        """``(N, C)``, 1, 0 or -1; hidden labels are -1. A row's number is the image's ``row``."""

    @property
    def groups(self) -> Groups | None:
        """The groups of the images, or None if the dataset has no groups."""

    @property
    def fingerprint(self) -> str:
        """Hash of the dataset that the rows belong to."""

    @property
    def metainfo(self) -> dict[str, Any]:
        """``classes`` holds the names of the classes."""
