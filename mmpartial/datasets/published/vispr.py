"""VISPR: private information in photos, in one JSON file for each photo."""

import os
from typing import Any

from ...labels import NEGATIVE
from ...labels.annotations import Annotations
from ...labels.class_lists import from_lists
from ...registry import DATASETS
from ...utils.json_objects import load_json
from ...utils.names import visible
from ..annotated_dataset import AnnotatedDataset
from .expected_size import note_size
from .text_columns import read_columns

SIZES = {"train2017": 10_000, "val2017": 4_167, "test2017": 8_000}
HINT = (
    "download VISPR from tribhuvanesh.github.io/vpa and attributes.tsv from "
    "github.com/tribhuvanesh/vpa, and set data_root to their folder."
)


@DATASETS.register_module()
class VISPR(AnnotatedDataset):
    """The 68 attributes of VISPR, https://arxiv.org/abs/1703.10660.

    Attributes say which private information a photo shows, such as a face or a license plate; the
    first one is ``Safe``. Each photo has a JSON file whose ``labels`` list its attributes, such as
    ``a9_face_complete``, and whose ``image_path`` names the photo, such as
    ``images/train2017/2017_10001018.jpg``. All other attributes are negative. The classes are the
    ``description`` of each attribute in ``attributes.tsv``, in the order of its ``idx``; a row
    without ``idx`` is not a class.

    Args:
        split: ``'train'``, ``'val'`` or ``'test'``.
        ann_dir: The folder of the JSON files, below ``data_root``; they are in ``train2017/``,
            ``val2017/`` and ``test2017/`` there.
        class_file: The attributes, below ``data_root``.
        data_prefix: The image folder, below ``data_root``, with ``train2017/`` and the others.
        **kwargs: Other arguments of :class:`AnnotatedDataset`.

    Raises:
        FileNotFoundError: A file, a folder or images are missing.
        ValueError: There is no such split, or a file is damaged; the message names it.
    """

    def __init__(
        self,
        data_root: str = "",
        split: str = "train",
        ann_dir: str = "annotations",
        class_file: str = "attributes.tsv",
        data_prefix: str | dict = "images",
        **kwargs: Any,
    ):
        if split not in ("train", "val", "test"):
            raise ValueError(f"split={split!r}: choose 'train', 'val' or 'test'.")
        self.split, self.ann_dir, self.class_file = split, ann_dir, class_file
        super().__init__(data_root=data_root, data_prefix=data_prefix, **kwargs)

    def read(self) -> Annotations:
        """The photos of the split, in the order of their files' names."""
        ids, classes = self._attributes()
        index = {attribute: number for number, attribute in enumerate(ids)}
        folder = self.below_root(self.ann_dir, f"{self.split}2017")
        if not os.path.isdir(folder):
            raise FileNotFoundError(f"there is no folder {folder}: {HINT}")
        files = sorted(name for name in os.listdir(folder) if name.endswith(".json"))
        note_size(folder, len(files), SIZES)
        images, positive = [], []
        for name in files:
            image, attributes = _photo(os.path.join(folder, name), index)
            images.append(image)
            positive.append(attributes)
        labels = from_lists(positive, [[]] * len(files), len(ids), NEGATIVE, files.__getitem__)
        return Annotations(images, classes, labels, [name[: -len(".json")] for name in files])

    def _attributes(self) -> tuple[list[str], list[str]]:
        """Ids and descriptions of the attributes."""
        path = self.below_root(self.class_file)
        columns = ["idx", "attribute_id", "description"]
        place, *texts = (c.texts() for c in read_columns(path, columns, HINT, columns))
        rows = [row for row, number in enumerate(place) if number]
        if sorted(place[row] for row in rows) != sorted(map(str, range(len(rows)))):
            raise ValueError(f"{path}: the column 'idx' does not count from 0 on: {HINT}")
        rows.sort(key=lambda row: int(place[row]))
        ids, descriptions = ([column[row] for row in rows] for column in texts)
        return ids, descriptions


def _photo(path: str, index: dict[str, int]) -> tuple[str, list[int]]:
    """Path and attributes of a photo."""
    content = load_json(path)
    image = content.get("image_path") if isinstance(content, dict) else None
    labels = content.get("labels") if isinstance(content, dict) else None
    if not isinstance(image, str) or not isinstance(labels, list):
        raise ValueError(f"{path} has no image_path or no list of labels: {HINT}")
    for label in labels:
        if not isinstance(label, str) or label not in index:
            raise ValueError(
                f"{path} has the label {visible(label)}, which is not in the table of attributes: "
                "take both from the same version of VISPR."
            )
    return image.removeprefix("images/"), sorted({index[label] for label in labels})
