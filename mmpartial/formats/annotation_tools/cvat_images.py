"""The images of a CVAT export: their paths, their subsets, and the deleted ones."""

from collections.abc import Sequence

import numpy as np

from ...utils.log import note
from ...utils.names import visible
from .cvat_xml import Image
from .image_paths import below, path_key


def image_paths(path: str, images: Sequence[Image], root: str) -> list[str]:
    """Different paths for different images.

    Usually these are the names without ``root``, with which all names must begin. If two subsets of
    a project have an image of the same name, all paths begin with the subset, as in the folder
    ``images/`` that CVAT exports. If two tasks of a subset have one, all paths begin with the
    subset and the number of the task.
    """
    names = [below(path, image.name, root) for image in images]
    keys = [path_key(name) for name in names]
    subsets = [image.subset for image in images]
    tasks = [image.task for image in images]
    by_subset = _differ(keys, subsets)
    by_task = _differ(list(zip(keys, subsets, strict=True)), tasks)
    if by_subset is None and by_task is None:
        return names
    example = by_subset if by_task is None else by_task
    assert example is not None
    parts = [subsets] if by_task is None else [subsets, tasks]
    paths = ["/".join(filter(None, part)) for part in zip(*parts, names, strict=True)]
    where = "subset" if by_task is None else "subset and the task"
    note(
        f"{path} has several images with the name {visible(names[example])}: all paths begin with "
        f"the {where}, such as {visible(paths[example])}"
    )
    return paths


def origin(image: Image) -> str:
    """The name, subset and task of an image, as a text."""
    subset = image.subset and f"subset {image.subset}"
    task = image.task and f"task {image.task}"
    return ", ".join(filter(None, (path_key(image.name), subset, task)))


def _differ(keys: Sequence, values: Sequence[str]) -> int | None:
    """The first place where the value of a key changes."""
    first: dict = {}
    for place, (key, value) in enumerate(zip(keys, values, strict=True)):
        if first.setdefault(key, value) != value:
            return place
    return None


def wanted(path: str, images: Sequence[Image], subset: str | Sequence[str] | None) -> np.ndarray:
    """``(N,)`` bool, the images of some subsets."""
    if subset is None:
        return np.ones(len(images), dtype=bool)
    chosen = [subset] if isinstance(subset, str) else list(subset)
    there = sorted({image.subset for image in images} - {""})
    for name in chosen:
        if name not in there:
            raise ValueError(
                f"{path} has no images of the subset {name!r}: its subsets are "
                f"{', '.join(map(repr, there)) or 'not named'}."
            )
    return np.array([image.subset in chosen for image in images], dtype=bool)


def deleted_images(path: str, images: Sequence[Image], deleted: str) -> np.ndarray:
    """``(N,)`` bool, the images that somebody deleted in CVAT.

    CVAT still exports their tags, after all other images and with the numbers that are missing
    among these.

    Args:
        path: The file, for messages.
        images: Its images.
        deleted: What to do with images at that place, ``'error'``, ``'leave_out'`` or ``'keep'``.

    Raises:
        ValueError: There may be such images, and ``deleted`` is ``'error'``.
    """
    if deleted not in ("error", "leave_out", "keep"):
        raise ValueError(f"deleted={deleted!r}: choose 'error', 'leave_out' or 'keep'.")
    found: np.ndarray = np.array([image.is_deleted for image in images], dtype=bool)
    start = _end_of_order(images)
    if deleted == "error" and start < len(images) and not found[start:].all():
        raise ValueError(
            f"{path} has {len(images) - start} images after its last one, the first is "
            f"{visible(images[start].name)}. CVAT writes images there that were deleted: set "
            "deleted='leave_out', or 'keep' if they were not."
        )
    if deleted == "leave_out":
        found[start:] = True
    if found.any():
        note(
            f"{path} has {found.sum()} images that were deleted in CVAT, the first is "
            f"{visible(images[int(found.argmax())].name)}: they are left out"
        )
    return found


def _end_of_order(images: Sequence[Image]) -> int:
    """The number of the first image that is out of order, or N."""
    if not all(image.number.isdecimal() for image in images):
        return len(images)
    tasks: dict[tuple[str, str], int] = {}
    keys = [
        (tasks.setdefault((image.subset, image.task), len(tasks)), int(image.number))
        for image in images
    ]
    start = next((i for i in range(1, len(keys)) if keys[i] < keys[i - 1]), len(keys))
    rest = images[start:]
    is_new = set(keys[:start]).isdisjoint(keys[start:])
    return start if is_new and all(image.kinds == {"tag"} for image in rest) else len(images)
