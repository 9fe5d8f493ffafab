"""JSON with the objects in each image, in COCO's format (https://cocodataset.org/#format-data)."""

import numpy as np

from ..labels import NEGATIVE
from ..labels.annotations import Annotations
from ..labels.matrix import LabelMatrix
from ..labels.parts import forget
from ..utils.log import note_once, warn, warn_once
from ..utils.names import visible
from .coco.reader import CocoContent, read_coco_json
from .common.image_groups import with_groups
from .common.named_labels import unlisted_state
from .common.unique_images import annotate
from .tables.no_classes import says_nothing, says_unknown

_EMPTY = {"empty", "blank"}  # classes of camera traps for images without an animal, in lower case


def read(
    path: str,
    *,
    unlisted: str,
    file_key: str = "file_name",
    min_score: float | None = None,
    group: str | None = None,
) -> Annotations:
    """Read objects: a class is positive in an image with at least one of its objects.

    The classes are the categories of the file, in the order of their ids. Images without an object
    count as well. Their paths name them, because many tools number images anew in each export.
    Crowds, objects marked ignore and labels of whole images count as objects. If images have LVIS's
    ``neg_category_ids``, these classes are negative; those in ``not_exhaustive_category_ids`` and
    ``pos_category_ids`` are positive. If a category is ``empty`` or ``blank``, as in files of
    camera traps, nobody has looked at an image without any object. The path of an image of LVIS v1,
    which has no ``file_name``, is the end of its ``coco_url``, such as
    ``train2017/000000391895.jpg``.

    Args:
        path: The JSON file.
        unlisted: The state of a class without an object in an image: ``'unknown'`` or
            ``'negative'``.
        file_key: The key of an image's path, such as ``'coco_url'``.
        min_score: Read predictions with at least this ``score``. If None, predictions are refused,
            because they are not labels.
        group: The key of an image that names its group, such as ``'location'`` or ``'seq_id'`` of
            camera traps. An image without it, or with null, is alone.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is cut off, of another format, or contradicts itself; no image has the
            key ``group``, or its value is neither text nor number.
    """
    state = unlisted_state(unlisted)
    found = read_coco_json(path, file_key=file_key, min_score=min_score, group=group)
    labels = found.labels(state)
    _warn_of_animals(found)
    if state == NEGATIVE:
        _warn_of_unknown(found)
        labels = _of_camera_traps(found, labels)

    def place(row: int) -> str:
        return f"id {str(found.image_ids[row])!r}"

    once = annotate(path, found.files, found.classes, labels, place=place)
    if group is None:
        return once
    return with_groups(once, path, group, found.groups, found.files)


def _of_camera_traps(found: CocoContent, labels: LabelMatrix) -> LabelMatrix:
    """The labels, unknown in images without an object if a class says that images are empty."""
    empty = [i for i, name in enumerate(found.classes) if says_nothing(name)]
    without = np.setdiff1d(np.arange(len(labels)), found.image)
    names = {found.classes[i].lower() for i in empty}
    is_used = np.isin(found.category, empty).any() or names & _EMPTY
    if not is_used or not len(without):
        return labels
    note_once(
        f"{found.path} has the class {visible(found.classes[empty[0]])}, but {len(without)} images "
        "have no class at all: all their labels are unknown"
    )
    return forget(labels, without)


def _warn_of_animals(found: CocoContent) -> None:
    """Warn of images that are empty, but have another class."""
    empty = [number for number, name in enumerate(found.classes) if name.lower() in _EMPTY]
    is_empty = np.isin(found.category, empty)
    both = np.intersect1d(found.image[is_empty], found.image[~is_empty])
    if len(both):
        warn_once(
            f"{found.path} has the class {visible(found.classes[empty[0]])} together with another "
            f"class in {len(both)} images, such as {visible(found.files[both[0]])}: both count as "
            "present, so remove the wrong annotations"
        )


def _warn_of_unknown(found: CocoContent) -> None:
    """Warn of a class that says that nobody knows the class, such as ``unknown``."""
    for number, name in enumerate(found.classes):
        images = found.image[found.category == number] if says_unknown(name) else []
        if len(images):
            warn(
                f"{found.path} has the class {visible(name)}, and all other classes are negative "
                f"in its images, such as {visible(found.files[images[0]])}: if {visible(name)} "
                "means that nobody knows the class, take these images out of the file"
            )
