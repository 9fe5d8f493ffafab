"""Which wrappers may be inside PartialLabelDataset."""

from typing import Any

from ..utils.nested import type_name, walk


def check_wrapped(dataset: Any) -> None:
    """Refuse wrappers that belong around PartialLabelDataset.

    Args:
        dataset: The dataset that it wraps, or its config.

    Raises:
        ValueError: Such a wrapper is inside.
    """
    for names in map(_names, walk(dataset)):
        if "ClassBalancedDataset" in names:
            raise ValueError(
                "ClassBalancedDataset inside PartialLabelDataset would repeat images by labels "
                "that are hidden: put it around PartialLabelDataset."
            )
        if "PartialLabelDataset" in names:
            raise ValueError("PartialLabelDataset inside PartialLabelDataset: use one of them.")


def _names(dataset: Any) -> set[str]:
    """The names of a dataset's type and of the types that it inherits from."""
    if isinstance(dataset, dict):
        return {type_name(dataset)}
    return {kind.__name__ for kind in type(dataset).__mro__}
