"""FiftyOne: classifications of images on disk, without FiftyOne.

A ``FiftyOneDataset`` is a folder with ``samples.json``, whose fields are ``Classifications``. As in
FiftyOne's Open Images, ``positive_labels`` lists the classes in an image and ``negative_labels``
the absent ones. All labels of a sample without either field are unknown.
A ``FiftyOneImageClassificationDataset`` is a folder with ``labels.json`` and the images in
``data/``. It has one list of classes for each image. If the list is null, all labels of the image
are unknown; FiftyOne also writes null for an empty list.
The formats are described at https://docs.voxel51.com/user_guide/export_datasets.html and
https://docs.voxel51.com/user_guide/import_datasets.html.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ...labels.annotations import Annotations
from ...labels.class_lists import to_names
from ...utils.json_objects import load_json
from ..common.checks import check_joined
from ..common.named_labels import from_names
from ..common.omissions import lost_groups, lost_ids
from ..common.output_paths import write_text
from .fiftyone_labels import of_labels
from .fiftyone_samples import Sample, of_samples
from .image_paths import below


def read(
    path: str,
    *,
    unlisted: str,
    positive: str = "positive_labels",
    negative: str = "negative_labels",
    image_root: str = "data",
    classes: Sequence[str] | str | None = None,
) -> Annotations:
    """Read a dataset of either kind; confidences are ignored.

    Args:
        path: The folder, or its ``samples.json`` or ``labels.json``.
        unlisted: The state of a class that a sample with labels does not list, ``'unknown'`` or
            ``'negative'``.
        positive: Field of ``samples.json`` with the present classes, or ``''`` if there is none.
        negative: Field of ``samples.json`` with the absent classes, or ``''`` if there is none.
        image_root: Folder of the images; all their paths begin with it.
        classes: All classes, or a text file of them. If None, the classes that the dataset lists,
            or else the classes of its samples.

    Raises:
        FileNotFoundError: There is no such file, or no image of a name in ``labels.json``.
        ValueError: The file is cut off or of another format, is not about images, has other fields
            or classes, a class that is positive and negative in an image, or an image with
            different labels.
    """
    file = _file(path)
    samples, known = _samples(file, positive, negative)
    images = [below(file, sample.image, image_root) for sample in samples]
    entries = [
        (number, name, is_positive)
        for number, sample in enumerate(samples)
        for names, is_positive in ((sample.positive, True), (sample.negative, False))
        for name in names or ()
    ]
    numbers, names, positives = zip(*entries, strict=True) if entries else ((), (), ())
    if classes is None and known is None:
        check_joined(file, set(names), "make each a classification of its own")
    return from_names(
        file,
        images,
        np.array(numbers, dtype=np.int64),
        names,
        np.array(positives, dtype=bool),
        unlisted=unlisted,
        classes=classes or known,
        place=lambda row: f"sample {row + 1}",
        looked=np.array([sample.looked for sample in samples], dtype=bool),
    )


def write(annotations: Annotations, path: str) -> list[str]:
    """Write a ``FiftyOneDataset`` without its images, which belong in the folder's ``data/``.

    A sample without known labels has neither ``positive_labels`` nor ``negative_labels``. FiftyOne
    infers the version and the fields from the samples, because the metadata leave them out.

    Args:
        annotations: The annotations.
        path: The folder, which is made if it does not exist.

    Returns:
        A sentence for each thing that the file cannot hold.
    """
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    samples = []
    for image, positive, negative in to_names(annotations):
        sample: dict = {"filepath": f"data/{image}", "tags": []}
        if positive or negative:
            sample["positive_labels"] = _classifications(positive)
            sample["negative_labels"] = _classifications(negative)
        samples.append(sample)
    metadata = {"media_type": "image", "info": {"classes": list(annotations.classes)}}
    for name, content in (("metadata.json", metadata), ("samples.json", {"samples": samples})):
        write_text(folder / name, json.dumps(content, ensure_ascii=False))
    return [*lost_ids(annotations), *lost_groups(annotations)]


def _file(path: str) -> str:
    """The JSON file of a dataset, which may be given by its folder."""
    if not os.path.isdir(path):
        return path
    for name in ("samples.json", "labels.json"):
        if os.path.exists(os.path.join(path, name)):
            return os.path.join(path, name)
    raise FileNotFoundError(
        f"there is no samples.json or labels.json in {path}: export a FiftyOneDataset or a "
        "FiftyOneImageClassificationDataset, and not with use_dirs."
    )


def _samples(file: str, positive: str, negative: str) -> tuple[list[Sample], list[str] | None]:
    """The samples of a dataset, and its classes if it lists them."""
    content = load_json(file)
    for key, kind, read in (("samples", list, of_samples), ("labels", dict, of_labels)):
        if isinstance(content, dict) and isinstance(content.get(key), kind):
            samples, classes = read(file, content, positive, negative)
            break
    else:
        raise ValueError(
            f"{file} has neither samples nor labels: export a FiftyOneDataset or a "
            "FiftyOneImageClassificationDataset."
        )
    for sample in samples:
        for name in (*(sample.positive or ()), *(sample.negative or ())):
            if not isinstance(name, str):
                raise ValueError(
                    f"{file} has the label {name!r} in the image {sample.image!r}: it is not the "
                    "name of a class."
                )
    return samples, classes


def _classifications(names: list[str]) -> dict:
    """A field of a sample."""
    labels = [{"_cls": "Classification", "label": name} for name in names]
    return {"_cls": "Classifications", "classifications": labels}
