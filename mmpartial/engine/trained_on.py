"""Refusing to calibrate on images that were trained on."""

import os
from collections.abc import Iterator
from typing import Any

from ..utils.nested import leaf


def check_not_trained_on(train: Any, dataset: Any, name: str) -> None:
    """Refuse a dataset with an image of the training set, because its scores are too good.

    An image is its file, or its ``img_id`` if it has no file.

    Args:
        train: The training dataset.
        dataset: The dataset to calibrate on.
        name: Its key in the config.

    Raises:
        ValueError: The datasets share an image.
    """
    trained = set(images_of(train))
    shared = [image for image in dict.fromkeys(images_of(dataset)) if image in trained]
    if shared:
        raise ValueError(
            f"{len(shared)} images of {name} were trained on (such as {shared[0]!r}), and "
            "calibration needs images that were not: take them out of it, or choose other data."
        )


def images_of(dataset: Any) -> Iterator[str]:
    """The path of each image of a dataset, or its id if it has no file."""
    for idx in range(len(dataset)):
        inside, inner = leaf(dataset, idx)
        info = inside.get_data_info(inner)
        image = info.get("img_path") or info.get("img_id")
        if image:
            yield os.path.abspath(image) if "img_path" in info else str(image)
