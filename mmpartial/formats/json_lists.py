"""JSON or JSON Lines with the names of positive and negative classes of each image.

``{"image": "1.jpg", "positive": ["cat"], "negative": ["dog"]}``, in a list or one on each line.
A list may be missing.
"""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.json

from ..datasets.annotations import Annotations
from ..datasets.text_files import check_file
from ..json_objects import without_repeats
from ..labels import NEGATIVE, POSITIVE
from .common import from_names, read_json, replacing
from .lost import class_lists, lost_classes, lost_ids

_NAMES = pa.list_(pa.string())
_SCHEMA = pa.schema([("image", pa.string()), ("positive", _NAMES), ("negative", _NAMES)])


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
    table = _read_lines(path) if _is_lines(path) else _read_list(path)
    columns = [table[name].combine_chunks() for name in _SCHEMA.names]
    positive, negative = (_flatten(column) for column in columns[1:])
    return from_names(
        path,
        columns[0].to_pylist(),
        np.concatenate([positive[0], negative[0]]),
        np.concatenate([positive[1], negative[1]]),
        np.arange(len(positive[0]) + len(negative[0])) < len(positive[0]),
        unlisted=unlisted,
        classes=classes,
    )


def write(annotations: Annotations, path: str) -> list[str]:
    """Write lists of class names; read them with ``unlisted='unknown'``.

    Returns:
        What the format cannot say of these annotations.
    """
    names = np.array(annotations.classes, dtype=object)
    lists = [class_lists(annotations.labels, state) for state in (POSITIVE, NEGATIVE)]
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


def _read_lines(path: str) -> pa.Table:
    check_file(path)
    try:
        table = pa.json.read_json(
            path,
            pa.json.ReadOptions(block_size=2**24),
            pa.json.ParseOptions(explicit_schema=_SCHEMA, unexpected_field_behavior="error"),
        )
        return _check(table)
    except pa.ArrowInvalid as error:
        raise ValueError(_wrong_line(path) or f"{path} is no JSON Lines ({error}).") from None


def _read_list(path: str) -> pa.Table:
    records = read_json(path)
    if not isinstance(records, list):
        raise ValueError(f"{path} is no list of records of image, positive and negative.")
    try:
        if not set().union(*records) <= set(_SCHEMA.names):
            raise pa.ArrowInvalid("a record has another key")
        columns = [[record.get(name) for record in records] for name in _SCHEMA.names]
        if not {type(names) for names in columns[1] + columns[2]} <= {list, type(None)}:
            raise pa.ArrowInvalid("something else instead of a list")  # a text is no list
        arrays = [pa.array(c, f.type) for c, f in zip(columns, _SCHEMA, strict=True)]
        return _check(pa.table(arrays, schema=_SCHEMA))
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, AttributeError) as error:
        faults = ((number, _wrong(record)) for number, record in enumerate(records))
        number, wrong = next((fault for fault in faults if fault[1]), (0, f"is wrong ({error})."))
        raise ValueError(f"{path}, record {number} (the first is 0) {wrong}") from None


def _check(table: pa.Table) -> pa.Table:
    """Look whether all is UTF-8, each record has an image, and no name is null."""
    table.validate(full=True)
    if not all(table["image"].to_pylist()):
        raise pa.ArrowInvalid("a record has no image")
    if any(pa.compute.list_flatten(table[name]).null_count for name in _SCHEMA.names[1:]):
        raise pa.ArrowInvalid("a class has no name")
    return table


def _wrong_line(path: str) -> str | None:
    """The sentence on the first line that is no record."""
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                text = line.decode("utf-8-sig")
                wrong = _wrong(json.loads(text, object_pairs_hook=without_repeats))
            except (json.JSONDecodeError, UnicodeDecodeError) as error:
                wrong = f"is no complete JSON in UTF-8 ({error})."
            except ValueError as error:
                wrong = f"is no record: {error}"
            if wrong:
                return f"{path}, line {number} {wrong}"
    return None


def _wrong(record: Any) -> str | None:
    """What is wrong with a record, or None."""
    if not isinstance(record, dict) or not record.get("image"):
        return "has no image."
    other = [key for key in record if key not in _SCHEMA.names]
    if other:
        return f"has the key {other[0]!r}: a record has image, positive and negative."
    if not isinstance(record["image"], str):
        return f"has image={record['image']!r}: write a path in quotes."
    for key in ("positive", "negative"):
        names = record.get(key) or []
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            return f"has {key}={names!r}: write a list of class names."
    return None


def _flatten(lists: pa.ListArray) -> tuple[np.ndarray, np.ndarray]:
    """For each name in some lists the number of its list, and the name."""
    number = pa.compute.list_parent_indices(lists).to_numpy(zero_copy_only=False)
    return number, lists.flatten().to_numpy(zero_copy_only=False)
