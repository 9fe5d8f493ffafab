"""Labels whose classes have names: the meaning of unlisted classes, and names to numbers."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from ...labels import NEGATIVE, UNKNOWN
from ...labels.annotations import Annotations
from ...labels.encoding import ConflictError
from ...labels.matrix import LabelMatrix
from ...labels.parts import forget
from ...utils.log import note
from ...utils.names import canonical, unknown_class, visible
from ...utils.text_files import read_lines
from .checks import check_alike, check_names
from .denials import warn_of_denials
from .unique_images import annotate

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
    """The class names that a user gives: a list, a text file with one on each line, or None."""
    if isinstance(classes, str):
        classes = read_lines(
            classes, "write a text file with one class on each line, or give a list, as in [cat]"
        )
    return None if classes is None else [canonical(str(name)) for name in classes]


def from_names(
    path: str,
    images: Sequence[str],
    image: np.ndarray,
    names: Sequence[str] | pd.Categorical,
    states: np.ndarray,
    *,
    unlisted: str,
    classes: Sequence[str] | str | None = None,
    ids: Sequence[str] | None = None,
    place: Callable[[int], str] | None = None,
    looked: np.ndarray | None = None,
) -> Annotations:
    """Annotations from M labels whose classes have names.

    Args:
        path: The file, for error messages.
        images: The paths of the N images.
        image: ``(M,)``, for each label the number of its image.
        names: For each label the name of its class; many names as a categorical, each of whose
            categories occurs.
        states: ``(M,)``, or one for all: 1 or True; 0 or False; -1 if nobody is sure. A class in an
            image is unknown if all its labels are -1.
        unlisted: The state of all other labels, ``'unknown'`` or ``'negative'``.
        classes: All classes, or a text file of them. If None, the classes of the labels, sorted.
        ids: Texts that name the images, if their paths do not.
        place: As in :func:`~mmpartial.formats.common.unique_images.annotate`.
        looked: ``(N,)`` bool, whether somebody looked at the image; if not, all its labels are
            unknown. None if somebody looked at each.

    Raises:
        ValueError: A name is none of ``classes``; without ``classes``, it differs from another only
            in letter case, blanks or invisible characters; or a class is both positive and negative
            in one image.

    >>> found = from_names('x', ['1.jpg'], [0, 0], ['dog', 'cat'], [True, False],
    ...                    unlisted='unknown')
    >>> found.classes, found.labels.dense().tolist()
    (('cat', 'dog'), [[0, 1]])
    """
    default = unlisted_state(unlisted)
    spelt, number = _distinct(names)
    given = class_list(classes)
    if given is None:
        given = _classes_of(path, spelt, len(images))
    index = {name: i for i, name in enumerate(given) if name}
    cls = np.array([*(index.get(name, -1) for name in spelt), -1], dtype=np.int32)[number]
    if (cls < 0).any():
        wrong = int(np.argmax(cls < 0))
        where = f"{path}, image {visible(images[int(image[wrong])])}"
        if not names[wrong]:
            raise ValueError(f"{where} has a class without a name.")
        raise ValueError(f"{where}: {unknown_class(str(names[wrong]), given)}")
    try:
        labels = _matrix(path, image, cls, states, (len(images), len(given)), default)
    except ConflictError as conflict:
        raise ValueError(
            f"{path} has {visible(given[conflict.cls])} as positive and as negative in the image "
            f"{visible(images[conflict.image])}: keep one of them, or none if nobody knows."
        ) from None
    if looked is not None and default != UNKNOWN:
        labels = forget(labels, np.flatnonzero(~looked))
    return annotate(path, images, given, labels, ids, place)


def _matrix(
    path: str,
    image: np.ndarray,
    cls: np.ndarray,
    states: np.ndarray,
    shape: tuple[int, int],
    default: int,
) -> LabelMatrix:
    """The labels, unknown where nobody is sure."""
    sure = states != UNKNOWN
    if np.all(sure):
        return LabelMatrix.from_entries(image, cls, states, shape, default)
    labels = LabelMatrix.from_entries(image[sure], cls[sure], states[sure], shape, default)
    label = image.astype(np.int64) * shape[1] + cls
    unsure = np.setdiff1d(label[~sure], label[sure])
    note(f"{path}: labels that are unknown because nobody is sure: {len(unsure)}")
    return forget(labels, *np.divmod(unsure, shape[1]))


def _distinct(names: Sequence[str] | pd.Categorical) -> tuple[list[str], np.ndarray]:
    """The distinct names in canonical form, and for each label the number of its name."""
    if isinstance(names, pd.Categorical):
        number, distinct = names.codes, names.categories
    else:
        number, distinct = pd.factorize(np.asarray(names, dtype=object), sort=True)
    return [canonical(str(name)) for name in distinct], number


def _classes_of(path: str, names: Sequence[str], images: int) -> list[str]:
    """The sorted classes of a file that gives no list of them."""
    found = sorted(set(names))
    check_names(path, "class", [name for name in found if name])
    check_alike(path, found, "list both in classes")
    warn_of_denials(path, found)
    if not found and images:
        raise ValueError(
            f"there is no class in {path}: none of its {images} images has a label where labels "
            "were looked for; if nobody has labelled them, give classes and set "
            "allow_no_positives=True."
        )
    return found
