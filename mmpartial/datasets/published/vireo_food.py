"""Vireo Food-172: the ingredients of Chinese dishes, as 353 numbers for each photo."""

from typing import Any

import numpy as np

from ...labels import NEGATIVE, POSITIVE
from ...labels.annotations import Annotations
from ...labels.matrix import LabelMatrix
from ...registry import DATASETS
from ...utils.names import visible
from ...utils.text_files import read_lines
from ..annotated_dataset import AnnotatedDataset
from .expected_size import note_size
from .image_list import listed_rows

LISTS = {"train": "TR.txt", "val": "VAL.txt", "test": "TE.txt"}
SIZES = {"TR.txt": 66_071, "VAL.txt": 11_016, "TE.txt": 33_154, "IngreLabel.txt": 110_241}
IN_FILE = {"1": POSITIVE, "-1": NEGATIVE, "0": NEGATIVE}
HINT = (
    "download Vireo Food-172 from fvl.fudan.edu.cn/dataset/vireofood172, and set data_root to the "
    "folder that holds SplitAndIngreLabel."
)


@DATASETS.register_module()
class VireoFood172(AnnotatedDataset):
    """The 353 ingredients of Vireo Food-172, https://doi.org/10.1145/2964284.2964315.

    Reads ``SplitAndIngreLabel/``. Each line of ``IngreLabel.txt`` has a photo, such as
    ``/1/4_41.jpg`` of dish 1, and a number for each ingredient: 1 if it is there, -1 (or 0) if not.
    ``IngredientList.txt`` has the names of the ingredients, and ``TR.txt``, ``VAL.txt`` and
    ``TE.txt`` list the photos of each split.

    Args:
        split: ``'train'``, ``'val'`` or ``'test'``.
        data_prefix: The image folder, below ``data_root``.
        **kwargs: Other arguments of :class:`AnnotatedDataset`.

    Raises:
        FileNotFoundError: A list, the image folder or images are missing.
        ValueError: There is no such split, or the lists are damaged or do not fit each other.
    """

    def __init__(
        self,
        data_root: str = "",
        split: str = "train",
        data_prefix: str | dict = "ready_chinese_food",
        **kwargs: Any,
    ):
        if split not in LISTS:
            raise ValueError(f"split={split!r}: choose 'train', 'val' or 'test'.")
        self.split = split
        super().__init__(data_root=data_root, data_prefix=data_prefix, **kwargs)

    def read(self) -> Annotations:
        """The photos of the split, in the order of the labels."""
        classes = read_lines(self._path("IngredientList.txt"), HINT)
        path = self._path("IngreLabel.txt")
        lines = read_lines(path, HINT)
        note_size(path, len(lines), SIZES)
        photos, rows = [], []
        for line in lines:
            photo, *cells = line.split()
            photos.append(photo)
            rows.append(_labels(cells, len(classes), f"{path}, photo {visible(photo)}"))
        labels = np.frombuffer(b"".join(rows), np.int8).reshape(len(photos), len(classes))
        whole = Annotations(photos, classes, LabelMatrix.from_dense(labels))
        few = self._path(LISTS[self.split])
        found = whole.take(listed_rows(whole, few, path))
        note_size(few, len(found), SIZES)
        return Annotations([p.lstrip("/") for p in found.images], classes, found.labels)

    def _path(self, name: str) -> str:
        return self.below_root("SplitAndIngreLabel", name)


def _labels(cells: list[str], number: int, place: str) -> bytes:
    """The labels of a photo, a byte each."""
    if len(cells) != number:
        raise ValueError(
            f"{place}: there are {len(cells)} numbers for the {number} ingredients of "
            "IngredientList.txt: download both files again."
        )
    try:
        return bytes(map(IN_FILE.__getitem__, cells))
    except KeyError as error:
        raise ValueError(
            f"{place}: there is {visible(error.args[0])} in place of 1, 0 or -1: download the file "
            "again."
        ) from None
