"""The image files whose features are stored, to notice if other images have taken their place."""

import os
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from torch.utils.data import ConcatDataset

from ..utils.arrays import read_array
from ..utils.log import warn
from ..utils.names import visible
from ..utils.whole_file import whole_file
from .annotated_dataset import AnnotatedDataset
from .copies import quick_hash
from .merged_dataset import MergedDataset


def files_of(dataset: Any) -> list[str]:
    """The file of each sample, ``''`` where only reading the sample would tell it."""
    if isinstance(dataset, MergedDataset | ConcatDataset):
        return [*chain(*map(files_of, dataset.datasets))]
    if not isinstance(dataset, AnnotatedDataset):
        return [""] * len(dataset)
    return dataset.data_list.paths()


def check_one_file(stem: Path, paths: np.ndarray, others: np.ndarray) -> None:
    """Check that images with one name are one file, or copies of one.

    Args:
        stem: The path of their features, without an ending.
        paths: The file of each image.
        others: For each the file of the first image with the same name.

    Raises:
        ValueError: Two different files have one name.
    """
    for i in np.flatnonzero(paths != others).tolist():
        path, other = paths[i], others[i]
        if os.path.isfile(path) and os.path.isfile(other) and quick_hash(path) != quick_hash(other):
            raise ValueError(
                f"{visible(other)} and {visible(path)} have one name in {stem}.npy: give each "
                "dataset of these features another name in part."
            )


def check_unchanged(stem: Path, rows: np.ndarray, paths: Sequence[str]) -> None:
    """Check that images are those whose features are stored.

    A file of the same size and time is taken for the same. Of other files, the first and the last
    bytes are compared, because a copy of a folder may have other times.

    Args:
        stem: The path of the features, without an ending.
        rows: The rows of the images in the features.
        paths: Their files; those that are not on a disk are not checked.

    Raises:
        ValueError: Images have changed; the message names the first.
    """
    before, now = _noted(stem, int(rows.max(initial=-1)) + 1)[rows], _stamps(paths)
    there, known = now[:, 0] >= 0, before[:, 2] != 0
    if (there & ~known).any():
        warn(
            f"nothing says which files the features in {stem}.npy are from: if images have changed "
            f"since, remove {stem}.*, and all features are computed anew"
        )
    moved = np.flatnonzero(there & known & (before[:, :2] != now).any(1)).tolist()
    changed = [paths[i] for i in moved if quick_hash(paths[i]) != before[i, 2]]
    if changed:
        raise ValueError(
            f"{len(changed)} of {len(paths)} images have changed since their features in "
            f"{stem}.npy were computed, the first is {visible(changed[0])}: remove {stem}.*, and "
            "all features are computed anew."
        )


def note_files(stem: Path, rows: np.ndarray, paths: Sequence[str], new: np.ndarray) -> None:
    """Note which files the features of some images are from.

    Args:
        stem: The path of the features, without an ending.
        rows: The rows of the images.
        paths: Their files.
        new: Whether the features of each are computed now. The files of others are checked already,
            and only their times may be new.
    """
    noted = _noted(stem, int(rows.max(initial=-1)) + 1)
    now = _stamps(paths)
    wrong = (now[:, 0] >= 0) & (new | ((noted[rows, 2] != 0) & (noted[rows, :2] != now).any(1)))
    places = np.flatnonzero(wrong)
    if len(places) and os.access(stem.parent, os.W_OK):
        noted[rows[places], :2] = now[places]
        noted[rows[places], 2] = [quick_hash(paths[i]) for i in places.tolist()]
        with whole_file(Path(f"{stem}.files.npy")) as partial, open(partial, "wb") as file:
            np.save(file, noted)


def _noted(stem: Path, number: int) -> np.ndarray:
    """``(N, 3)``, size, time and content of the file of each row; zeros if nothing is noted."""
    path = f"{stem}.files.npy"
    try:
        noted = read_array(path) if os.path.exists(path) else np.empty((0, 3), dtype=np.int64)
    except ValueError as error:
        raise ValueError(f"{path} is damaged ({error}): remove {stem}.*.") from error
    if noted.ndim != 2 or noted.shape[1] != 3 or noted.dtype != np.int64:
        raise ValueError(f"{path} is damaged: remove {stem}.*.")
    return np.pad(noted, ((0, max(0, number - len(noted))), (0, 0)))


def _stamps(paths: Sequence[str]) -> np.ndarray:
    """``(N, 2)``, the size and the time of each file; a size of -1 if it is not on a disk."""
    stamps: np.ndarray = np.full((len(paths), 2), -1, dtype=np.int64)
    for i, path in enumerate(paths):
        try:
            found = os.stat(path)
        except OSError:
            continue
        stamps[i] = found.st_size, found.st_mtime_ns
    return stamps
