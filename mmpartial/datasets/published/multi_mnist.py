"""Pairs of overlapping digits of MNIST."""

import gzip
import os
import warnings
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from mmengine.dataset import force_full_init
from mmpretrain.datasets import MNIST, BaseDataset
from mmpretrain.datasets.mnist import read_sn3_pascalvincent_tensor

from ...labels import NEGATIVE, POSITIVE
from ...labels.annotations import Annotations
from ...labels.matrix import LabelMatrix
from ...registry import DATASETS
from ...utils.counter_rng import uniform
from .long_tailed_cifar import class_sizes

FILES = {"train": "train", "test": "t10k"}
SHIFT = 4
SIZE = 28 + 2 * SHIFT


@DATASETS.register_module()
class MultiMNIST(BaseDataset):
    """Two digits of different classes, one over the other, on a canvas of 36 x 36.

    This is MultiMNIST as https://arxiv.org/abs/1710.09829 makes it: each digit of the split gets
    another of the same split and of another class on top, both are shifted by up to 4 pixels in
    each direction, and the sum is cut off at 255. There 1,000 images are made of each digit, here
    ``copies``. What is drawn for an image depends on the seed and its number alone, and images are
    composed with integers when they are asked for, so that they are the same on every machine.

    The paper that trains PLM on MultiMNIST, https://arxiv.org/abs/2105.10782, has no public code;
    that it means these images, and how many it takes, is our reading. ``imbalance_factor`` makes
    its imbalanced classes, which is ours as well: of each class only so many training digits are
    used as in :class:`LongTailedCIFAR10`.

    Args:
        data_root: The folder of MNIST's four idx files, with or without ``.gz``.
        split: ``'train'`` (60,000 digits) or ``'test'`` (10,000).
        copies: Images made of each digit.
        imbalance_factor: Size of the largest class of training digits over that of the smallest;
            1 takes all digits.
        seed: Seed of what is drawn.
        metainfo: ``dict(classes=[...])`` takes some of the classes.
        **kwargs: Other arguments of MMPretrain's ``BaseDataset``, such as ``pipeline``.

    Raises:
        FileNotFoundError: A file is missing.
        ValueError: Another split, a factor or number of copies below 1, a file that is damaged, or
            digits of one class only.
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
                f"copies={copies} and imbalance_factor={imbalance_factor} are both at least 1."
            )
        self.split, self.copies, self.seed = split, copies, seed
        self.imbalance_factor = imbalance_factor
        super().__init__(
            ann_file="", metainfo=metainfo, data_root=data_root, serialize_data=False, **kwargs
        )

    def load_data_list(self) -> Sequence[dict]:
        """Samples, each composed when it is asked for."""
        prefix = os.path.join(self.data_root, FILES[self.split])
        digits = _read_idx(f"{prefix}-images-idx3-ubyte", (28, 28))
        classes: np.ndarray = _read_idx(f"{prefix}-labels-idx1-ubyte", ()).astype(np.int64)
        if len(digits) != len(classes) or classes.max(initial=0) > 9:
            raise ValueError(
                f"{prefix}-labels-idx1-ubyte has {len(classes)} labels up to "
                f"{classes.max(initial=0)}, but there are {len(digits)} images of 10 classes: "
                "download MNIST again."
            )
        chosen = np.arange(len(digits))
        if self.split == "train":
            chosen = _long_tail(classes, self.imbalance_factor, self.seed)
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
        """The labels of all samples, or None of a part of them."""
        return getattr(self.data_list, "annotations", None)

    def get_cat_ids(self, idx: int) -> list[int]:
        """The classes of both digits."""
        return self.get_data_info(idx)["gt_label"]

    def extra_repr(self) -> list[str]:
        """Lines for ``repr``."""
        return [f"Split: \t{self.split}", f"Imbalance factor: \t{self.imbalance_factor}"]


class _Composed(Sequence):
    """The samples, of which only the digits and what was drawn are kept."""

    def __init__(
        self, digits: np.ndarray, pairs: np.ndarray, shifts: np.ndarray, annotations: Annotations
    ):
        self.digits, self.pairs, self.shifts = digits, pairs, shifts
        self.annotations = annotations

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, idx: Any) -> Any:
        if isinstance(idx, slice):
            return [self[i] for i in range(*idx.indices(len(self)))]
        canvas: np.ndarray = np.zeros((SIZE, SIZE), dtype=np.int64)
        for digit, (row, col) in zip(self.pairs[idx], self.shifts[idx], strict=True):
            canvas[row : row + 28, col : col + 28] += self.digits[digit]
        return dict(
            img=np.minimum(canvas, 255).astype(np.uint8)[..., None],
            img_id=self.annotations.names[idx],
            gt_label=np.flatnonzero(self.annotations.labels[idx] == POSITIVE).tolist(),
        )


def _draw(seed: int, purpose: int, number: int, below: Any) -> np.ndarray:
    """``(number,)`` integers from 0 up to, not including, ``below``."""
    return (uniform(seed, purpose, torch.arange(number)).numpy() * below).astype(np.int64)


def _long_tail(classes: np.ndarray, imbalance_factor: float, seed: int) -> np.ndarray:
    """The digits that remain if class sizes fall exponentially, ascending."""
    u = uniform(seed, 2, torch.arange(len(classes))).numpy()
    largest = int(np.bincount(classes, minlength=10).max())
    members = [np.flatnonzero(classes == cls) for cls in range(10)]
    sizes = class_sizes(largest, imbalance_factor, 10)
    kept = [m[np.argsort(u[m])[:size]] for m, size in zip(members, sizes, strict=True)]
    return np.sort(np.concatenate(kept))


def _partners(classes: np.ndarray, copies: int, seed: int) -> np.ndarray:
    """For each copy of each digit another one, evenly among those of other classes."""
    count = np.bincount(classes, minlength=10)
    if (count > 0).sum() < 2:
        raise ValueError("MultiMNIST needs digits of two classes: there are no others to pair.")
    by_class = np.argsort(classes, kind="stable")
    own = classes.repeat(copies)
    place = _draw(seed, 1, len(own), len(classes) - count[own])
    first = np.cumsum(count) - count
    place += np.where(place >= first[own], count[own], 0)
    return by_class[place]


def _read_idx(path: str, shape: tuple[int, ...]) -> np.ndarray:
    """The bytes of an idx file, ``(N, *shape)``."""
    path = path if os.path.exists(path) else f"{path}.gz"
    if not os.path.exists(path):
        raise FileNotFoundError(
            f"there is no {path}, nor one without .gz: download MNIST's four files, for example "
            "with torchvision, and set data_root to their folder."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # torch on memory that is read-only
            found = read_sn3_pascalvincent_tensor(path).numpy()
    except (AssertionError, EOFError, KeyError, gzip.BadGzipFile, zlib.error, ValueError) as error:
        raise ValueError(
            f"{path} is no whole idx file ({type(error).__name__}): download MNIST again."
        ) from None
    if found.shape[1:] != shape or found.dtype != np.uint8:
        raise ValueError(
            f"{path} has {found.dtype} values of shape {found.shape}: take MNIST's file."
        )
    return found
