"""CIFAR with a long tail of classes."""

from typing import Any

import numpy as np
import torch
from mmpretrain.datasets import CIFAR10, CIFAR100

from ...registry import DATASETS
from ...utils.counter_rng import uniform


def class_sizes(largest: float, imbalance_factor: float, num_classes: int) -> list[int]:
    """The sizes of classes that fall exponentially, https://arxiv.org/abs/1901.05555.

    >>> class_sizes(5000, 100, 10)
    [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50]
    """
    steps = max(1, num_classes - 1)
    return [int(largest * imbalance_factor ** (-c / steps) + 1e-6) for c in range(num_classes)]


def long_tail(labels: np.ndarray, sizes: list[int], u: np.ndarray) -> np.ndarray:
    """Choose the images that remain of each class.

    Args:
        labels: ``(N,)``, the class of each image.
        sizes: The number of images to keep of each class.
        u: ``(N,)`` random numbers; the images with the smallest ones remain.

    Returns:
        The images that remain, ascending.
    """
    members = (np.flatnonzero(labels == cls) for cls in range(len(sizes)))
    kept = [m[np.argsort(u[m])[:size]] for m, size in zip(members, sizes, strict=True)]
    return np.sort(np.concatenate(kept))


class _LongTailed:
    """Thins out the training split of a CIFAR; mixed in before MMPretrain's class."""

    METAINFO: dict
    split: str
    test_mode: bool

    def __init__(self, *args: Any, imbalance_factor: float = 100, seed: int = 0, **kwargs: Any):
        if imbalance_factor < 1:
            raise ValueError(
                f"imbalance_factor={imbalance_factor} is below 1: give the size of the largest "
                "class divided by the size of the smallest."
            )
        self.imbalance_factor, self.seed = imbalance_factor, seed
        super().__init__(*args, **kwargs)

    def load_data_list(self) -> list[dict]:
        """The images that remain, in their order, with ``img_id``."""
        records = super().load_data_list()  # type: ignore[misc]
        for number, record in enumerate(records):
            record["img_id"] = f"{self.split}-{number:05d}"  # pixels may occur twice
        if self.split == "test" or self.test_mode:
            return records
        num_classes = len(self.METAINFO["classes"])
        sizes = class_sizes(len(records) / num_classes, self.imbalance_factor, num_classes)
        labels = np.array([record["gt_label"] for record in records])
        u = uniform(self.seed, torch.arange(len(records))).numpy()
        return [records[number] for number in long_tail(labels, sizes, u)]

    def extra_repr(self) -> list[str]:
        """Lines for ``repr``."""
        more = f"Imbalance factor: \t{self.imbalance_factor}"
        return [*super().extra_repr(), more]  # type: ignore[misc]


@DATASETS.register_module()
class LongTailedCIFAR10(_LongTailed, CIFAR10):
    """CIFAR-10 whose training class c keeps n / factor^(c / (C - 1)) of its n images.

    Which images remain depends on seed and image alone, and is the same on every machine. A larger
    factor keeps a subset. The test split, and any split with ``test_mode=True``, is whole. Labels
    stay single integers: wrap it in :class:`mmpartial.PartialLabelDataset` with ``setting='FAL'``
    for one-vs-rest training, as https://arxiv.org/abs/2105.10782 does.

    Args:
        imbalance_factor: Size of the largest class divided by the size of the smallest.
        seed: Seed of the choice.
        *args: Arguments of MMPretrain's class, such as ``data_root`` and ``split``.
        **kwargs: More arguments of MMPretrain's class.
    """


@DATASETS.register_module()
class LongTailedCIFAR100(_LongTailed, CIFAR100):
    """CIFAR-100 with a long tail, like :class:`LongTailedCIFAR10`."""
