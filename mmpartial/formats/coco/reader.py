"""Reading JSON files of object annotations in COCO's format."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...labels import NEGATIVE
from ...labels.encoding import ConflictError
from ...labels.matrix import LabelMatrix
from ...utils.json_objects import json_errors, read_text
from ...utils.json_walk import walk_lists
from ...utils.log import note
from ...utils.text_files import check_file
from .entries import AnnotationEntries, ImageEntries, check_keys, check_text
from .ids import Id, References, as_id, one_kind


@dataclass
class CocoContent:
    """The images, categories and annotations of a file.

    Attributes:
        path: The file.
        files: The paths of the N images, in the order of the file.
        image_ids: The N ids of the images, all numbers or all texts.
        classes: The names of the C categories, in the order of their ids.
        image: ``(M,)`` int64, the number of the image of each object and of each category that an
            image lists as present.
        category: ``(M,)`` int64, the number of its category, below C.
        absent: The numbers of images and of categories that these images list as absent.
        groups: The N names of the images' groups, ``''`` for none; empty if no key names them.
    """

    path: str
    files: list[str]
    image_ids: list[Id]
    classes: list[str]
    image: np.ndarray
    category: np.ndarray
    absent: tuple[np.ndarray, np.ndarray]
    groups: list[str]

    def labels(self, unlisted: int) -> LabelMatrix:
        """The ``(N, C)`` labels.

        Args:
            unlisted: The state of a category that an image does not list, and has no object of.

        Raises:
            ValueError: A category is present and absent in one image; or unlisted ones should be
                negative, but images list those that are.
        """
        if unlisted == NEGATIVE and len(self.absent[0]):
            raise ValueError(
                f"{self.path}: images have neg_category_ids, the classes that somebody looked for "
                "and did not find, so all others may be there: read it with unlisted='unknown', as "
                "format='coco_json' and mmpartial.LVIS do."
            )
        image = np.concatenate([self.image, self.absent[0]])
        category = np.concatenate([self.category, self.absent[1]])
        positive = np.arange(len(image)) < len(self.image)
        shape = (len(self.files), len(self.classes))
        try:
            return LabelMatrix.from_entries(image, category, positive, shape, unlisted)
        except ConflictError as conflict:
            raise ValueError(
                f"{self.path} says that {self.classes[conflict.cls]!r} is in image "
                f"{self.image_ids[conflict.image]}, but has it in the image's neg_category_ids: "
                "remove one."
            ) from None


def read_coco_json(
    path: str,
    file_key: str = "file_name",
    more_keys: Sequence[str] = (),
    advice: str = "",
    min_score: float | None = None,
    group: str | None = None,
) -> CocoContent:
    """Read annotations of objects, and keep two numbers of each in memory.

    The format is described at https://cocodataset.org/#format-data. Boxes and segments are dropped
    while the file is read. An annotation without a box, which labels the whole image, counts as
    well. Ids are whole numbers or texts. Roboflow's category 0 is left out: it has no objects, and
    all other categories are kinds of it.

    Args:
        path: The JSON file.
        file_key: The key of the path of an image's file.
        more_keys: Other keys that every image must have.
        advice: What to do if the file is missing, for the message.
        min_score: Read predictions with at least this score. None to refuse predictions.
        group: The key of an image's group, such as its location.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is cut off or of another format, has an id or a name of a wrong type,
            lists an image or a category twice, has predictions, or annotates an image or category
            that it does not list.
    """
    check_file(path, f"{advice or 'set ann_file to where it is'}.")
    images, annotations = ImageEntries(file_key, more_keys, group), AnnotationEntries(min_score)
    text = read_text(path)
    with json_errors(path):
        content = walk_lists(text, dict(images=images.add, annotations=annotations.add))
        del text
        _check_parts(content)
        one_kind("images", images.ids)
        images.check_files()
        images.groups.check()
        categories = _categories(path, content["categories"], annotations.category)
        category_ids, classes = list(categories), list(categories.values())
        image = annotations.image.find(path, images.ids)
        category = annotations.category.find(path, category_ids)
        _check_listed(annotations, image, category)
        listed = [part.find(path, images.ids, category_ids) for part in images.present]
        absent = images.absent.find(path, images.ids, category_ids)
    annotations.tell(path)
    image, category = map(np.concatenate, zip((image, category), *listed, strict=True))
    groups = images.groups.names
    return CocoContent(path, images.files, images.ids, classes, image, category, absent, groups)


def _check_parts(content: Any) -> None:
    """Check that there are lists of images, annotations and categories."""
    parts = ("images", "annotations", "categories")
    there = content if isinstance(content, dict) else {}
    missing = [part for part in parts if not isinstance(there.get(part), list)]
    if missing:
        is_list = isinstance(content, list)
        keys = f"its keys are {', '.join(there) or 'none'}"
        kind = "it is a list, as results of a detector are" if is_list else keys
        raise ValueError(
            f"it has no {' and no '.join(missing)}: take an instances_*.json of COCO or a file "
            f"like it, where each of these is a list; {kind}."
        )


def _categories(path: str, categories: list, used: References) -> dict[Id, str]:
    """The names of the categories by their ids, in the order of the ids."""
    ids = []
    for number, category in enumerate(categories):
        where = f"categories[{number}]"
        check_keys(where, category, ["id", "name"])
        check_text(where, "name", category["name"])
        ids.append(as_id(f"{where} has id", category["id"]))
    one_kind("categories", ids)
    umbrella = _umbrella(ids, categories)
    if umbrella is not None and not {0, "0"} & used.different.keys():
        name = categories[umbrella]["name"]
        note(
            f"{path}: the category {name!r} of id 0 is left out: it has no object, and all other "
            "categories are kinds of it"
        )
        del ids[umbrella]
        categories = [*categories[:umbrella], *categories[umbrella + 1 :]]
    names = dict(sorted(zip(ids, (category["name"] for category in categories), strict=True)))
    first: dict[str, Id] = {}
    for value, name in names.items():
        other = first.setdefault(name, value)
        if other != value:
            raise ValueError(
                f"categories {other!r} and {value!r} have the same name {name!r}: give them "
                "different names, or one id."
            )
    return names


def _umbrella(ids: Sequence[Id], categories: Sequence[dict]) -> int | None:
    """The place of Roboflow's category of all categories, or None."""
    if 0 not in ids or len(ids) < 2:
        return None
    place = ids.index(0)
    name = categories[place]["name"]
    kinds = [category.get("supercategory") for category in categories]
    if kinds.pop(place) == "none" and all(kind == name for kind in kinds):
        return place
    return None


def _check_listed(annotations: AnnotationEntries, image: np.ndarray, category: np.ndarray) -> None:
    """Check that the images and categories of all annotations are listed."""
    stray = np.flatnonzero(category < 0)
    if stray.size:
        first = int(stray[0])
        raise ValueError(
            f"it has an annotation of image {annotations.image[first]!r} with category_id "
            f"{annotations.category[first]!r}, which its categories do not list."
        )
    stray = np.flatnonzero(image < 0)
    if stray.size:
        image_id = annotations.image[int(stray[0])]
        raise ValueError(f"it annotates image {image_id!r}, which its images do not list.")
