"""LVIS as multi-label classification, with labels that are partial themselves."""

from array import array

import numpy as np

from ...formats.coco.ids import References, as_id
from ...formats.coco.reader import CocoContent, read_coco_json
from ...labels.annotations import Annotations
from ...labels.encoding import ConflictError
from ...labels.matrix import LabelMatrix
from ...registry import DATASETS
from ...utils.json_objects import json_errors
from ..annotated_dataset import AnnotatedDataset
from .expected_size import note_size

SIZES = {"lvis_v1_train.json": 100_170, "lvis_v1_val.json": 19_809}


@DATASETS.register_module()
class LVIS(AnnotatedDataset):
    """The classes that LVIS v1 knows to be in an image, and those that it knows to be absent.

    The annotators looked for only a few of the 1,203 classes in each image. A class is positive if
    an object of it is annotated, or if it is in ``not_exhaustive_category_ids``: then it is in the
    image, but not all of its objects are annotated. It is negative if it is in
    ``neg_category_ids``. All other classes are unknown. See https://arxiv.org/abs/1908.03195 and
    https://www.lvisdataset.org. The classes are the names of the categories, in the order of their
    ids.

    The images are those of COCO 2017, and some of the validation split are in ``train2017``. An
    image's path is the folder and the file name of its ``coco_url``.

    Args:
        ann_file: ``lvis_v1_train.json`` or ``lvis_v1_val.json``, below ``data_root``.
        **kwargs: Other arguments of :class:`AnnotatedDataset`.

    Raises:
        FileNotFoundError: The annotation file, the image folder or images are missing.
        ValueError: The file is damaged, or says that a class is and is not in an image.
    """

    def read(self) -> Annotations:
        """All images, with or without a positive class."""
        content = read_coco_json(
            self.ann_file,
            file_key="coco_url",
            more_keys=("neg_category_ids", "not_exhaustive_category_ids"),
            advice="download LVIS v1 from lvisdataset.org, unpack it, and set data_root to the "
            "folder that holds ann_file",
        )
        note_size(self.ann_file, len(content.image_ids), SIZES)
        there = _listed(content, "not_exhaustive_category_ids")
        absent = _listed(content, "neg_category_ids")
        image = np.concatenate([content.image, there[0], absent[0]])
        category = np.concatenate([content.category, there[1], absent[1]])
        positive = np.arange(len(image)) < len(image) - len(absent[0])
        ids = list(map(str, content.image_ids))
        try:
            labels = LabelMatrix.from_entries(
                image, category, positive, (len(ids), len(content.classes))
            )
        except ConflictError as conflict:
            raise ValueError(
                f"{self.ann_file} says that {content.classes[conflict.cls]!r} is in image "
                f"{ids[conflict.image]}, but has it in the image's neg_category_ids: remove one."
            ) from None
        images = ["/".join(url.split("/")[-2:]) for url in content.images["coco_url"]]
        return Annotations(images, content.classes, labels, ids)


def _listed(content: CocoContent, key: str) -> tuple[np.ndarray, np.ndarray]:
    """The image and the category of each entry in the lists under a key."""
    listed, image = References(key), array("q")
    with json_errors(content.path):
        for row, ids in enumerate(content.images[key]):
            where = f"the {key} of image {content.image_ids[row]}"
            if not isinstance(ids, list):
                raise ValueError(f"{where} are {ids!r}: give a list of category ids.")
            for value in ids:
                listed.append(as_id(f"{where} have the id", value))
                image.append(row)
        category = listed.find(content.path, content.category_ids)
        stray = np.flatnonzero(category < 0)
        if stray.size:
            first = int(stray[0])
            raise ValueError(
                f"the {key} of image {content.image_ids[image[first]]} have {listed[first]}, which "
                "the file's categories do not list: add the category, or remove the id."
            )
    return np.array(image, dtype=np.int64), category
