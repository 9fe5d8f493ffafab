"""The groups of any dataset, whether or not it reads all annotations at once."""

from collections import Counter
from typing import Any

import numpy as np

from ..labels.groups import ALONE
from ..utils.nested import leaf
from .records import group_of
from .source import annotations_of


def sample_groups(dataset: Any) -> list[str]:
    """The name of each sample's group, ``''`` if it is alone."""
    places = (leaf(dataset, idx) for idx in range(len(dataset)))
    return [group_of(inside.get_data_info(inner)) for inside, inner in places]


def group_sizes(dataset: Any) -> Counter[str]:
    """The number of images in each group."""
    read = annotations_of(dataset)
    if read is None:
        return Counter(filter(None, sample_groups(dataset)))
    if read.groups is None:
        return Counter()
    codes, sizes = np.unique(read.groups.codes, return_counts=True)
    names = read.groups.names
    return Counter(
        {names[code]: size for code, size in zip(codes.tolist(), sizes.tolist(), strict=True)
         if code != ALONE}
    )  # fmt: skip
