"""Pairs of overlapping digits of MNIST."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from mmengine.dataset import force_full_init
from mmpretrain.datasets import MNIST, BaseDataset

from ...labels import NEGATIVE
from ...labels.annotations import Annotations
from ...labels.matrix import LabelMatrix
from ...registry import DATASETS
from ...utils.counter_rng import uniform
from ..annotated_dataset import Samples
from .idx_files import read_idx
from .long_tailed_cifar import class_sizes, long_tail

FILES = {"train": "train", "test": "t10k"}
SHIFT = 4
SIZE = 28 + 2 * SHIFT


@DATASETS.register_module()
class MultiMNIST(BaseDataset):
    """Two digits of different classes, one over the other, on a canvas of 36 x 36.

    This is MultiMNIST of https://arxiv.org/abs/1710.09829: each digit of the split gets a digit of
    the same split and of another class on top, both are shifted by up to 4 pixels in each
    direction, and the sum is cut off at 255. The paper makes 1,000 images of each digit, this class
    ``copies``. The draw for an image depends on the seed and its number alone, and images are
    composed with integers when they are asked for, so that they are the same on every machine.

    The paper that trains PLM on MultiMNIST, https://arxiv.org/abs/2105.10782, has no public code.
    We assume that it means these images, and we chose their number. ``imbalance_factor``, our
    choice as well, makes imbalanced classes: it keeps as many training digits of each class as
    :class:`LongTailedCIFAR10` keeps images.

    Args:
        data_root: The folder of MNIST's four idx files, with or without ``.gz``.
        split: ``'train'`` (60,000 digits) or ``'test'`` (10,000).
        copies: Images made of each digit.
        imbalance_factor: Size of the largest class of training digits divided by the size of the
            smallest; 1 takes all digits.
        seed: Seed of the draw.
        metainfo: ``dict(classes=[...])`` takes some of the classes.
        **kwargs: Other arguments of MMPretrain's ``BaseDataset``, such as ``pipeline``.

    Raises:
        FileNotFoundError: A file is missing.
        ValueError: An option has another value, a file is damaged, or all digits have one class.
    """

    METAINFO = MNIST.METAINFO

    def __init__(
        self,
        data_root: str,
        split: str = "train",
        copies: int = 1,
        imbalance_factor: float = 1,
        seed: int = 0,
        metainfo: dict | None = None,
        **kwargs: Any,
    ):
        if split not in FILES:
            raise ValueError(f"split={split!r}: choose 'train' or 'test'.")
        if copies < 1 or imbalance_factor < 1:
            raise ValueError(
                f"copies={copies} and imbalance_factor={imbalance_factor}: both must be at least 1."
            )
        self.split, self.copies, self.seed = split, copies, seed
        self.imbalance_factor = imbalance_factor
        super().__init__(
            ann_file="", metainfo=metainfo, data_root=data_root, serialize_data=False, **kwargs
        )

    def load_data_list(self) -> Sequence[dict]:
        """The samples; each is composed when it is asked for."""
        prefix = os.path.join(self.data_root, FILES[self.split])
        digits = read_idx(f"{prefix}-images-idx3-ubyte", (28, 28))
        classes: np.ndarray = read_idx(f"{prefix}-labels-idx1-ubyte", ()).astype(np.int64)
        if len(digits) != len(classes) or classes.max(initial=0) > 9:
            raise ValueError(
                f"{prefix}-labels-idx1-ubyte has {len(classes)} labels up to "
                f"{classes.max(initial=0)}, but there are {len(digits)} images of 10 classes: "
                "download MNIST again."
            )
        chosen = np.arange(len(digits))
        if self.split == "train":
            u = uniform(self.seed, 2, torch.arange(len(digits))).numpy()
            largest = int(np.bincount(classes, minlength=10).max())
            chosen = long_tail(classes, class_sizes(largest, self.imbalance_factor, 10), u)
        below = chosen.repeat(self.copies)
        above = chosen[_partners(classes[chosen], self.copies, self.seed)]
        pairs = np.stack([below, above], axis=1)
        shifts = _draw(self.seed, 0, 4 * len(pairs), 2 * SHIFT + 1).reshape(-1, 2, 2)
        ids = [f"{self.split}-{digit:05d}-{n % self.copies}" for n, digit in enumerate(below)]
        labels = LabelMatrix.from_entries(
            np.arange(len(pairs)).repeat(2),
            classes[pairs].ravel(),
            np.array(True),
            (len(pairs), 10),
            NEGATIVE,
        )
        found = Annotations(ids, MNIST.METAINFO["classes"], labels)
        return _Composed(digits, pairs, shifts, found.select(self._metainfo["classes"]))

    @property
    @force_full_init
    def annotations(self) -> Annotations | None:
        """The labels of all samples; None if these are a part of them."""
        return getattr(self.data_list, "annotations", None)

    def get_cat_ids(self, idx: int) -> list[int]:
        """The classes of both digits."""
        return self.get_data_info(idx)["gt_label"]

    def extra_repr(self) -> list[str]:
        """Lines for ``repr``."""
        return [f"Split: \t{self.split}", f"Imbalance factor: \t{self.imbalance_factor}"]


class _Composed(Samples):
    """The samples, kept as the digits, and the pairs and shifts that were drawn."""

    def __init__(
        self, digits: np.ndarray, pairs: np.ndarray, shifts: np.ndarray, annotations: Annotations
    ):
        super().__init__(annotations, prefix="")
        self.digits, self.pairs, self.shifts = digits, pairs, shifts

    def image(self, idx: int) -> dict:
        """The image and its id."""
        canvas: np.ndarray = np.zeros((SIZE, SIZE), dtype=np.int64)
        for digit, (row, col) in zip(self.pairs[idx], self.shifts[idx], strict=True):
            canvas[row : row + 28, col : col + 28] += self.digits[digit]
        pixels = np.minimum(canvas, 255).astype(np.uint8)[..., None]
        return dict(img=pixels, img_id=self.annotations.names[idx])


def _draw(seed: int, purpose: int, number: int, below: Any) -> np.ndarray:
    """``(number,)`` integers in [0, below)."""
    return (uniform(seed, purpose, torch.arange(number)).numpy() * below).astype(np.int64)


def _partners(classes: np.ndarray, copies: int, seed: int) -> np.ndarray:
    """For each copy of each digit, a random digit of another class."""
    count = np.bincount(classes, minlength=10)
    if (count > 0).sum() < 2:
        raise ValueError(
            "MultiMNIST needs digits of two classes, but all have one: download MNIST again."
        )
    by_class = np.argsort(classes, kind="stable")
    own = classes.repeat(copies)
    place = _draw(seed, 1, len(own), len(classes) - count[own])
    first = np.cumsum(count) - count
    place += np.where(place >= first[own], count[own], 0)
    return by_class[place]
