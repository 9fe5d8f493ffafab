"""The datasets inside MMEngine's and MMPretrain's wrappers."""

from typing import Any

from mmengine.dataset import ClassBalancedDataset, ConcatDataset, RepeatDataset
from mmpretrain.datasets import KFoldDataset

_REPEATING = RepeatDataset, ClassBalancedDataset


def leaf(dataset: Any, idx: int) -> tuple[Any, int]:
    """The innermost dataset that holds sample ``idx``, and the sample's index there."""
    while True:
        if isinstance(dataset, ConcatDataset):
            part, idx = dataset._get_ori_dataset_idx(idx)
            dataset = dataset.datasets[part]
        elif isinstance(dataset, _REPEATING):
            idx = dataset._get_ori_dataset_idx(idx)
            dataset = dataset.dataset
        elif isinstance(dataset, KFoldDataset):
            dataset = dataset.dataset
        else:
            return dataset, idx


def walk(dataset: Any) -> list[Any]:
    """A dataset and all datasets inside it, outermost first."""
    inside = getattr(dataset, "datasets", None) or [getattr(dataset, "dataset", None)]
    return [dataset] + [d for part in inside if part is not None for d in walk(part)]
