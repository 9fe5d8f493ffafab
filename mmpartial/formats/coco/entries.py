"""The images and annotations of a JSON file in COCO's format, read one entry at a time."""

import math
import sys
from collections.abc import Sequence
from typing import Any

from mmengine.dist import is_main_process
from mmengine.utils import ProgressBar

from ...utils.json_objects import is_unicode
from ...utils.log import note, note_once
from .ids import Id, References, as_id
from .image_groups import ImageGroups
from .image_labels import ABSENT, PRESENT, ListedCategories

FILE_NAME, URL = "file_name", "coco_url"
_BAR = 50_000  # annotations between two updates of the progress bar


class ImageEntries:
    """The ids, files and groups of images, and the categories that they list.

    Args:
        file_key: The key of the path of an image's file.
        more_keys: Other keys that every image must have.
        group: The key of an image's group, or None.
    """

    def __init__(self, file_key: str, more_keys: Sequence[str], group: str | None):
        self.file_key = file_key
        self.keys = ["id", file_key, *more_keys]
        self.ids: list[Id] = []
        self.files: list[str] = []
        self.groups = ImageGroups(group)
        self.present = [ListedCategories(key) for key in PRESENT]
        self.absent = ListedCategories(ABSENT)

    def add(self, image: Any) -> None:
        """Add an image."""
        number = len(self.ids)
        where = f"images[{number}]"
        if self.file_key == FILE_NAME and isinstance(image, dict) and ABSENT in image:
            image = _of_lvis(where, image)
        check_keys(where, image, self.keys)
        check_text(where, self.file_key, image[self.file_key])
        self.ids.append(as_id(f"{where} has id", image["id"]))
        self.files.append(image[self.file_key])
        self.groups.add(where, image)
        for listed in (*self.present, self.absent):
            listed.add(image, number)

    def check_files(self) -> None:
        """Check that images have different files."""
        first: dict[str, int] = {}
        for number, file in enumerate(self.files):
            other = first.setdefault(file, number)
            if other != number:
                raise ValueError(
                    f"images {self.ids[other]!r} and {self.ids[number]!r} have the same "
                    f"{self.file_key} {file!r}: remove one of them if it is one picture, and write "
                    "their folders into the paths if there are two."
                )


class AnnotationEntries:
    """The image and the category of each annotation; its other parts are dropped.

    Args:
        min_score: Leave out annotations with a lower score. None to refuse predictions.
    """

    def __init__(self, min_score: float | None):
        self.min_score = min_score
        self.image, self.category = References("image_id"), References("category_id")
        self.seen = self.ignored = self.of_sequences = 0
        self.bar: ProgressBar | None = None

    def add(self, annotation: Any) -> None:
        """Add an annotation."""
        try:
            image, category = annotation["image_id"], annotation["category_id"]
        except (TypeError, KeyError):
            raise ValueError(_other_kind(self.seen, annotation)) from None
        if type(image) is not int:
            image = as_id(f"annotations[{self.seen}] has image_id", image)
        if type(category) is not int:
            category = as_id(f"annotations[{self.seen}] has category_id", category)
        if "score" not in annotation or self._scores(annotation["score"]):
            self.image.append(image)
            self.category.append(category)
            self.ignored += bool(annotation.get("ignore"))
            self.of_sequences += bool(annotation.get("sequence_level_annotation"))
        self.seen += 1
        if self.seen % _BAR == 0 and is_main_process():
            self.bar = self.bar or ProgressBar(task_num=0, file=sys.stdout)
            self.bar.update(_BAR)

    def tell(self, path: str) -> None:
        """Log what kinds of annotations count as objects."""
        if self.ignored:
            note(f"{path}: {self.ignored} annotations are marked ignore, and count as objects")
        if self.of_sequences:
            note_once(
                f"{path}: {self.of_sequences} annotations are of whole sequences "
                "(sequence_level_annotation), and their class counts as present in each of their "
                "images, also where an animal cannot be seen"
            )

    def _scores(self, score: Any) -> bool:
        """Whether a score is high enough; some tools write null or 1 for annotations."""
        where = f"annotations[{self.seen}] has score={score!r}"
        score = 1 if score is None else score
        if type(score) not in (int, float) or math.isnan(score):
            raise ValueError(f"{where}: a score is a number.")
        if self.min_score is None and score != 1:
            raise ValueError(
                f"{where}, as predictions have, which are not labels: take the file of the "
                "annotations, or read it as format='coco_json' with min_score, such as 0.5, which "
                "leaves out lower scores."
            )
        return self.min_score is None or score >= self.min_score


def check_keys(where: str, entry: Any, keys: Sequence[str]) -> None:
    """Check that an entry has some keys."""
    if not isinstance(entry, dict):
        raise ValueError(f"{where} is {repr(entry)[:60]}, not an object.")
    lacks = [key for key in keys if key not in entry]
    if lacks:
        raise ValueError(
            f"{where} has no {' and no '.join(lacks)}; its keys are {', '.join(entry) or 'none'}."
        )


def _of_lvis(where: str, image: dict) -> dict:
    """An image with a file name; LVIS v1 has an address in its place."""
    if FILE_NAME in image or URL not in image:
        return image
    check_text(where, URL, image[URL])
    return image | {FILE_NAME: path_in_url(image[URL])}


def path_in_url(url: str) -> str:
    """The folder and the file name at the end of an address, as the images of COCO have it.

    >>> path_in_url('http://images.cocodataset.org/train2017/000000391895.jpg')
    'train2017/000000391895.jpg'
    """
    return "/".join(url.split("/")[-2:])


def check_text(where: str, key: str, value: Any) -> None:
    """Check that a name is a text that can be written to a file."""
    if not isinstance(value, str) or not value.strip() or not is_unicode(value):
        raise ValueError(f"{where} has {key}={value!r}: write a text in quotes.")


def _other_kind(number: int, annotation: Any) -> str:
    """A sentence about an annotation without image or category."""
    keys = annotation if isinstance(annotation, dict) else {}
    kinds = {"segments_info": "panoptic segments have", "caption": "captions have"}
    kind = next((f", as {name}" for key, name in kinds.items() if key in keys), "")
    remedy = (
        "write one for each image of a sequence"
        if "seq_id" in keys
        else "take an instances_*.json of COCO or a file like it"
    )
    return (
        f"it has annotations without image_id or category_id: annotations[{number}] has "
        f"{', '.join(keys) or 'no keys'}{kind}; {remedy}."
    )
