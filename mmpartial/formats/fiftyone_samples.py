"""The samples of a dataset that FiftyOne exported, of either kind."""

import os
from collections import defaultdict
from typing import Any, NamedTuple

from .annotation_tools import check_fields
from .common import check_names, read_json


class Sample(NamedTuple):
    """An image and the classes in it and not in it, None if nobody looked for them."""

    image: str
    positive: list[str] | None
    negative: list[str] | None = None

    @property
    def looked(self) -> bool:
        """Whether somebody looked."""
        return self.positive is not None or self.negative is not None


def read_samples(
    path: str, positive: str, negative: str
) -> tuple[str, list[Sample], list[str] | None]:
    """The file of a dataset, its samples, and its classes if it lists them.

    Args:
        path: The folder or file.
        positive: Field of the classes in an image, in ``samples.json``.
        negative: Field of the classes not in it.

    Raises:
        FileNotFoundError: There is no such file or image.
        ValueError: It is no such JSON, not of images, or has other fields.
    """
    file = _find(path)
    content = read_json(file)
    for key, kind, read in (("samples", list, _of_samples), ("labels", dict, _of_labels)):
        if isinstance(content, dict) and isinstance(content.get(key), kind):
            samples, classes = read(file, content, positive, negative)
            _check_labels(file, samples)
            return file, samples, classes
    raise ValueError(
        f"{file} has neither samples nor labels: export a FiftyOneDataset or a "
        "FiftyOneImageClassificationDataset."
    )


def _find(path: str) -> str:
    """The JSON file of a dataset."""
    if not os.path.isdir(path):
        return path
    for name in ("samples.json", "labels.json"):
        if os.path.exists(os.path.join(path, name)):
            return os.path.join(path, name)
    raise FileNotFoundError(
        f"there is no samples.json or labels.json in {path}: export a FiftyOneDataset or a "
        "FiftyOneImageClassificationDataset, and not with use_dirs."
    )


def _read_object(path: str) -> dict:
    """The JSON of a file that goes with the samples."""
    content = read_json(path)
    if not isinstance(content, dict):
        raise ValueError(f"{path} holds no object: export the dataset again.")
    return content


def _check_labels(file: str, samples: list[Sample]) -> None:
    """Look whether all labels are names of classes."""
    for sample in samples:
        for name in (*(sample.positive or ()), *(sample.negative or ())):
            if not isinstance(name, str):
                raise ValueError(
                    f"{file} has the label {name!r} in the image {sample.image!r}: it is no name "
                    "of a class."
                )


def _of_samples(
    file: str, content: dict, positive: str, negative: str
) -> tuple[list[Sample], list[str] | None]:
    """The samples and classes of a ``FiftyOneDataset``."""
    metadata_file = os.path.join(os.path.dirname(file), "metadata.json")
    metadata = _read_object(metadata_file) if os.path.exists(metadata_file) else {}
    kind = metadata.get("media_type") or "image"
    if kind != "image":
        raise ValueError(f"{file} has samples of the media type {kind!r}: export images.")
    samples = []
    fields: set[str] = set()
    for number, sample in enumerate(content["samples"], 1):
        if not isinstance(sample, dict) or not isinstance(sample.get("filepath"), str):
            raise ValueError(f"{file}, sample {number} has no filepath: export it again.")
        labels = {name: _names(value) for name, value in sample.items()}
        fields |= {name for name, names in labels.items() if names is not None}
        samples.append(Sample(sample["filepath"], labels.get(positive), labels.get(negative)))
    wanted = {"positive": positive, "negative": negative}
    check_fields(file, "classifications in the field", wanted, fields)
    given, info = (_part(metadata_file, metadata, key) for key in ("classes", "info"))
    classes = metadata.get("default_classes") or given.get(positive) or info.get("classes")
    return samples, _class_names(metadata_file, classes)


def _part(file: str, content: dict, key: str) -> dict:
    """An object in another one, which may be missing or null."""
    part = content.get(key) or {}
    if not isinstance(part, dict):
        raise ValueError(f"{file} has {key}={part!r}, which is no object: export it again.")
    return part


def _class_names(file: str, classes: Any) -> list[str] | None:
    """The classes that a dataset lists, if it does."""
    if not classes:
        return None
    check_names(file, "class", classes)
    return classes


def _names(value: Any) -> list | None:
    """The classes of a field of a sample, None if it is none of classifications."""
    kind = value.get("_cls") if isinstance(value, dict) else None
    if kind == "Classification":
        return [value.get("label")]
    if kind == "Classifications":
        labels = value.get("classifications") or ()
        return [label.get("label") if isinstance(label, dict) else None for label in labels]
    return None


def _of_labels(file: str, content: dict, *_: str) -> tuple[list[Sample], list[str] | None]:
    """The samples and classes of a ``FiftyOneImageClassificationDataset``."""
    classes = _class_names(file, content.get("classes"))
    paths = _image_paths(os.path.dirname(file))
    samples = []
    for key, labels in content["labels"].items():
        found = [key] if os.path.isabs(key) else paths.get(os.path.normpath(key), [])
        if len(found) != 1:
            raise FileNotFoundError(
                f"{file} names the image {key!r} without its ending, but data/ or data.json beside "
                f"it has {len(found)} of that name: put the exported images there."
            )
        listed = labels if isinstance(labels, list) else [labels]
        names = None if labels is None else [_name(file, key, entry, classes) for entry in listed]
        samples.append(Sample(found[0], names))
    return samples, classes


def _name(file: str, key: str, label: Any, classes: list[str] | None) -> Any:
    """The class of a label: its number among the classes, or its name, or a dict of either."""
    value = label.get("label") if isinstance(label, dict) else label
    if type(value) is int and classes is not None:
        if not 0 <= value < len(classes):
            raise ValueError(
                f"{file} has the class {value} in the image {key!r}, but lists {len(classes)} "
                "classes, which are counted from 0."
            )
        return classes[value]
    return value


def _image_paths(folder: str) -> dict[str, list[str]]:
    """The images of a dataset by their paths without endings, as ``labels.json`` names them."""
    paths = defaultdict(list)
    manifest = os.path.join(folder, "data.json")
    if os.path.exists(manifest):
        for key, image in _read_object(manifest).items():
            paths[os.path.normpath(key)].append(image)
        return paths
    for parent, _, files in os.walk(os.path.join(folder, "data")):
        for name in files:
            image = os.path.relpath(os.path.join(parent, name), folder)
            paths[os.path.splitext(os.path.relpath(image, "data"))[0]].append(image)
    return paths
