"""Finding PartialLabelDataset among the wrappers of a dataset."""

from typing import Any

from ..utils.nested import walk
from .partial_label_dataset import PartialLabelDataset


def find_partial(dataset: Any) -> PartialLabelDataset | None:
    """The PartialLabelDataset in a nest of datasets, or None."""
    return next((part for part in walk(dataset) if isinstance(part, PartialLabelDataset)), None)
