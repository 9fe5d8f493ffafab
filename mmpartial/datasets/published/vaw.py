"""VAW: attributes of objects, some known to be there, some known to be absent."""

from array import array
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np

from ...labels.annotations import Annotations
from ...labels.matrix import LabelMatrix
from ...registry import DATASETS
from ...utils.json_objects import json_errors, load_json
from ...utils.log import note
from ...utils.names import unknown_class, visible
from ...utils.text_files import check_file
from ..annotated_dataset import AnnotatedDataset
from .image_folders import below_folders
from .open_images_csv import without_conflicts
from .visual_genome import FOLDERS

LISTS = ("negative_attributes", "positive_attributes")
HINT = "take the files in data/ of github.com/adobe-research/vaw_dataset, and set data_root to it."


@DATASETS.register_module()
class VAW(AnnotatedDataset):
    """The 620 attributes of objects in VAW, https://arxiv.org/abs/2106.09707.

    A sample is an object (instance) in an image of Visual Genome. An attribute is positive or
    negative if the object lists it so. It is unknown if the object lists it as neither or as both;
    the log counts the attributes that are listed as both. A sample's ``box`` is (x, y, width,
    height) of the object; :class:`mmpartial.CropBox` in the pipeline crops the image to it. Ids of
    samples are those of instances.

    The files are described at https://github.com/adobe-research/vaw_dataset. Its README says that
    ids are numbers, and public code shows them as texts. This class reads both.

    Args:
        ann_file: One or several files of instances, below ``data_root``, such as
            ``('train_part1.json', 'train_part2.json')``.
        class_file: The attributes with their numbers, below ``data_root``.
        **kwargs: Other arguments of :class:`AnnotatedDataset`. Images are in the folders
            ``VG_100K`` and ``VG_100K_2`` of ``data_prefix``, or in ``data_prefix`` itself.

    Raises:
        FileNotFoundError: A file, the image folder or images are missing.
        ValueError: A file is damaged or of another format; the message names the instance.
    """

    def __init__(
        self,
        ann_file: str | Sequence[str],
        class_file: str = "attribute_index.json",
        **kwargs: Any,
    ):
        files = [ann_file] if isinstance(ann_file, str) else list(ann_file)
        if not files:
            raise ValueError("ann_file=[]: name the files of instances.")
        self.files, self.class_file = files, class_file
        self._instances: np.ndarray = np.empty(0, dtype=np.int64)  # ascending
        self._boxes: np.ndarray = np.empty((0, 4))
        super().__init__(ann_file=files[0], **kwargs)

    def read(self) -> Annotations:
        """The instances of all files."""
        classes = self._classes()
        index = {name: number for number, name in enumerate(classes)}
        images: list[str] = []
        instances, codes, lengths, boxes = array("q"), array("q"), array("q"), array("d")
        for file in self.files:
            path = self.below_root(file)
            check_file(path, HINT)
            records = load_json(path)
            if not isinstance(records, list):
                raise ValueError(f"{path} is not a list of instances: {HINT}")
            with json_errors(path):
                for number, record in enumerate(records):
                    image, instance, box, labels = _instance(number, record, index)
                    images.append(f"{image}.jpg")
                    instances.append(instance)
                    boxes.extend(box)
                    codes.extend(labels)
                    lengths.append(len(labels))
        self._keep_boxes(np.array(instances), np.array(boxes).reshape(-1, 4))
        row: np.ndarray = np.repeat(np.arange(len(images)), np.array(lengths, dtype=np.int64))
        keys = np.unique(row * (2 * len(classes)) + np.array(codes, dtype=np.int64))
        keys, conflicts = without_conflicts(keys)
        note(f"VAW: {len(images):,} objects, {conflicts} labels both positive and negative")
        matrix = LabelMatrix.from_keys(keys, (len(images), len(classes)), default_state=-1)
        paths = below_folders(self, images, FOLDERS)
        return Annotations(paths, classes, matrix, [str(instance) for instance in instances])

    def record(self, idx: int) -> dict:
        """The record without labels, with its box."""
        info = super().record(idx)
        return dict(info, box=self._boxes[np.searchsorted(self._instances, int(info["img_id"]))])

    def _keep_boxes(self, instances: np.ndarray, boxes: np.ndarray) -> None:
        order = np.argsort(instances)
        self._instances, self._boxes = instances[order], boxes[order]

    def _classes(self) -> list[str]:
        """The attributes in the order of their numbers."""
        path = self.below_root(self.class_file)
        check_file(path, HINT)
        content = load_json(path)
        numbers = list(content.values()) if isinstance(content, dict) else []
        if not numbers or {*map(repr, numbers)} != {*map(repr, range(len(numbers)))}:
            raise ValueError(f"{path} does not number its attributes from 0: {HINT}")
        return sorted(content, key=content.__getitem__)


def _instance(
    number: int, record: Any, index: dict[str, int]
) -> tuple[int, int, list[float], list[int]]:
    """Image, instance, box and labels (2 * class + state) of a record."""
    where = f"instance {number} (the first is 0)"
    if not isinstance(record, dict):
        raise ValueError(f"{where} is not an object: {HINT}")
    image, instance = (_id(where, key, record.get(key)) for key in ("image_id", "instance_id"))
    where = f"the instance {instance}"
    box = record.get("instance_bbox")
    if not isinstance(box, list) or len(box) != 4 or not all(map(_is_length, box)):
        raise ValueError(f"{where} has instance_bbox={box!r}: it should be [x, y, width, height].")
    lists: list[Any] = [record.get(key) for key in LISTS]
    for key, names in zip(LISTS, lists, strict=True):
        if not isinstance(names, list) or not {*map(type, names)} <= {str}:
            raise ValueError(f"{where} has {key}={visible(names)}: it should be a list of texts.")
    for name in chain(*lists):
        if name not in index:
            raise ValueError(f"{where}: {unknown_class(name, list(index))}")
    labels = [2 * index[name] + state for state, names in enumerate(lists) for name in names]
    return image, instance, box, labels


def _id(where: str, key: str, value: Any) -> int:
    """An id, which is a whole number or a text of one."""
    text = str(value) if type(value) in (int, str) else ""
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise ValueError(f"{where} has {key}={visible(value)}: it should be a whole number.")
    return int(text)


def _is_length(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) < 1e6  # false for NaN as well
