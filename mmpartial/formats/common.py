"""What several formats need: the meaning of unlisted classes, names to numbers, whole files."""

import json
import os
import posixpath
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from mmengine.logging import print_log

from ..datasets.annotations import Annotations
from ..datasets.text_files import check_file, read_lines
from ..json_objects import without_repeats
from ..label_matrix import ConflictError, LabelMatrix
from ..labels import NEGATIVE, UNKNOWN
from ..names import unknown_class

UNLISTED = {"unknown": UNKNOWN, "negative": NEGATIVE}
UNLISTED_HELP = (
    "'unknown' if nobody looked for a class that an image does not list, 'negative' if somebody "
    "did and it is not there"
)


def unlisted_state(unlisted: str) -> int:
    """The state of a class that an image does not list.

    Raises:
        ValueError: It is neither ``'unknown'`` nor ``'negative'``.

    >>> unlisted_state('negative')
    0
    """
    if unlisted not in UNLISTED:
        raise ValueError(f"unlisted={unlisted!r}: choose {UNLISTED_HELP}.")
    return UNLISTED[unlisted]


def class_list(classes: Sequence[str] | str | None) -> list[str] | None:
    """Class names as they are given: a list, a text file with one on each line, or None."""
    if isinstance(classes, str):
        return read_lines(classes, "write a text file with one class on each line")
    return None if classes is None else [str(name) for name in classes]


def from_names(
    path: str,
    images: Sequence[str],
    image: np.ndarray,
    names: Sequence[str],
    positive: np.ndarray,
    *,
    unlisted: str,
    classes: Sequence[str] | str | None = None,
    ids: Sequence[str] | None = None,
) -> Annotations:
    """Annotations from the listed labels, whose classes have names.

    Args:
        path: The file, for error messages.
        images: N paths.
        image: ``(M,)``, for each label the number of its image.
        names: For each label the name of its class.
        positive: ``(M,)`` bool, or one bool for all.
        unlisted: What is not listed, ``'unknown'`` or ``'negative'``.
        classes: All classes, or a text file of them; those that occur, sorted, if None.
        ids: Texts that name the images, if not their paths.

    Raises:
        ValueError: A name is none of ``classes``, or a class is both positive and negative in one
            image.

    >>> found = from_names('x', ['1.jpg'], [0, 0], ['dog', 'cat'], [True, False],
    ...                    unlisted='unknown')
    >>> found.classes, found.labels.dense().tolist()
    (('cat', 'dog'), [[0, 1]])
    """
    state = unlisted_state(unlisted)
    number, occurring = pd.factorize(np.asarray(names, dtype=object), sort=True)
    given = class_list(classes)
    if given is None:
        given = [str(name) for name in occurring]
    place = {name: i for i, name in enumerate(given) if name}
    number = np.array([*(place.get(str(name), -1) for name in occurring), -1], dtype=int)[number]
    if (number < 0).any():
        wrong = int(np.argmax(number < 0))
        where = f"{path}, image {images[int(image[wrong])]!r}"
        if not names[wrong]:
            raise ValueError(f"{where} has a class without a name.")
        raise ValueError(f"{where}: {unknown_class(str(names[wrong]), given)}")
    try:
        labels = LabelMatrix.from_entries(image, number, positive, (len(images), len(given)), state)
    except ConflictError as conflict:
        raise ValueError(
            f"{path} has {given[conflict.cls]!r} as positive and as negative in the image "
            f"{images[conflict.image]!r}: keep one of them, or none if nobody knows."
        ) from None
    return annotate(path, images, given, labels, ids)


def annotate(
    path: str,
    images: Sequence[str],
    classes: Sequence[str],
    labels: LabelMatrix,
    ids: Sequence[str] | None = None,
) -> Annotations:
    """Annotations in which each image is there once.

    An image that is listed again with the same labels counts once, and the log says so.

    Raises:
        ValueError: There is no image or class, or one that is no text or has space around it, a
            class is listed twice, or an image is listed twice with different labels.
    """
    for what, values in (("image", images), ("class", classes)):
        if not len(values):
            raise ValueError(f"there is no {what} in {path}.")
        check_names(path, what, values)
    images = [_normal(image) for image in images]
    number, distinct = pd.factorize(pd.Series(images))
    if len(distinct) < len(images):
        first = np.unique(number, return_index=True)[1]
        again = np.setdiff1d(np.arange(len(images)), first)
        _check_same(path, images, labels, first[number[again]], again)
        example = images[again[0]]
        print_log(
            f"{path} lists {len(again)} images again with the same labels, the first is "
            f"{example!r}: each counts once",
            logger="current",
        )
        first.sort()
        images, labels = [images[i] for i in first], labels.take(first)
        ids = None if ids is None else [ids[i] for i in first]
    try:
        return Annotations(images, classes, labels, ids)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def check_names(path: str, what: str, names: Any) -> None:
    """Look whether the names of images, classes or columns are texts without space around them.

    Args:
        path: The file, for the error message.
        what: What has these names.
        names: The names.

    Raises:
        ValueError: They are no list, or one is no text, is blank, or has space around it.
    """
    if not isinstance(names, list | tuple):
        raise ValueError(f"{path} has {names!r}: write a list of names, one for each {what}.")
    for name in names:
        if not isinstance(name, str):
            raise ValueError(f"{path} has the {what} {name!r}: write its name in quotes.")
        if not name.strip():
            article = "an" if what == "image" else "a"
            raise ValueError(f"{path} has {article} {what} without a name: write one.")
        if name != name.strip():
            raise ValueError(f"{path} has the {what} {name!r}: remove the space around its name.")


def _normal(image: str) -> str:
    """A path without what makes no difference, such as ``./``."""
    image = image.replace("\\", "/")
    return image if "://" in image else posixpath.normpath(image)


def _check_same(
    path: str, images: Sequence[str], labels: LabelMatrix, first: np.ndarray, again: np.ndarray
) -> None:
    """Compare the labels of images that are listed twice."""
    step = max(1, 2**24 // labels.shape[1])
    for start in range(0, len(again), step):
        part = slice(start, start + step)
        unlike = np.flatnonzero((labels[first[part]] != labels[again[part]]).any(1))
        if len(unlike):
            raise ValueError(
                f"{path} lists the image {images[again[part][unlike[0]]]!r} twice with different "
                "labels: keep one of them, or give different images different paths."
            )


def read_json(path: str) -> Any:
    """The contents of a JSON file.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is cut off, or no JSON in UTF-8, or has a key twice; the message says where.
    """
    check_file(path)
    try:
        with open(path, encoding="utf-8-sig") as file:
            return json.load(file, object_pairs_hook=without_repeats)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not complete JSON in UTF-8 ({error}).") from None
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


@contextmanager
def replacing(path: str) -> Iterator[str]:
    """A temporary path beside ``path`` and with its ending, which takes its place at the end.

    If anything goes wrong before, ``path`` stays as it was.
    """
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{os.getpid()}-{name}")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)
