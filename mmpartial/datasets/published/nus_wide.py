"""NUS-WIDE as multi-label classification."""

import os
from typing import Any

import numpy as np

from ...labels import NEGATIVE, POSITIVE
from ...labels.annotations import Annotations
from ...labels.matrix import LabelMatrix
from ...registry import DATASETS
from ...utils.text_files import read_lines, read_table
from ..annotated_dataset import AnnotatedDataset
from .expected_size import note_size
from .image_list import take_listed

SIZES = {"TrainImagelist.txt": 161789, "TestImagelist.txt": 107859}
IN_FILE_PRESENT, IN_FILE_ABSENT = 1, 0
HINT = (
    "unpack NUS-WIDE's ConceptsList, ImageList and Groundtruth, and set data_root to the folder "
    "that holds them."
)


@DATASETS.register_module()
class NUSWIDE(AnnotatedDataset):
    """The concepts of the images of NUS-WIDE, https://doi.org/10.1145/1646396.1646452.

    Reads the lists of images in ``ImageList`` and, for each of the 81 concepts of
    ``Concepts81.txt``, ``Groundtruth/TrainTestLabels/Labels_{concept}_{Train,Test}.txt``, which
    have 1 or 0 on each line. A concept that is not annotated is negative.

    Papers differ in three ways:

    - https://arxiv.org/abs/2308.00166 has 80 concepts and does not say which. It has 210,260
      images, as many as https://arxiv.org/abs/2106.09708, whose code has all 81 concepts.
      ``metainfo=dict(classes=[...])`` takes some of the concepts.
    - Both have only the images that Flickr still had. ``image_list`` takes some of the images.
    - Images without any concept are kept here, as in the code of https://arxiv.org/abs/2106.09708,
      which has 1.9 positives per image. ``keep_empty=False`` drops them, as other papers do.

    Args:
        data_root: The folder with ``Groundtruth``, ``ImageList`` and ``Concepts81.txt`` (or
            ``ConceptsList/Concepts81.txt``, as it is packed).
        split: ``'train'`` or ``'test'``.
        keep_empty: Keep images without a positive label.
        image_list: A text file, below ``data_root``, with an image's path, as in ``ImageList``, on
            each line: only these images remain, in the order of the split.
        data_prefix: The image folder, below ``data_root``, with images such as
            ``actor/0001_2124494179.jpg``.
        **kwargs: Other arguments of :class:`AnnotatedDataset`.

    Raises:
        FileNotFoundError: A list, the image folder or images are missing.
        ValueError: There is no such split, or the lists are damaged or do not fit each other.
    """

    def __init__(
        self,
        data_root: str = "",
        split: str = "train",
        keep_empty: bool = True,
        image_list: str | None = None,
        data_prefix: str | dict = "Flickr",
        **kwargs: Any,
    ):
        if split not in ("train", "test"):
            raise ValueError(f"split={split!r}: choose 'train' or 'test'.")
        self.split, self.keep_empty, self.image_list = split, keep_empty, image_list
        super().__init__(data_root=data_root, data_prefix=data_prefix, **kwargs)

    def read(self) -> Annotations:
        """The images of the split, in the order of its list."""
        part = self.split.capitalize()
        path = self.below_root("ImageList", f"{part}Imagelist.txt")
        images = [line.replace("\\", "/") for line in read_lines(path, HINT)]
        note_size(path, len(images), SIZES)
        packed = self.below_root("ConceptsList", "Concepts81.txt")
        unpacked = self.below_root("Concepts81.txt")
        concepts = read_lines(packed if os.path.exists(packed) else unpacked, HINT)
        labels: np.ndarray = np.empty((len(images), len(concepts)), dtype=np.int8)
        for number, concept in enumerate(concepts):
            labels[:, number] = self._labels(f"Labels_{concept}_{part}.txt", len(images))
        found = Annotations(images, concepts, LabelMatrix.from_dense(labels))
        found = take_listed(self, found, path)
        if not self.keep_empty:
            found = found.take(np.unique(found.labels.entries(POSITIVE)[0]))
        return found

    def _labels(self, name: str, num_images: int) -> np.ndarray:
        """The labels of one concept."""
        path = self.below_root("Groundtruth", "TrainTestLabels", name)
        labels = read_table(path, {"label": int}, HINT)["label"].to_numpy()
        wrong = np.flatnonzero((labels != IN_FILE_PRESENT) & (labels != IN_FILE_ABSENT))
        if len(wrong):
            raise ValueError(
                f"{path} has {labels[wrong[0]]} as label {wrong[0] + 1} in place of 1 or 0: "
                "download it again."
            )
        if len(labels) != num_images:
            raise ValueError(
                f"{path} has {len(labels):,} labels, but the list of {self.split} has "
                f"{num_images:,} images: one of them is cut off, download both again."
            )
        return np.where(labels == IN_FILE_PRESENT, POSITIVE, NEGATIVE)
