"""Output manifests of SageMaker Ground Truth for image classification with several labels.

Each line is a JSON object: ``source-ref`` has the image, an attribute the numbers of its classes,
and ``ATTRIBUTE-metadata`` the names of these classes (``class-map``) and how sure the annotators
are of each (``confidence-map``). See the page "Labeling job output data" of Amazon SageMaker.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...labels import POSITIVE, UNKNOWN
from ...labels.annotations import Annotations
from ...utils.json_walk import read_json_lines
from ...utils.text_files import check_file
from ..common.named_labels import from_names
from .image_paths import below

_TYPE = "groundtruth/image-classification-multilabel"
_METADATA = "-metadata"


def read(
    path: str,
    *,
    unlisted: str,
    attribute: str | None = None,
    image_root: str | None = None,
    min_score: float = 0.0,
    classes: Sequence[str] | str | None = None,
) -> Annotations:
    """Read the labels of a job. All labels of an image without the attribute are unknown.

    Args:
        path: The output manifest.
        unlisted: The state of a class that an image does not list: ``'unknown'`` or
            ``'negative'``.
        attribute: The name of the label attribute; None if the file has only one.
        image_root: The beginning of all paths of images that is left out, such as
            ``'s3://bucket/photos'``. If None, the bucket is left out.
        min_score: Labels of which the annotators are less sure than this are unknown.
        classes: All class names, or a text file of them. If None, the names in the file, sorted.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is cut off, a line has no ``source-ref``, there is no such attribute,
            there are several, or a class has no name; the message says where.
    """
    check_file(path)
    records = _records(path)
    attribute = attribute or _attribute(path, records)
    names: list[str] = []
    lengths: list[int] = []
    states: list[int] = []
    for line, record in records:
        where = f"{path}, line {line}"
        listed = _listed(where, record, attribute)
        names += listed
        lengths.append(len(listed))
        states += [POSITIVE if score >= min_score else UNKNOWN for score in listed.values()]
    return from_names(
        path,
        [_image(path, record["source-ref"], image_root) for _, record in records],
        np.repeat(np.arange(len(records)), lengths),
        names,
        np.array(states, dtype=np.int8),
        unlisted=unlisted,
        classes=classes,
        looked=np.array([attribute in record for _, record in records]),
    )


def _records(path: str) -> list[tuple[int, dict]]:
    """The lines with their numbers."""
    records = [*read_json_lines(path)]
    for line, record in records:
        if not isinstance(record, dict) or not isinstance(record.get("source-ref"), str):
            raise ValueError(
                f"{path}, line {line} has no source-ref, the image: give the output manifest of a "
                "labeling job."
            )
    return records


def _attribute(path: str, records: Sequence[tuple[int, dict]]) -> str:
    """The only label attribute of the right type."""
    types = {
        key.removesuffix(_METADATA): value.get("type")
        for _, record in records
        for key, value in record.items()
        if key.endswith(_METADATA) and isinstance(value, Mapping)
    }
    found = [name for name, kind in types.items() if kind == _TYPE]
    if len(found) != 1:
        there = ", ".join(f"{name!r} ({kind})" for name, kind in sorted(types.items())) or "none"
        raise ValueError(
            f"{path} should have one label attribute of type {_TYPE}, and has {there}: set "
            "attribute to its name, or write the classes of each image into a table."
        )
    return found[0]


def _listed(where: str, record: dict, attribute: str) -> dict[str, float]:
    """The classes of an image, each with how sure the annotators are of it."""
    numbers, metadata = record.get(attribute, []), record.get(attribute + _METADATA) or {}
    if not isinstance(numbers, list) or not isinstance(metadata, Mapping):
        raise ValueError(f"{where} has {attribute}={numbers!r}: its value is a list of numbers.")
    names, scores = metadata.get("class-map") or {}, metadata.get("confidence-map") or {}
    found: dict[str, float] = {}
    for number in map(str, numbers):
        name, score = _of(names, number), _of(scores, number, 1.0)
        if not isinstance(name, str) or not isinstance(score, int | float):
            raise ValueError(
                f"{where} has the class {number} in {attribute}, and {attribute}{_METADATA} has no "
                "name for it in class-map, or no number in confidence-map: export the job again."
            )
        found[name] = score
    return found


def _of(values: Any, key: str, default: Any = None) -> Any:
    return values.get(key, default) if isinstance(values, Mapping) else None


def _image(path: str, source: str, root: str | None) -> str:
    """The path of an image below the bucket, or below ``image_root``."""
    if root is None and source.startswith("s3://"):
        return source.removeprefix("s3://").partition("/")[2]
    return below(path, source, root or "")
