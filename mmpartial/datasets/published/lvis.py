"""LVIS as multi-label classification, with labels that are partial themselves."""

from ...formats.coco.entries import URL, path_in_url
from ...formats.coco.reader import read_coco_json
from ...labels import UNKNOWN
from ...labels.annotations import Annotations
from ...registry import DATASETS
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
            file_key=URL,
            more_keys=("neg_category_ids", "not_exhaustive_category_ids"),
            advice="download LVIS v1 from lvisdataset.org, unpack it, and set data_root to the "
            "folder that holds ann_file",
        )
        note_size(self.ann_file, len(content.image_ids), SIZES)
        ids = list(map(str, content.image_ids))
        labels = content.labels(UNKNOWN)
        images = [path_in_url(url) for url in content.files]
        return Annotations(images, content.classes, labels, ids)
