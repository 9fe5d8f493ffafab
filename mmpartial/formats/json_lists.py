"""JSON or JSON Lines with the names of positive and negative classes of each image.

``{"image": "1.jpg", "positive": ["cat"], "negative": ["dog"]}``, in a list or one on each line.
A list may be missing. A record may also have ``probabilities``, as predictions have; they are not
read. Other files have other keys, such as the ``metadata.jsonl`` of Hugging Face's image folders.
"""

import json
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from sys import intern
from typing import Any

import numpy as np

from ..labels.annotations import Annotations
from ..labels.class_lists import to_names
from ..utils.json_objects import load_json
from ..utils.json_walk import read_json_lines
from ..utils.text_files import check_file
from .common.checks import check_joined
from .common.named_labels import from_names
from .common.omissions import lost_classes, lost_groups, lost_ids
from .common.output_paths import replacing

_POSITIVE = "positive"
_PROBABILITIES = "probabilities"


def read(
    path: str,
    *,
    unlisted: str,
    image: str = "image",
    positive: str = _POSITIVE,
    negative: str = "negative",
    classes: Sequence[str] | str | None = None,
) -> Annotations:
    """Read lists of class names.

    Args:
        path: A file that ends in ``.jsonl`` or ``.ndjson``, or else JSON; in UTF-8.
        unlisted: The state of a class in neither list: ``'unknown'`` or ``'negative'``.
        image: The key of the image's path, such as ``'file_name'``.
        positive: The key of the classes that are there, such as ``'labels'``. If it is another one
            than ``'positive'``, records may have keys that are not read.
        negative: The key of the classes that are absent.
        classes: All class names, or a text file of them. If None, the names in the file, sorted.
            Give them if several files belong together, such as training and validation, because a
            file may lack some classes.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is cut off, a record has other keys or values, an image is listed twice
            with different labels, or a class is both positive and negative in an image or none of
            ``classes``; the message says where.
    """
    check_file(path)
    images: list[str] = []
    names: list[str] = []
    lengths = array("q")  # of the positive and the negative list of each image
    records, place = _records(path)
    keys = image, positive, negative
    for number, record in records:
        wrong = _wrong(record, keys)
        if wrong:
            raise ValueError(f"{path}, {place.format(number)} {wrong}")
        images.append(record[image])
        for key in keys[1:]:
            listed = record.get(key) or ()
            names += map(intern, listed)  # equal names are one text in memory
            lengths.append(len(listed))
    if classes is None:
        check_joined(path, set(names), "write each between quotes of its own")
    return from_names(
        path,
        images,
        np.repeat(np.arange(len(lengths)) // 2, lengths),
        names,
        np.repeat(np.arange(len(lengths)) % 2 == 0, lengths),
        unlisted=unlisted,
        classes=classes,
    )


def write(annotations: Annotations, path: str) -> list[str]:
    """Write lists of class names; read them with ``unlisted='unknown'``.

    Returns:
        A sentence for each thing that the file cannot hold.
    """
    with record_writer(path) as write_records:
        keys = "image", "positive", "negative"
        write_records(dict(zip(keys, row, strict=True)) for row in to_names(annotations))
    return [*lost_classes(annotations), *lost_ids(annotations), *lost_groups(annotations)]


@contextmanager
def record_writer(path: str) -> Iterator[Callable[[Iterable[dict]], None]]:
    """A function that writes records to JSON or JSON Lines; the file appears at the end."""
    start, between, end = ("", "\n", "\n") if _is_lines(path) else ("[\n", ",\n", "\n]\n")
    with replacing(path) as temporary, open(temporary, "w", encoding="utf-8") as file:
        file.write(start)
        before = ""

        def write(records: Iterable[dict]) -> None:
            nonlocal before
            for record in records:
                file.write(before + json.dumps(record, ensure_ascii=False))
                before = between

        yield write
        file.write(end)


def _is_lines(path: str) -> bool:
    """Whether a file is JSON Lines, by its name."""
    return str(path).lower().endswith((".jsonl", ".ndjson"))


def _records(path: str) -> tuple[Iterable[tuple[int, Any]], str]:
    """The records with their numbers, and a format for the place of a record."""
    if _is_lines(path):
        return read_json_lines(path), "line {}"
    records = load_json(path)
    if not isinstance(records, list):
        raise ValueError(
            f"{path} is not a list of records: write the classes of each image as in "
            '[{"image": "1.jpg", "positive": ["cat"], "negative": ["dog"]}].'
        )
    return enumerate(records), "record {} (the first is 0)"


def _wrong(record: Any, keys: tuple[str, str, str]) -> str | None:
    """The fault of a record, or None."""
    image, positive, negative = keys
    if not isinstance(record, dict):
        return f"is no record of {image}, {positive} and {negative}."
    if not record.get(image):
        found = ", ".join(map(repr, record)) or "none"
        return (
            f"has no {image}: a record has {image}, {positive} and {negative}, and its keys are "
            f"{found}; set image and positive to the right ones."
        )
    if positive == _POSITIVE and not record.keys() <= {*keys, _PROBABILITIES}:
        other = next(key for key in record if key not in (*keys, _PROBABILITIES))
        return (
            f"has the key {other!r}: a record has {image}, {positive} and {negative}; if its "
            "classes have another key, set positive."
        )
    if not isinstance(record[image], str):
        return f"has {image}={record[image]!r}: write a path in quotes."
    for key in (positive, negative):
        names = record.get(key)
        if names is not None and not (isinstance(names, list) and {*map(type, names)} <= {str}):
            return f"has {key}={names!r}: write a list of class names."
    return None
