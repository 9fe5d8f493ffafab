"""The attributes of birds in CUB-200-2011 as multi-label classification."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...labels.annotations import Annotations
from ...labels.matrix import LabelMatrix
from ...registry import DATASETS
from ...utils.text_files import read_table
from ..annotated_dataset import AnnotatedDataset
from .expected_size import note_size

SIZES = {"images.txt": 11788}
CERTAINTIES = {1: "not visible", 2: "guessing", 3: "probably", 4: "definitely"}
IN_FILE_PRESENT, IN_FILE_ABSENT = 1, 0
HINT = "unpack CUB_200_2011.tgz, and set data_root to its folder CUB_200_2011."


@DATASETS.register_module()
class CUBAttributes(AnnotatedDataset):
    """The 312 attributes of the birds in CUB-200-2011.

    Reads ``attributes/image_attribute_labels.txt``. It says for each image and attribute whether a
    worker saw the attribute, and how certain the worker was: 1 not visible, 2 guessing, 3 probably
    or 4 definitely (https://www.vision.caltech.edu/datasets/cub_200_2011/; the archive's README
    describes the files). As in https://arxiv.org/abs/2106.09708, an attribute is positive if it was
    seen, and negative otherwise, unless ``unknown_certainty`` lists its certainty.

    Args:
        data_root: The folder ``CUB_200_2011``. ``attributes.txt`` is in this folder, in its folder
            ``attributes``, or, as it is packed, beside it.
        split: ``'train'`` (5,994 images) or ``'test'`` (5,794 images).
        unknown_certainty: Labels of these certainties are unknown, such as ``(1,)`` for attributes
            that are not visible.
        data_prefix: The image folder, below ``data_root``.
        **kwargs: Other arguments of :class:`AnnotatedDataset`.

    Raises:
        FileNotFoundError: A file, the image folder or images are missing.
        ValueError: There is no such split or certainty, or the files are damaged or do not fit
            each other.
    """

    def __init__(
        self,
        data_root: str = "",
        split: str = "train",
        unknown_certainty: Sequence[int] = (),
        data_prefix: str | dict = "images",
        **kwargs: Any,
    ):
        if split not in ("train", "test"):
            raise ValueError(f"split={split!r}: CUB-200-2011 has train and test.")
        if not set(unknown_certainty) <= set(CERTAINTIES):
            named = ", ".join(f"{number} ({name})" for number, name in CERTAINTIES.items())
            raise ValueError(f"unknown_certainty={unknown_certainty!r}: choose among {named}.")
        self.split, self.unknown_certainty = split, tuple(unknown_certainty)
        super().__init__(data_root=data_root, data_prefix=data_prefix, **kwargs)

    def read(self) -> Annotations:
        """The images of the split, in the order of ``images.txt``."""
        images = self._numbered("images.txt", "image")
        note_size(self._path("images.txt"), len(images), SIZES)
        split = self._table("train_test_split.txt", {"image": int, "is_train": int})
        known = split["is_train"].isin((0, 1)).all()
        if not known or not split["image"].equals(images["image"]):
            raise ValueError(
                f"{self._path('train_test_split.txt')} does not have 1 or 0 for each image of "
                f"{self._path('images.txt')}: one of them is cut off, unpack them again."
            )
        places = ["attributes/attributes.txt", "attributes.txt", "../attributes.txt"]
        there = [place for place in places if os.path.exists(self._path(place))]
        attributes = self._numbered((there or places)[0], "attribute")
        labels = self._labels(images["image"], attributes["attribute"])
        rows = np.flatnonzero(split["is_train"] == (self.split == "train"))
        names = images["name"].iloc[rows].tolist()
        return Annotations(names, attributes["name"].tolist(), LabelMatrix.from_dense(labels[rows]))

    def _path(self, name: str) -> str:
        return os.path.normpath(self.below_root(name))

    def _table(self, name: str, columns: Mapping[str, type]) -> pd.DataFrame:
        return read_table(self._path(name), columns, HINT)

    def _numbered(self, name: str, what: str) -> pd.DataFrame:
        """Numbers and names of images or attributes."""
        table = self._table(name, {what: int, "name": str})
        twice = table[what].duplicated()
        if twice.any():
            raise ValueError(
                f"{self._path(name)} lists the {what} {table[what][twice].iloc[0]} twice: the file "
                "is damaged, unpack it again."
            )
        return table

    def _labels(self, images: pd.Series, attributes: pd.Series) -> np.ndarray:
        """``(N, C)``, the label of each image and attribute."""
        name = "attributes/image_attribute_labels.txt"
        # A few published lines have another 0 after the certainty; the rest of a line is not read.
        columns = dict.fromkeys(("image", "attribute", "present", "certainty"), int)
        table = self._table(name, columns)
        self._check_values(name, table, images, attributes)
        row = pd.Index(images).get_indexer(table["image"])
        column = pd.Index(attributes).get_indexer(table["attribute"])
        labels: np.ndarray = np.empty((len(images), len(attributes)), dtype=np.int8)
        times = np.bincount(row * len(attributes) + column, minlength=labels.size)
        if (times != 1).any():
            number, which = divmod(int(np.argmax(times != 1)), len(attributes))
            raise ValueError(
                f"{self._path(name)} has {times[times != 1][0]} labels of attribute "
                f"{attributes[which]} in image {images[number]} instead of one: the file is "
                "damaged or cut off, unpack it again."
            )
        labels[row, column] = np.where(table["present"] == IN_FILE_PRESENT, POSITIVE, NEGATIVE)
        unknown = table["certainty"].isin(self.unknown_certainty)
        labels[row[unknown], column[unknown]] = UNKNOWN
        return labels

    def _check_values(
        self, name: str, table: pd.DataFrame, images: pd.Series, attributes: pd.Series
    ) -> None:
        """Refuse values that the dataset does not have."""
        allowed = {
            "image": images,
            "attribute": attributes,
            "present": (IN_FILE_PRESENT, IN_FILE_ABSENT),
            "certainty": CERTAINTIES,
        }
        for column, values in allowed.items():
            wrong = ~table[column].isin(values)
            if wrong.any():
                line = int(np.argmax(wrong))
                raise ValueError(
                    f"{self._path(name)}, label {line + 1}, has the {column} "
                    f"{table[column].iloc[line]}, which the dataset does not have: unpack the "
                    "archive again."
                )
