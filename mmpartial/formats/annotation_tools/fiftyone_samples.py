"""The samples of a ``FiftyOneDataset``, and parts that other datasets share."""

import os
from typing import Any, NamedTuple

from ...utils.json_objects import load_json
from ..common.checks import check_names
from .fields import check_fields

_CLASSIFICATIONS = ("Classification", "Classifications")
_OTHER_LABELS = {
    *("Detection", "Detections", "Polyline", "Polylines", "Keypoint", "Keypoints"),
    *("Segmentation", "Heatmap", "Regression", "TemporalDetection", "TemporalDetections"),
}


class Sample(NamedTuple):
    """An image with its present and absent classes; None if nobody looked for them."""

    image: str
    positive: list[str] | None
    negative: list[str] | None = None

    @property
    def looked(self) -> bool:
        """Whether somebody looked at the image."""
        return self.positive is not None or self.negative is not None


def read_object(path: str) -> dict:
    """The JSON object in a file beside the samples."""
    content = load_json(path)
    if not isinstance(content, dict):
        raise ValueError(f"{path} does not hold an object: export the dataset again.")
    return content


def of_samples(
    file: str, content: dict, positive: str, negative: str
) -> tuple[list[Sample], list[str] | None]:
    """The samples and classes of a ``FiftyOneDataset``."""
    metadata_file = os.path.join(os.path.dirname(file), "metadata.json")
    metadata = read_object(metadata_file) if os.path.exists(metadata_file) else {}
    _check_media(file, metadata.get("media_type"))
    wanted = {"positive": positive, "negative": negative}
    samples = []
    fields: set[str] = set()
    others: dict[str, str] = {}
    for number, sample in enumerate(content["samples"], 1):
        if not isinstance(sample, dict) or not isinstance(sample.get("filepath"), str):
            raise ValueError(f"{file}, sample {number} has no filepath: export it again.")
        _check_media(file, sample.get("_media_type"))
        for name, value in sample.items():
            kind = _kind(value)
            if kind in _CLASSIFICATIONS:
                fields.add(name)
            elif kind in _OTHER_LABELS or (value is not None and name in wanted.values()):
                others[name] = kind
        names = [_names(file, sample, field) for field in wanted.values()]
        samples.append(Sample(sample["filepath"], *names))
    check_fields(file, "classifications in the field", wanted, fields, others)
    given, info = (_part(metadata_file, metadata, key) for key in ("classes", "info"))
    classes = metadata.get("default_classes") or given.get(positive) or info.get("classes")
    return samples, class_names(metadata_file, classes)


def _check_media(file: str, kind: Any) -> None:
    """Check that samples are images."""
    if kind not in (None, "", "image"):
        raise ValueError(f"{file} has samples of the media type {kind!r}: export images.")


def _part(file: str, content: dict, key: str) -> dict:
    """An object inside another one; it may be missing or null."""
    part = content.get(key) or {}
    if not isinstance(part, dict):
        raise ValueError(f"{file} has {key}={part!r}, which is not an object: export it again.")
    return part


def class_names(file: str, classes: Any) -> list[str] | None:
    """The classes that a dataset lists, or None."""
    if not classes:
        return None
    check_names(file, "class", classes)
    return classes


def _kind(value: Any) -> str:
    """The type of a field's value."""
    kind = value.get("_cls") if isinstance(value, dict) else None
    return kind if isinstance(kind, str) else type(value).__name__


def _names(file: str, sample: dict, field: str) -> list | None:
    """The classes in a field of a sample, or None if the field holds no classifications."""
    value: Any = sample.get(field)
    kind = _kind(value)
    if kind == "Classification":
        return [value.get("label")]
    if kind != "Classifications":
        return None
    labels = value.get("classifications")
    if not isinstance(labels, list | None):
        raise ValueError(
            f"{file} has {field} in the image {sample['filepath']!r} that is not a list of "
            "classifications: export it again."
        )
    return [label.get("label") if isinstance(label, dict) else None for label in labels or ()]
