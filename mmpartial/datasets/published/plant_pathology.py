"""Plant Pathology 2021: diseases of apple leaves, in a cell between spaces."""

from typing import Any

import numpy as np

from ...formats.common.named_labels import from_names
from ...labels.annotations import Annotations
from ...registry import DATASETS
from ..annotated_dataset import AnnotatedDataset
from .expected_size import note_size
from .image_list import take_listed
from .text_columns import read_columns

CLASSES = ("healthy", "scab", "frog_eye_leaf_spot", "rust", "complex", "powdery_mildew")
SIZES = {"train.csv": 18_632}
HINT = "download it from kaggle.com/c/plant-pathology-2021-fgvc8, and set data_root to its folder."


@DATASETS.register_module()
class PlantPathology2021(AnnotatedDataset):
    """Photos of apple leaves with five diseases and ``healthy``.

    Reads ``train.csv`` of Plant Pathology 2021, https://www.kaggle.com/c/plant-pathology-2021-fgvc8.
    The column ``labels`` has the diseases of a leaf with spaces between, or ``healthy``. A disease
    that is not listed is negative. ``complex`` means that a leaf has so many diseases that the
    annotators could not tell them apart; with ``unlisted_in_complex='unknown'``, the diseases that
    such a leaf's cell does not list are unknown.

    The labels of the test images are not published. Make lists of images for training and
    validation.

    Args:
        ann_file: The table, below ``data_root``.
        image_list: A file of image names, below ``data_root``. None takes all images.
        unlisted_in_complex: ``'negative'`` or ``'unknown'``.
        data_prefix: The image folder, below ``data_root``.
        **kwargs: Other arguments of :class:`AnnotatedDataset`.

    Raises:
        FileNotFoundError: The table, the list, the image folder or images are missing.
        ValueError: There is no such option, or the table or the list is damaged.
    """

    METAINFO = {"classes": CLASSES}

    def __init__(
        self,
        ann_file: str = "train.csv",
        image_list: str | None = None,
        unlisted_in_complex: str = "negative",
        data_prefix: str | dict = "train_images",
        **kwargs: Any,
    ):
        if unlisted_in_complex not in ("negative", "unknown"):
            raise ValueError(
                f"unlisted_in_complex={unlisted_in_complex!r}: choose 'negative' or 'unknown'."
            )
        self.image_list, self.unlisted_in_complex = image_list, unlisted_in_complex
        super().__init__(ann_file=ann_file, data_prefix=data_prefix, **kwargs)

    def read(self) -> Annotations:
        """The images of the table, or of the list."""
        path = self.ann_file
        image, labels = read_columns(path, ["image", "labels"], HINT)
        note_size(path, len(image), SIZES)
        row, names = labels.lists(_split)
        absent_row, absent = self._absent(row, names, len(image))
        found = from_names(
            path,
            image.texts(),
            np.concatenate([row, absent_row]),
            [*names, *absent],
            np.arange(len(row) + len(absent)) < len(row),
            unlisted="unknown",
            classes=CLASSES,
            place=image.line,
        )
        return take_listed(self, found, path)

    def _absent(
        self, row: np.ndarray, names: np.ndarray, number: int
    ) -> tuple[np.ndarray, list[str]]:
        """Row and class of each negative label."""
        absent: np.ndarray = np.ones((number, len(CLASSES)), dtype=bool)
        if self.unlisted_in_complex == "unknown":
            absent[row[names == "complex"], 1:] = False  # all but healthy
        column = {name: number for number, name in enumerate(CLASSES)}
        known = np.array([name in column for name in names], dtype=bool)
        absent[row[known], [column[name] for name in names[known]]] = False
        absent_row, classes = np.nonzero(absent)
        return absent_row, [CLASSES[number] for number in classes]


def _split(cell: str) -> list[str]:
    """The classes of a cell."""
    classes = cell.split()
    if "healthy" in classes and len(classes) > 1:
        raise ValueError("it lists a disease beside 'healthy', so keep one of them")
    return classes
