"""JSON with the objects in each image, in COCO's format (https://cocodataset.org/#format-data)."""

from ..labels.annotations import Annotations
from .coco.reader import read_coco_json
from .common.named_labels import unlisted_state
from .common.unique_images import annotate


def read(
    path: str, *, unlisted: str, file_key: str = "file_name", min_score: float | None = None
) -> Annotations:
    """Read objects: a class is positive in an image with at least one of its objects.

    The classes are the categories of the file, in the order of their ids. Images without an object
    count as well; the ids of the file name the images. Crowds, objects marked ignore and labels of
    whole images count as objects. If images have LVIS's ``neg_category_ids``, these classes are
    negative; those in ``not_exhaustive_category_ids`` and ``pos_category_ids`` are positive.

    Args:
        path: The JSON file.
        unlisted: The state of a class without an object in an image: ``'unknown'`` or
            ``'negative'``.
        file_key: The key of an image's path, such as ``'coco_url'``.
        min_score: Read predictions with at least this ``score``. If None, predictions are refused,
            because they are not labels.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is cut off, of another format, or contradicts itself.
    """
    state = unlisted_state(unlisted)
    found = read_coco_json(path, file_key=file_key, min_score=min_score)
    ids = [str(image_id) for image_id in found.image_ids]
    return annotate(
        path, found.files, found.classes, found.labels(state), ids, lambda row: f"id {ids[row]!r}"
    )
