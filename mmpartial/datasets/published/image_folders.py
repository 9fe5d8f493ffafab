"""Images of one dataset in one of several folders, as its archives are unpacked."""

import os
import posixpath
from collections.abc import Sequence
from typing import Any


def below_folders(dataset: Any, names: Sequence[str], folders: Sequence[str]) -> list[str]:
    """The paths of images, each in the first folder that has it; each folder is listed once.

    An image that is in no folder gets a path in the first folder that exists, and is missing there.

    Args:
        dataset: The dataset, whose ``data_prefix`` is the folder above the folders.
        names: The names of the images.
        folders: The folders that may have images; ``''`` for ``data_prefix`` itself.
    """
    prefix = dataset.data_prefix["img_path"] or ""
    there = [folder for folder in folders if os.path.isdir(os.path.join(prefix, folder))]
    folder_of: dict[str, str] = {}
    for folder in reversed(there):
        folder_of |= dict.fromkeys(os.listdir(os.path.join(prefix, folder) or "."), folder)
    first = there[0] if there else folders[0]
    return [posixpath.join(folder_of.get(name, first), name) for name in names]
