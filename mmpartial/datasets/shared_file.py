"""An annotation file that two datasets read, so that its labels would count twice."""

import os
from collections.abc import Iterable
from typing import Any

from ..utils.nested import walk


def shared_file(datasets: Iterable[Any]) -> str | None:
    """The first annotation file that two datasets read for one folder of images, or None.

    Datasets inside of wrappers count as well.
    """
    first: dict[tuple[str, str], Any] = {}
    for dataset in datasets:
        for inner in walk(dataset):
            file = getattr(inner, "ann_file", None)
            if not isinstance(file, str) or not file:
                continue
            key = os.path.realpath(file), str(getattr(inner, "data_prefix", None))
            if first.setdefault(key, dataset) is not dataset:
                return file
    return None


def image_folders(dataset: Any) -> set[str]:
    """The folders of images of a dataset, also inside of wrappers."""
    prefixes = [getattr(inner, "data_prefix", None) for inner in walk(dataset)]
    folders = [prefix.get("img_path") for prefix in prefixes if isinstance(prefix, dict)]
    return {os.path.realpath(folder) for folder in folders if folder}


def read_twice(file: str, image: str) -> ValueError:
    """The error of two datasets that have the same images of a file."""
    return ValueError(
        f"two datasets read {file} and both have its image {image!r}, whose labels would count "
        "twice: remove one of them, or repeat one with RepeatDataset around PartialLabelDataset."
    )
