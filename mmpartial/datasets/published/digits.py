"""A small multi-label task that needs no download."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from mmpretrain.datasets import BaseDataset

from ...registry import DATASETS

INKS = {
    "red": (0xD0, 0x30, 0x30),
    "green": (0x30, 0xA8, 0x40),
    "blue": (0x38, 0x58, 0xD8),
    "yellow": (0xD8, 0xC0, 0x28),
}
CLASSES = tuple(f"{ink} {digit}" for digit in range(10) for ink in INKS)
SIZE = 40
_TRAIN_DIGITS = 1297  # the last 500 of the 1,797 are for testing; few writers are in both


@DATASETS.register_module()
class ClutteredDigits(BaseDataset):
    """Several handwritten digits in coloured ink on a cluttered 40 x 40 canvas.

    A label is a digit and its ink colour: 40 classes, long-tailed, about 2.7 positives per image.
    The digits are real ones that come with scikit-learn (UCI optical digits, 8 x 8); training and
    test images have different ones. Images are composed with integer arithmetic and NumPy's frozen
    RandomState, so that they are the same on every machine.

    Args:
        split: ``'train'`` (4,000 images) or ``'test'`` (1,500 images).
        metainfo: Meta information in place of the classes.
        group_size: Put images into groups of this size, for methods that need groups: images whose
            first class is the same, one after the other. None makes no groups.
        **kwargs: Other arguments of MMPretrain's ``BaseDataset``, such as ``pipeline``.
    """

    METAINFO = {"classes": CLASSES}
    LENGTHS = {"train": 4000, "test": 1500}

    def __init__(
        self,
        split: str = "train",
        metainfo: dict | None = None,
        group_size: int | None = None,
        **kwargs: Any,
    ):
        if split not in self.LENGTHS:
            raise ValueError(f"split={split!r}: choose 'train' or 'test'.")
        if group_size is not None and group_size < 1:
            raise ValueError(f"group_size={group_size}: a group has at least 1 image.")
        self.split, self.group_size = split, group_size
        super().__init__(ann_file="", metainfo=metainfo, **kwargs)

    def load_data_list(self) -> list[dict]:
        """The composed images of the split."""
        records = _compose_all(self.split, self.LENGTHS[self.split])
        return list(records) if self.group_size is None else _grouped(records, self.group_size)

    def extra_repr(self) -> list[str]:
        """Lines for ``repr``."""
        return [f"Split: \t{self.split}"]


def _grouped(records: Sequence[dict], size: int) -> list[dict]:
    """The records with ``group``, such as 'red 0, group 3'."""
    seen: Counter[int] = Counter()
    grouped = []
    for record in records:
        first = record["gt_label"][0]
        grouped.append(dict(record, group=f"{CLASSES[first]}, group {seen[first] // size}"))
        seen[first] += 1
    return grouped


@lru_cache
def _compose_all(split: str, length: int) -> tuple[dict, ...]:
    from sklearn.datasets import load_digits  # here, because scikit-learn takes half a second

    images, digits = load_digits(return_X_y=True)
    part = slice(0, _TRAIN_DIGITS) if split == "train" else slice(_TRAIN_DIGITS, None)
    images, digits = images[part].reshape(-1, 8, 8).astype(np.int64), digits[part]
    rng = np.random.RandomState(20230801 if split == "train" else 20230802)
    return tuple(
        dict(img_id=f"{split}-{number:05d}", **_compose(rng, images, digits))
        for number in range(length)
    )


def _class_weights() -> np.ndarray:
    """Probabilities of the classes; the most common is drawn 25 times as often as the rarest."""
    order = np.random.RandomState(0).permutation(len(CLASSES))
    weights = np.empty(len(CLASSES))
    weights[order] = 0.92 ** np.arange(len(CLASSES))
    return weights / weights.sum()


def _compose(rng: np.random.RandomState, images: np.ndarray, digits: np.ndarray) -> dict:
    canvas = _background(rng)
    places: list[np.ndarray] = []
    wanted = rng.choice(len(CLASSES), size=rng.randint(1, 6), p=_WEIGHTS)
    for cls in wanted:
        digit, ink = divmod(int(cls), len(INKS))
        drawn = images[rng.choice(np.flatnonzero(digits == digit))]
        side = rng.randint(14, 18)
        row, col = _free_place(rng, places, SIZE - side + 1)
        scaled: np.ndarray = np.arange(side) * 8 // side  # nearest-neighbour enlargement
        opacity = drawn[scaled][:, scaled][..., None]  # 0 to 16
        colour = np.array(list(INKS.values())[ink]) + rng.randint(-12, 13, size=3)
        patch = canvas[row : row + side, col : col + side]
        patch[:] = (patch * (16 - opacity) + colour * opacity) // 16
    canvas = np.clip(canvas + rng.randint(-8, 9, size=canvas.shape), 0, 255)
    return dict(img=canvas.astype(np.uint8), gt_label=sorted({int(c) for c in wanted}))


def _free_place(rng: np.random.RandomState, places: list[np.ndarray], end: int) -> np.ndarray:
    """A corner away from the others, if ten tries find one; else digits touch or overlap."""
    for _ in range(10):
        place = rng.randint(0, end, size=2)
        if all(np.abs(place - other).max() >= 10 for other in places):
            break
    places.append(place)
    return place


def _background(rng: np.random.RandomState) -> np.ndarray:
    """A blocky texture with strokes in ink-like colours, ``(40, 40, 3)`` int64."""
    blocks = rng.randint(10, 90) + rng.randint(-10, 21, size=(5, 5, 3))
    canvas = blocks.repeat(SIZE // 5, axis=0).repeat(SIZE // 5, axis=1)
    for _ in range(rng.randint(1, 4)):
        colour = rng.randint(0, 256, size=3)
        row, col = rng.randint(0, SIZE, size=2)
        length, width = rng.randint(6, 24), rng.randint(1, 3)
        down, along = (length, width) if rng.randint(2) else (width, length)
        canvas[row : row + down, col : col + along] = colour
    return canvas


_WEIGHTS = _class_weights()
