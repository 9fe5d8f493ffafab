"""Labels as lists of class indices, as annotation files have them."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

import numpy as np

from .annotations import Annotations
from .encoding import ConflictError
from .matrix import LabelMatrix
from .states import NEGATIVE, POSITIVE

Flat = tuple[np.ndarray, np.ndarray]  # the image of each element of some lists, and its class


def from_lists(
    positive: Sequence[Sequence[int]],
    negative: Sequence[Sequence[int]],
    num_classes: int,
    default_state: int,
    name: Callable[[int], str] = "sample {}".format,
) -> LabelMatrix:
    """Labels from lists of class indices.

    Args:
        positive: For each image the classes that are present.
        negative: For each image the classes that are absent.
        num_classes: C.
        default_state: The state of a class in neither list, ``NEGATIVE`` or ``UNKNOWN``.
        name: Gives the name of an image for error messages.

    Raises:
        ValueError: A class index is outside [0, C), or a class is positive and negative.

    >>> from_lists([[0], []], [[], [1]], 2, -1).dense().tolist()
    [[1, -1], [-1, 0]]
    """
    parts = flatten(positive), flatten(negative)
    return from_flat(*parts, (len(positive), num_classes), default_state, name)


def from_flat(
    positive: Flat,
    negative: Flat,
    shape: tuple[int, int],
    default_state: int,
    name: Callable[[int], str] = "sample {}".format,
) -> LabelMatrix:
    """:func:`from_lists` for lists that :func:`flatten` made flat, of (N, C) labels."""
    parts, num_classes = (positive, negative), shape[1]
    for image, classes in parts:
        wrong = np.flatnonzero((classes < 0) | (classes >= num_classes))
        if wrong.size:
            raise ValueError(
                f"{name(int(image[wrong[0]]))} has the class index {classes[wrong[0]]}, but "
                f"there are {num_classes} classes: indices go from 0 to {num_classes - 1}."
            )
    image, classes = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    is_positive = np.arange(len(image)) < len(parts[0][0])
    try:
        return LabelMatrix.from_entries(image, classes, is_positive, shape, default_state)
    except ConflictError as conflict:
        raise ValueError(
            f"{name(conflict.image)} lists class {conflict.cls} as positive and as negative: "
            "remove it from one of the lists, or from both if nobody knows."
        ) from None


def to_lists(labels: LabelMatrix, state: int) -> list[list[int]]:
    """For each image the indices of its classes of a state.

    >>> to_lists(LabelMatrix.from_dense([[1, 0], [1, 1]]), 1)
    [[0], [0, 1]]
    """
    image, cls = labels.entries(state)
    ends = np.searchsorted(image, np.arange(1, len(labels)))
    return [part.tolist() for part in np.split(cls, ends)]


def to_names(annotations: Annotations) -> Iterator[tuple[str, list[str], list[str]]]:
    """Each image with the names of its positive and of its negative classes."""
    names = annotations.classes
    lists = (to_lists(annotations.labels, state) for state in (POSITIVE, NEGATIVE))
    for image, positive, negative in zip(annotations.images, *lists, strict=True):
        yield image, [names[cls] for cls in positive], [names[cls] for cls in negative]


def flatten(lists: Sequence[Sequence[int]]) -> Flat:
    """Image and class of each element of some lists of classes."""
    lengths = np.fromiter(map(len, lists), dtype=np.int64, count=len(lists))
    image: np.ndarray = np.repeat(np.arange(len(lists)), lengths)
    cls = np.fromiter(chain.from_iterable(lists), dtype=np.int64, count=int(lengths.sum()))
    return image, cls
