"""JSON or JSON Lines with the names of positive and negative classes of each image.

``{"image": "1.jpg", "positive": ["cat"], "negative": ["dog"]}``, in a list or one on each line.
A list may be missing.
"""

import json
from array import array
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..labels import NEGATIVE, POSITIVE
from ..labels.annotations import Annotations
from ..labels.class_lists import to_lists
from ..utils.json_objects import read_text
from ..utils.json_walk import walk_lines
from ..utils.text_files import check_file
from .checks import check_joined
from .common import from_names, read_json, replacing
from .lost import lost_classes, lost_ids

_LISTS = ("positive", "negative")


def read(path: str, *, unlisted: str, classes: Sequence[str] | str | None = None) -> Annotations:
    """Read lists of class names.

    Args:
        path: A file that ends in ``.jsonl`` or ``.ndjson``, or else JSON; in UTF-8.
        unlisted: What a class is that is in neither list: ``'unknown'`` or ``'negative'``.
        classes: All class names, or a text file of them; those that occur, sorted, if None. Give
            them where several files belong together, such as of training and validation, because
            each may lack classes.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is cut off, a record has other keys or values, an image is there
            twice with different labels, a class is both positive and negative in an image, or is
            none of ``classes``; the message says where.
    """
    check_file(path)
    images: list[str] = []
    listed = {key: _Listed() for key in _LISTS}
    for place, record in _records(path):
        wrong = _wrong(record)
        if wrong:
            raise ValueError(f"{path}, {place} {wrong}")
        for key, names in listed.items():
            names.add(len(images), record.get(key) or ())
        images.append(record["image"])
    if classes is None:
        different = {name for names in listed.values() for name in names.different}
        check_joined(path, different, "write each between quotes of its own")
    return from_names(
        path,
        images,
        np.concatenate([names.image for names in listed.values()]),
        [name for names in listed.values() for name in names.names],
        np.repeat([True, False], [len(names.names) for names in listed.values()]),
        unlisted=unlisted,
        classes=classes,
    )


def write(annotations: Annotations, path: str) -> list[str]:
    """Write lists of class names; read them with ``unlisted='unknown'``.

    Returns:
        What the format cannot say of these annotations.
    """
    names = np.array(annotations.classes, dtype=object)
    lists = [to_lists(annotations.labels, state) for state in (POSITIVE, NEGATIVE)]
    start, between, end = ("", "\n", "\n") if _is_lines(path) else ("[\n", ",\n", "\n]\n")
    with replacing(path) as temporary, open(temporary, "w", encoding="utf-8") as file:
        file.write(start)
        for number, (image, *both) in enumerate(zip(annotations.images, *lists, strict=True)):
            positive, negative = (names[part].tolist() for part in both)
            record = dict(image=image, positive=positive, negative=negative)
            file.write((between if number else "") + json.dumps(record, ensure_ascii=False))
        file.write(end)
    return [*lost_classes(annotations), *lost_ids(annotations)]


def _is_lines(path: str) -> bool:
    """Whether the file's name says so."""
    return str(path).lower().endswith((".jsonl", ".ndjson"))


class _Listed:
    """Names in the lists of images; equal ones are one text in memory."""

    def __init__(self) -> None:
        self.image = array("q")
        self.names: list[str] = []
        self.different: dict[str, str] = {}

    def add(self, image: int, names: Sequence[str]) -> None:
        """Add the list of an image."""
        for name in names:
            self.image.append(image)
            self.names.append(self.different.setdefault(name, name))


def _records(path: str) -> Iterator[tuple[str, Any]]:
    """What should be records, each with its place in the file."""
    if _is_lines(path):
        text = read_text(path)
        try:
            for line, record in walk_lines(text):
                yield f"line {line}", record
        except ValueError as error:
            raise ValueError(f"{path}, {error}") from None
    else:
        records = read_json(path)
        if not isinstance(records, list):
            raise ValueError(f"{path} is no list of records of image, positive and negative.")
        for number, record in enumerate(records):
            yield f"record {number} (the first is 0)", record


def _wrong(record: Any) -> str | None:
    """What is wrong with a record, or None."""
    if not isinstance(record, dict) or not record.get("image"):
        return "has no image."
    other = [key for key in record if key != "image" and key not in _LISTS]
    if other:
        return f"has the key {other[0]!r}: a record has image, positive and negative."
    if not isinstance(record["image"], str):
        return f"has image={record['image']!r}: write a path in quotes."
    for key in _LISTS:
        names = record.get(key)
        if names is not None and not (isinstance(names, list) and {*map(type, names)} <= {str}):
            return f"has {key}={names!r}: write a list of class names."
    return None
