"""COCO's object annotations as multi-label classification."""

from typing import Any

import numpy as np

from ...formats.coco.reader import read_coco_json
from ...labels import NEGATIVE
from ...labels.annotations import Annotations
from ...registry import DATASETS
from ..annotated_dataset import AnnotatedDataset
from .expected_size import note_size
from .image_list import listed_rows

CLASSES = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat",
    "traffic light", "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog",
    "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe", "backpack", "umbrella",
    "handbag", "tie", "suitcase", "frisbee", "skis", "snowboard", "sports ball", "kite",
    "baseball bat", "baseball glove", "skateboard", "surfboard", "tennis racket", "bottle",
    "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple", "sandwich",
    "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch",
    "potted plant", "bed", "dining table", "toilet", "tv", "laptop", "mouse", "remote",
    "keyboard", "cell phone", "microwave", "oven", "toaster", "sink", "refrigerator", "book",
    "clock", "vase", "scissors", "teddy bear", "hair drier", "toothbrush",
)  # fmt: skip

# Images with annotations.
SIZES = {
    "instances_train2014.json": 82_081,
    "instances_val2014.json": 40_137,
    "instances_train2017.json": 117_266,
    "instances_val2017.json": 4_952,
}


@DATASETS.register_module()
class COCOMultiLabel(AnnotatedDataset):
    """The classes of the objects in each image of COCO.

    Reads ``instances_*.json`` as its owners publish it. A class is positive if any of its objects
    is annotated, crowds included; every other class is negative. Images without annotations are
    left out, as in all papers of the field; 82,081 images of train2014, 40,137 of val2014, 117,266
    of train2017 and 4,952 of val2017 remain.

    Args:
        ann_file: The JSON file, below ``data_root``.
        metainfo: ``dict(classes=[...])`` takes some of COCO's 80 classes, or the classes of a file
            with other categories.
        image_list: A text file, below ``data_root``, with an image's file name or numeric id on
            each line: only these images remain, in the order of the JSON. The long-tailed subsets
            of https://arxiv.org/abs/2007.09654 and https://arxiv.org/abs/2304.10539 are such lists.
        **kwargs: Other arguments of :class:`AnnotatedDataset`.

    Raises:
        FileNotFoundError: A file, the image folder or images are missing.
        ValueError: A file is damaged, or does not fit ``metainfo`` or ``image_list``.
    """

    METAINFO = {"classes": CLASSES}

    def __init__(
        self,
        ann_file: str,
        metainfo: dict | None = None,
        image_list: str | None = None,
        **kwargs: Any,
    ):
        self.image_list = image_list
        super().__init__(ann_file=ann_file, metainfo=metainfo, **kwargs)

    def read(self) -> Annotations:
        """Images that have annotations, in the order of the file."""
        content = read_coco_json(
            self.ann_file,
            advice="download COCO's annotations_trainval2014.zip (or 2017) from cocodataset.org, "
            "unpack it, and set data_root to the folder that holds annotations/",
        )
        classes = list(self._metainfo["classes"])
        if not set(classes) <= set(content.classes):
            raise ValueError(
                f"{self.ann_file} has {len(content.classes)} categories, the first "
                f"{content.classes[:3]}, but the dataset's classes are {len(classes)}, the first "
                f"{classes[:3]}: give metainfo=dict(classes=[...]) as in the file."
            )
        ids = list(map(str, content.image_ids))
        labels = content.labels(NEGATIVE)
        everything = Annotations(content.files, content.classes, labels, ids)
        rows = np.unique(content.image)
        note_size(self.ann_file, len(rows), SIZES)
        if self.image_list is not None:
            path = self.below_root(self.image_list)
            rows = np.intersect1d(rows, listed_rows(everything, path, self.ann_file))
            if not len(rows):
                raise ValueError(f"{path} lists no image that has annotations in {self.ann_file}.")
        return everything.take(rows)
