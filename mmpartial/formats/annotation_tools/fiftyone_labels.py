"""The images and classes of a ``FiftyOneImageClassificationDataset``."""

import os
from collections import defaultdict
from typing import Any

from .fiftyone_samples import Sample, class_names, read_object


def of_labels(file: str, content: dict, *_: str) -> tuple[list[Sample], list[str] | None]:
    """The samples and classes of a ``FiftyOneImageClassificationDataset``."""
    classes = class_names(file, content.get("classes"))
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
    """The class of a label, which is a number, a name, or an object with either."""
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
        for key, image in read_object(manifest).items():
            paths[os.path.normpath(key)].append(image)
        return paths
    for parent, _, files in os.walk(os.path.join(folder, "data")):
        for name in files:
            image = os.path.relpath(os.path.join(parent, name), folder)
            paths[os.path.splitext(os.path.relpath(image, "data"))[0]].append(image)
    return paths
