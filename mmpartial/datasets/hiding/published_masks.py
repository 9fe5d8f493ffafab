"""Mask files that the authors of papers published, in their formats.

https://github.com/xinyu1205/robust-loss-mlml publishes ``.txt`` lists in ``dataset/`` for Hill and
SPLC (``coco_train_singlelabel.txt`` and others). They have a line ``FILE,3 17`` for each image,
with the numbers of its known positives, from 0 on. All other labels are unknown here; the authors
train on them as negative.

https://github.com/elijahcole/single-positive-multi-label writes ``.npy`` arrays:
``formatted_train_labels_obs.npy`` (or, with the kind of bias, ``formatted_train_uniform_labels_obs
.npy``) has 1, -1 (negative) or 0 (unknown) for each image and class, and
``formatted_train_images.npy`` beside it has the paths of the images.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ...labels.encoding import keys_of_entries
from ...labels.matrix import LabelMatrix
from ...utils.arrays import read_array
from ...utils.text_files import check_file


def read_published_mask(path: str, files: Sequence[str], labels: LabelMatrix) -> LabelMatrix:
    """The labels that a published file has.

    Images are matched by their file names, whatever their folders.

    Args:
        path: A ``.txt`` list or a ``.npy`` array.
        files: N file names, without folders.
        labels: The labels of these images in the dataset.

    Raises:
        FileNotFoundError: The file, or the array's list of images, is missing.
        ValueError: The file is damaged, or does not fit the dataset.
    """
    read = _read_list if path.endswith(".txt") else _read_arrays
    check_file(path)
    names, image, cls, positive = read(path)
    wrong = np.flatnonzero((cls < 0) | (cls >= labels.shape[1]))
    if wrong.size:
        raise ValueError(
            f"{path} has the class {cls[wrong[0]]} for {names[image[wrong[0]]]}, but the dataset "
            f"has classes from 0 to {labels.shape[1] - 1}: take the file of this dataset."
        )
    row = _rows(path, names, files)[image]
    known = LabelMatrix.from_entries(row, cls, positive, labels.shape)
    _check_same(path, known, labels, files)
    return known


def _read_list(path: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """File names, and image, class and sign of each known label."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 text ({error}): download it again.") from None
    lines = pd.Series(text.split("\n"), dtype=str)
    lines = lines[lines.str.strip() != ""]
    parts = lines.str.extract(r"^(.*[^,\s])\s*,\s*([0-9]{1,9}(?:\s+[0-9]{1,9})*)\s*$")
    wrong = lines.index[parts[0].isna()]
    if len(wrong):
        raise ValueError(
            f"{path}, line {wrong[0] + 1}: {lines[wrong[0]][:80]!r} is not a file name, a comma "
            "and numbers of classes, as in 'COCO_train2014_000000000009.jpg,45 50': the file may "
            "be cut off there, download it again."
        )
    classes = parts[1].str.split().reset_index(drop=True).explode()
    image = classes.index.to_numpy(dtype=np.int64)
    positive: np.ndarray = np.ones(len(image), dtype=bool)
    return _base_names(parts[0]), image, classes.to_numpy(dtype=np.int64), positive


def _read_arrays(path: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """File names, and image, class and sign of each known label."""
    name = re.fullmatch(r"(formatted_[a-z]+)(_\w+)?_labels_obs\.npy", Path(path).name)
    if name is None:
        raise ValueError(
            f"{path} has another name than its authors' formatted_train_labels_obs.npy: rename it, "
            "so that formatted_train_images.npy is found beside it."
        )
    states = read_array(path)
    images = Path(path).with_name(f"{name[1]}_images.npy")
    if not images.exists():
        raise FileNotFoundError(
            f"there is no {images}, which names the rows of {Path(path).name}: put it there."
        )
    names = read_array(images)
    if names.ndim != 1 or names.dtype.kind != "U":
        raise ValueError(
            f"{images} has {names.dtype} of shape {names.shape} in place of a list of paths: take "
            f"the file that was written with {Path(path).name}."
        )
    if states.ndim != 2 or len(states) != len(names):
        raise ValueError(
            f"{path} has shape {states.shape}, but {images.name} has {len(names)} images: take two "
            "files that were written together."
        )
    if states.dtype.kind not in "iuf" or not np.isin(states, (-1, 0, 1)).all():
        raise ValueError(
            f"{path} has other values than 1, -1 (negative) and 0 (unknown): take its authors' "
            "file."
        )
    image, cls = np.nonzero(states)
    return _base_names(pd.Series(names, dtype=str)), image, cls, states[image, cls] == 1


def _base_names(paths: pd.Series) -> np.ndarray:
    return paths.str.rsplit("/", n=1).str[-1].to_numpy(dtype=object)


def _rows(path: str, names: np.ndarray, files: Sequence[str]) -> np.ndarray:
    """The row in the dataset of each image in the file."""
    theirs, ours = pd.Index(names), pd.Index(files, dtype=object)
    for what, index in ((f"{path} lists", theirs), ("the dataset has", ours)):
        if not index.is_unique:
            raise ValueError(
                f"{what} the file name {index[index.duplicated()][0]!r} twice, and so its labels "
                "cannot be matched: keep one of them."
            )
    row = ours.get_indexer(theirs)
    lacking = ours[~np.isin(np.arange(len(ours)), row)]
    for what, missing in (("lacks", lacking), ("has", theirs[row < 0])):
        if len(missing):
            where = "which the dataset has" if what == "lacks" else "which the dataset lacks"
            raise ValueError(
                f"{path} {what} {len(missing)} images, {where}, the first {missing[0]!r}: take the "
                "file of this split."
            )
    return row


def _check_same(path: str, known: LabelMatrix, labels: LabelMatrix, files: Sequence[str]) -> None:
    """Refuse labels that the dataset does not have."""
    image, cls, positive = known.known()
    ours, theirs = (keys_of_entries(*m.known(), labels.shape[1]) for m in (labels, known))
    wrong = np.flatnonzero(~np.isin(theirs, ours, assume_unique=True))
    if wrong.size:
        first = wrong[0]
        sign = "positive" if positive[first] else "negative"
        raise ValueError(
            f"{path} was made from other annotations, or for classes in another order: "
            f"{wrong.size} of its {len(image)} labels are not in the dataset, the first is class "
            f"{cls[first]} of {files[image[first]]}, {sign} in the file; take the file of this "
            "dataset."
        )
