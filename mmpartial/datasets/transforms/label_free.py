"""Pipelines that look at no labels."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from mmcv.transforms import BaseTransform
from mmcv.transforms import Compose as MMCVCompose
from mmengine.dataset import Compose
from mmpretrain.datasets import PackInputs

_STOCK = ("mmcv", "mmpretrain", "mmpartial", "torchvision")


def is_label_free(pipeline: Any) -> bool:
    """Whether no transform of a pipeline can look at ``gt_score``.

    Of the transforms of MMPretrain, MMCV and mmpartial, PackInputs alone reads it, to copy it. A
    transform from anywhere else may read or change it.
    """
    return type(pipeline) is Compose and _label_free(tuple(pipeline.transforms))


@lru_cache(maxsize=64)
def _label_free(transforms: tuple) -> bool:
    steps = [step for transform in transforms for step in _steps(transform)]
    stock = all(str(getattr(s, "__module__", "")).split(".")[0] in _STOCK for s in steps)
    return stock and any(type(step) is PackInputs for step in steps)


def _steps(transform: Any) -> Iterator[Any]:
    """A transform and all that it consists of."""
    yield transform
    if isinstance(transform, BaseTransform | Compose | MMCVCompose):
        for value in vars(transform).values():
            for step in value if isinstance(value, list | tuple) else [value]:
                if callable(step):
                    yield from _steps(step)
