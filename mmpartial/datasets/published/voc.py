"""PASCAL VOC as multi-label classification."""

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
from .image_list import take_listed

CLASSES = (
    "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
    "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train",
    "tvmonitor",
)  # fmt: skip
SPLITS = ("train", "val", "trainval", "test")
SIZES = {
    "2007": {"train": 2501, "val": 2510, "trainval": 5011, "test": 4952},
    "2012": {"train": 5717, "val": 5823, "trainval": 11540},
}
DIFFICULT = {"positive": POSITIVE, "negative": NEGATIVE, "unknown": UNKNOWN}
IN_FILE_PRESENT, IN_FILE_ABSENT, IN_FILE_DIFFICULT = 1, -1, 0


@DATASETS.register_module()
class VOCMultiLabel(AnnotatedDataset):
    """The classes of the objects in each image of PASCAL VOC 2007 or 2012.

    Reads the 20 lists ``ImageSets/Main/{class}_{split}.txt``. They have 1 or -1 for each image, or
    0 if all objects of the class are marked difficult
    (http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/); ``difficult`` says what 0 means.
    VOC's own evaluation leaves such labels out. They are negative by default, as in the code of
    https://arxiv.org/abs/2106.09708, which others of the field took over, and of
    https://arxiv.org/abs/2304.10539. In the code of https://arxiv.org/abs/2007.09654 they are
    positive.

    Args:
        data_root: The folder ``VOC2007`` or ``VOC2012``, with ``ImageSets`` and ``JPEGImages``.
        split: ``'train'``, ``'val'``, ``'trainval'`` or ``'test'``. The labels of VOC2012's test
            are not public.
        difficult: The label of a class whose objects are all difficult: ``'negative'``,
            ``'positive'`` or ``'unknown'``.
        image_list: A text file, below ``data_root``, with an image's id or file name on each line:
            only these images remain, in the order of the split. The long-tailed subsets of
            https://arxiv.org/abs/2007.09654 and https://arxiv.org/abs/2304.10539 are such lists.
        data_prefix: The image folder, below ``data_root``.
        **kwargs: Other arguments of :class:`AnnotatedDataset`.

    Raises:
        FileNotFoundError: A list, the image folder or images are missing.
        ValueError: An option has another value, or the lists are damaged or do not fit each other.
    """

    METAINFO = {"classes": CLASSES}

    def __init__(
        self,
        data_root: str = "",
        split: str = "trainval",
        difficult: str = "negative",
        image_list: str | None = None,
        data_prefix: str | dict = "JPEGImages",
        **kwargs: Any,
    ):
        if split not in SPLITS:
            raise ValueError(f"split={split!r}: choose one of {', '.join(map(repr, SPLITS))}.")
        if difficult not in DIFFICULT:
            raise ValueError(
                f"difficult={difficult!r}: choose 'negative', 'positive' or 'unknown' for classes "
                "whose objects are all difficult."
            )
        self.split, self.difficult, self.image_list = split, difficult, image_list
        super().__init__(data_root=data_root, data_prefix=data_prefix, **kwargs)

    def read(self) -> Annotations:
        """The images of the split, in the order of its lists."""
        first = self._read_class(CLASSES[0])
        ids = first["image"].tolist()
        columns = [first["label"]]
        for name in CLASSES[1:]:
            table = self._read_class(name)
            if not table["image"].equals(first["image"]):
                raise ValueError(
                    f"{self._path(name)} lists other images than {self._path(CLASSES[0])}: one of "
                    "them is cut off, or they are from different years, so unpack both again."
                )
            columns.append(table["label"])
        sizes = SIZES["2012" if "_" in ids[0] else "2007"]  # 2008_000002 or 000005
        published = {f"{CLASSES[0]}_{split}.txt": size for split, size in sizes.items()}
        note_size(self._path(CLASSES[0]), len(ids), published)
        in_file = np.stack(columns, axis=1)
        labels = np.where(in_file == IN_FILE_PRESENT, POSITIVE, NEGATIVE)
        labels[in_file == IN_FILE_DIFFICULT] = DIFFICULT[self.difficult]
        images = [f"{image}.jpg" for image in ids]
        everything = Annotations(images, CLASSES, LabelMatrix.from_dense(labels), ids)
        return take_listed(self, everything, self._path("*"))

    def _path(self, name: str) -> str:
        return self.below_root("ImageSets", "Main", f"{name}_{self.split}.txt")

    def _read_class(self, name: str) -> pd.DataFrame:
        """The images and labels in the file of a class."""
        path = self._path(name)
        hint = "unpack VOCdevkit, and set data_root to its folder VOC2007 or VOC2012."
        if self.split == "test":
            hint += " VOC2007 has the lists of its test in an archive of its own, VOC2012 has none."
        table = read_table(path, {"image": str, "label": int}, hint)
        wrong = ~table["label"].isin((IN_FILE_PRESENT, IN_FILE_ABSENT, IN_FILE_DIFFICULT))
        if wrong.any():
            image, label = table[wrong].iloc[0]
            raise ValueError(
                f"{path} has {label} for the image {image} in place of 1, -1 or 0: take the lists "
                "of ImageSets/Main."
            )
        return table
