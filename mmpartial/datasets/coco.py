"""COCO's object annotations as multi-label classification."""

import json
import os
import sys
from collections import defaultdict
from typing import Any

from mmengine.dist import is_main_process
from mmengine.fileio import isdir
from mmengine.utils import ProgressBar
from mmpretrain.datasets import BaseDataset

from ..registry import DATASETS

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


@DATASETS.register_module()
class COCOMultiLabel(BaseDataset):
    """The classes of the objects in each image of COCO.

    Reads ``instances_*.json`` as its owners publish it. A class is positive if any of its objects
    is annotated, crowds included; every other class is negative. Images without annotations are
    left out, as all papers of the field do: 82,081 of train2014 and 40,137 of val2014 remain.

    Args:
        ann_file: The JSON file, below ``data_root``.
        metainfo: ``dict(classes=...)`` to read a file with other categories than COCO's 80, in
            the order of their ids.
        image_list: A text file, below ``data_root``, with an image's file name or numeric id on
            each line: only these images remain, in the order of the JSON. So the long-tailed
            subsets of https://arxiv.org/abs/2007.09654 and https://arxiv.org/abs/2304.10539 are
            published.
        **kwargs: Other arguments of MMPretrain's ``BaseDataset``.

    Raises:
        FileNotFoundError: The annotation file, the list or the image folder is missing.
        ValueError: The file is no such JSON, is cut off, names other categories, or refers to
            images or categories that it does not list; or the list has an image twice, or one
            that the file does not have.
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

    def load_data_list(self) -> list[dict]:
        """Images that have annotations, in the order of the file."""
        content = _read(self.ann_file)
        categories = sorted(content["categories"], key=lambda category: category["id"])
        names = [category["name"] for category in categories]
        if names != list(self.metainfo["classes"]):
            raise ValueError(
                f"{self.ann_file} has {len(names)} categories, the first {names[:3]}, but the "
                f"dataset's classes are {len(self.metainfo['classes'])}, the first "
                f"{list(self.metainfo['classes'][:3])}: give metainfo=dict(classes=[...]) as in "
                "the file, in the order of the ids."
            )
        prefix = self.data_prefix["img_path"] or ""
        if prefix and not isdir(prefix):
            raise FileNotFoundError(
                f"there is no image folder {prefix}: unpack COCO's images there, or set data_root "
                "and data_prefix to where they are."
            )
        index = {category["id"]: i for i, category in enumerate(categories)}
        positive: dict[int, set[int]] = defaultdict(set)
        for image_id, category_id in content["annotations"]:
            if category_id not in index:
                raise ValueError(
                    f"{self.ann_file} has an annotation of image {image_id} with category_id "
                    f"{category_id}, which its categories do not list."
                )
            positive[image_id].add(index[category_id])
        listed = {image["id"] for image in content["images"]}
        stray = next((image_id for image_id in positive if image_id not in listed), None)
        if stray is not None:
            raise ValueError(
                f"{self.ann_file} annotates image {stray}, which its images do not list."
            )
        chosen = listed
        if self.image_list is not None:
            path = os.path.join(self.data_root, self.image_list)
            chosen = self._read_list(path, content["images"])
        return [
            dict(
                img_id=image["id"],
                img_path=os.path.join(prefix, image["file_name"]),
                gt_label=sorted(positive[image["id"]]),
            )
            for image in content["images"]
            if image["id"] in positive and image["id"] in chosen
        ]

    def _read_list(self, path: str, images: list[dict]) -> set[int]:
        """The ids of the images in the list."""
        if not os.path.exists(path):
            raise FileNotFoundError(
                f"there is no {path}: put the list of images there, or set image_list to where it "
                "is, below data_root."
            )
        with open(path, encoding="utf-8") as file:
            entries = [line.strip() for line in file if line.strip()]
        ids = {image["file_name"]: image["id"] for image in images}
        ids |= {str(image["id"]): image["id"] for image in images}
        chosen: set[int] = set()
        for entry in entries:
            if entry not in ids:
                raise ValueError(
                    f"{path} lists {entry!r}, which is no file name or id of an image of "
                    f"{self.ann_file}: take the list that belongs to it."
                )
            if ids[entry] in chosen:
                raise ValueError(f"{path} lists the image {entry!r} twice: remove one of them.")
            chosen.add(ids[entry])
        return chosen


def _read(path: str) -> dict:
    """Parse the JSON; of an annotation only (image_id, category_id) is kept in memory."""
    if not os.path.exists(path):
        raise FileNotFoundError(
            f"there is no {path}: download COCO's annotations_trainval2014.zip (or 2017) from "
            "cocodataset.org, unpack it, and set data_root to the folder that holds annotations/."
        )
    bar = ProgressBar(task_num=0, file=sys.stdout) if is_main_process() else None
    seen = 0

    def shrink(entry: dict) -> Any:
        nonlocal seen
        seen += 1
        if bar is not None and seen % 50_000 == 0:
            bar.update(50_000)
        if "category_id" in entry and "image_id" in entry:
            return entry["image_id"], entry["category_id"]
        if "file_name" in entry:
            return dict(id=entry["id"], file_name=entry["file_name"])
        return entry

    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file, object_hook=shrink)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(
            f"{path} is not complete JSON ({error}): the download may have been cut off."
        ) from error
    missing = [key for key in ("images", "annotations", "categories") if key not in content]
    if missing:
        raise ValueError(
            f"{path} has no {' and no '.join(missing)}: take an instances_*.json of COCO, not "
            "captions or image info."
        )
    if not all(isinstance(entry, tuple) for entry in content["annotations"]):
        raise ValueError(
            f"{path} has annotations without image_id or category_id: take an instances_*.json of "
            "COCO, not captions or keypoints of another format."
        )
    return content
