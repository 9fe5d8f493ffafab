"""The datasets inside wrappers, built or as configs."""

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


def inside(dataset: Any) -> list[Any]:
    """The datasets directly inside a dataset, or their configs if ``dataset`` is a config."""
    get = dataset.get if isinstance(dataset, dict) else lambda key: getattr(dataset, key, None)
    found = get("datasets") or [get("dataset")]
    parts = found.values() if isinstance(found, dict) else found  # MergedDataset names its sources
    return [part for part in parts if part is not None]


def walk(dataset: Any) -> list[Any]:
    """A dataset and all datasets inside it, outermost first; or their configs."""
    return [dataset] + [d for part in inside(dataset) for d in walk(part)]


def branches(dataset: Any) -> list[list[Any]]:
    """For each innermost dataset: the datasets around it, outermost first, and itself at the end.

    If ``dataset`` is a config, these are configs.
    """
    return [[dataset, *way] for part in inside(dataset) for way in branches(part)] or [[dataset]]


def of_type(config: Any, name: str) -> list[Any]:
    """The configs in a nest that have a type, given without its scope; outermost first."""
    return [part for part in walk(config) if type_name(part) == name]


def pipelines(config: Any) -> list[Any]:
    """The outermost pipeline around each innermost dataset of a config, or None."""
    return [
        next((part["pipeline"] for part in way if part.get("pipeline") is not None), None)
        for way in branches(config)
    ]


def type_name(config: dict) -> str:
    """The type in a config, a name or a class, without its scope."""
    kind = config.get("type")
    return getattr(kind, "__name__", str(kind)).rpartition(".")[2]
