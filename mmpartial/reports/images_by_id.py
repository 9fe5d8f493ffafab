"""Finds images of a dataset by their ids, for the galleries of a page."""

from collections.abc import Set
from typing import Any

from .page import Image
from .pictures import pixels


def images_by_id(dataset: Any, ids: Set[str]) -> dict[str, Image]:
    """The file of each image, or its pixels if there is none.

    Args:
        dataset: A :class:`mmpartial.PartialLabelDataset`.
        ids: The ids of the images to find.
    """
    found: dict[str, Image] = {}
    for idx in range(len(dataset)):
        info = dataset.get_data_info(idx)
        name = dataset.ids[info["row"]]
        if name in ids and name not in found:
            path = info.get("img_path")
            found[name] = pixels(info["img"]) if path is None else str(path)
    return found
