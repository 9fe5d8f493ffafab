"""Reading JSON files of object annotations in COCO's format."""

import json
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from mmengine.dist import is_main_process
from mmengine.utils import ProgressBar

from ..names import repeated
from .text_files import check_file


@dataclass
class CocoContent:
    """What a file says of images and of the classes of their objects.

    Attributes:
        path: The file.
        images: For each key that was asked for, the values of the N images in the file's order.
        image_ids: ``(N,)`` int64, their ids.
        classes: The L category names, in the order of their ids.
        category_ids: ``(L,)`` int64, these ids, which may leave gaps.
        image: ``(M,)`` int64, for each annotation its image, below N.
        category: ``(M,)`` int64, its category, below L.
    """

    path: str
    images: dict[str, list]
    image_ids: np.ndarray
    classes: list[str]
    category_ids: np.ndarray
    image: np.ndarray
    category: np.ndarray


def read_coco_json(
    path: str, file_key: str = "file_name", more_keys: Sequence[str] = (), advice: str = ""
) -> CocoContent:
    """Read annotations of objects, keeping two numbers of each in memory.

    The format is described at https://cocodataset.org/#format-data. Boxes, segments and anything
    else of an annotation is dropped while the file is read.

    Args:
        path: The JSON file.
        file_key: What names an image's file, which every image has.
        more_keys: More that every image has and that is wanted.
        advice: What to do where the file is missing, for the message.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is cut off, is no such JSON, has an id that is no whole number or a
            name that is no text, lists an image or a category twice, or annotates an image or
            category that it does not list.
    """
    check_file(path, f"{advice or 'set ann_file to where it is'}.")
    keys = ("id", file_key, *more_keys)
    content, image_of, category_of = _parse(path, keys)
    _check_parts(path, content, keys)
    images = {key: [image[key] for image in content["images"]] for key in keys}
    image_ids = _as_ids(path, "images", images.pop("id"))
    categories = content["categories"]
    category_ids = _as_ids(path, "categories", [category["id"] for category in categories])
    order = np.argsort(category_ids)
    names = [categories[i]["name"] for i in order]
    _check_once(path, "images", file_key, images[file_key])
    _check_once(path, "categories", "name", names)
    category_ids = category_ids[order]
    image, category = find(image_of, image_ids), find(category_of, category_ids)
    stray = np.flatnonzero(category < 0)
    if stray.size:
        raise ValueError(
            f"{path} has an annotation of image {image_of[stray[0]]} with category_id "
            f"{category_of[stray[0]]}, which its categories do not list."
        )
    stray = np.flatnonzero(image < 0)
    if stray.size:
        raise ValueError(
            f"{path} annotates image {image_of[stray[0]]}, which its images do not list."
        )
    return CocoContent(path, images, image_ids, names, category_ids, image, category)


def find(wanted: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """The places of some ids among all ids, -1 where there is no such.

    >>> find(np.array([7, 5, 6]), np.array([5, 9, 7]))
    array([ 2,  0, -1])
    """
    if not len(ids):
        return np.full(len(wanted), -1)
    order = np.argsort(ids)
    place = order[np.searchsorted(ids, wanted, sorter=order).clip(max=len(ids) - 1)]
    return np.where(ids[place] == wanted, place, -1)


def _parse(path: str, keys: Sequence[str]) -> tuple[Any, np.ndarray, np.ndarray]:
    """The JSON with None for each annotation, and image_id and category_id of all of them."""
    image_of, category_of = array("q"), array("q")
    bar = ProgressBar(task_num=0, file=sys.stdout) if is_main_process() else None
    seen = 0

    def shrink(entry: dict) -> dict | None:
        nonlocal seen
        seen += 1
        if bar is not None and seen % 50_000 == 0:
            bar.update(50_000)
        if "category_id" in entry and "image_id" in entry:
            try:
                image_of.append(entry["image_id"])
                category_of.append(entry["category_id"])
            except (TypeError, OverflowError):
                raise ValueError(
                    f"{path} has an annotation with image_id={entry['image_id']!r} and "
                    f"category_id={entry['category_id']!r}: ids are whole numbers."
                ) from None
            return None
        if keys[1] in entry:
            return {key: entry[key] for key in keys if key in entry}
        return entry

    try:
        with open(path, encoding="utf-8-sig") as file:
            content = json.load(file, object_hook=shrink)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(
            f"{path} is not complete JSON ({error}): the download may have been cut off."
        ) from error
    return content, *(np.array(ids, dtype=np.int64) for ids in (image_of, category_of))


def _check_parts(path: str, content: Any, keys: Sequence[str]) -> None:
    parts = ("images", "annotations", "categories")
    there = content if isinstance(content, dict) else {}
    missing = [part for part in parts if not isinstance(there.get(part), list)]
    if missing:
        raise ValueError(
            f"{path} has no {' and no '.join(missing)}: take an instances_*.json of COCO or a "
            "file like it, not captions or image info."
        )
    if any(entry is not None for entry in content["annotations"]):
        raise ValueError(
            f"{path} has annotations without image_id or category_id: take an instances_*.json of "
            "COCO or a file like it, not captions or keypoints of another format."
        )
    for part, needed in (("images", keys), ("categories", ("id", "name"))):
        name = needed[1]
        for number, entry in enumerate(content[part]):
            lacks = [key for key in needed if not isinstance(entry, dict) or key not in entry]
            if lacks:
                raise ValueError(f"{path}: {part}[{number}] has no {' and no '.join(lacks)}.")
            if not isinstance(entry[name], str):
                raise ValueError(
                    f"{path}: {part}[{number}] has {name}={entry[name]!r}: write a text in quotes."
                )


def _as_ids(path: str, part: str, ids: list) -> np.ndarray:
    try:
        numbers = np.array(array("q", ids), dtype=np.int64)
    except (TypeError, OverflowError):
        odd = next(i for i in ids if not isinstance(i, int) or abs(i) >= 2**63)
        raise ValueError(f"{path}: {part} have the id {odd!r}: ids are whole numbers.") from None
    _check_once(path, part, "id", ids)
    return numbers


def _check_once(path: str, part: str, key: str, values: list) -> None:
    twice = repeated(values)
    if twice is not None:
        raise ValueError(f"{path}: {part} list {key} {twice!r} twice: remove one of them.")
