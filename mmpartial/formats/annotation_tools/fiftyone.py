"""FiftyOne: classifications of images on disk, without FiftyOne.

A ``FiftyOneDataset`` is a folder with ``samples.json``, whose fields are ``Classifications``. As in
FiftyOne's Open Images, ``positive_labels`` lists the classes in an image and ``negative_labels``
those that are absent. All labels of a sample without either field are unknown.
A ``FiftyOneImageClassificationDataset`` is a folder with ``labels.json`` and the images in
``data/``. It has one list of classes for each image. If the list is null, all labels of the image
are unknown; FiftyOne also writes null for an empty list.
The formats are described at https://docs.voxel51.com/user_guide/export_datasets.html and
https://docs.voxel51.com/user_guide/import_datasets.html.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ...labels import NEGATIVE, POSITIVE
from ...labels.annotations import Annotations
from ..common.checks import check_joined
from ..common.named_labels import from_names
from ..common.omissions import lost_ids
from ..common.output_paths import replacing
from .fiftyone_dataset import read_samples
from .image_paths import below
from .labels import class_names, forget


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
            or else those of its samples.

    Raises:
        FileNotFoundError: There is no such file, or no image of a name in ``labels.json``.
        ValueError: The file is no such JSON or cut off, is not about images, has other fields or
            classes, a class that is positive and negative in an image, or an image with different
            labels.
    """
    file, samples, known = read_samples(path, positive, negative)
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
    unseen = np.flatnonzero([not sample.looked for sample in samples])
    return from_names(
        file,
        images,
        np.array(numbers, dtype=np.int64),
        names,
        np.array(positives, dtype=bool),
        unlisted=unlisted,
        classes=classes or known,
        place=lambda row: f"sample {row + 1}",
        revise=lambda labels, _: forget(labels, unseen) if unlisted == "negative" else labels,
    )


def write(annotations: Annotations, path: str) -> list[str]:
    """Write a ``FiftyOneDataset`` without its images, which belong into the folder's ``data/``.

    A sample without known labels has neither ``positive_labels`` nor ``negative_labels``. The
    metadata contain no version and no fields, so that FiftyOne infers them from the samples.

    Args:
        annotations: The annotations.
        path: The folder, which is made if it does not exist.

    Returns:
        A sentence for each thing that the file cannot hold.
    """
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    states = {
        "positive_labels": class_names(annotations, POSITIVE),
        "negative_labels": class_names(annotations, NEGATIVE),
    }
    samples = []
    for number, image in enumerate(annotations.images):
        fields = {name: _classifications(lists[number]) for name, lists in states.items()}
        looked = any(lists[number] for lists in states.values())
        samples.append({"filepath": f"data/{image}", "tags": [], **(fields if looked else {})})
    metadata = {"media_type": "image", "info": {"classes": list(annotations.classes)}}
    for name, content in (("metadata.json", metadata), ("samples.json", {"samples": samples})):
        with replacing(str(folder / name)) as temporary:
            text = json.dumps(content, ensure_ascii=False)
            Path(temporary).write_text(text, encoding="utf-8")
    return lost_ids(annotations)


def _classifications(names: list[str]) -> dict:
    """A field of a sample."""
    labels = [{"_cls": "Classification", "label": name} for name in names]
    return {"_cls": "Classifications", "classifications": labels}
