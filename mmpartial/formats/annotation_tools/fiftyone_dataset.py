"""The samples of a dataset that FiftyOne exported, of either kind."""

import os

from ..common.json_content import read_json
from .fiftyone_labels import of_labels
from .fiftyone_samples import Sample, of_samples


def read_samples(
    path: str, positive: str, negative: str
) -> tuple[str, list[Sample], list[str] | None]:
    """The file of a dataset, its samples, and its classes if it lists them.

    Args:
        path: The folder or file.
        positive: Field of the present classes in ``samples.json``.
        negative: Field of the absent classes there.

    Raises:
        FileNotFoundError: There is no such file or image.
        ValueError: The file is no such JSON, is not about images, or has other fields.
    """
    file = _find(path)
    content = read_json(file)
    for key, kind, read in (("samples", list, of_samples), ("labels", dict, of_labels)):
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


def _check_labels(file: str, samples: list[Sample]) -> None:
    """Check that all labels are names of classes."""
    for sample in samples:
        for name in (*(sample.positive or ()), *(sample.negative or ())):
            if not isinstance(name, str):
                raise ValueError(
                    f"{file} has the label {name!r} in the image {sample.image!r}: it is no name "
                    "of a class."
                )
