"""Annotation formats: each has a file with ``read`` and, where it makes sense, ``write``."""

import inspect
from types import ModuleType
from typing import Any

from ..labels.annotations import Annotations
from ..utils.names import nearest
from ..utils.reading import reading
from . import coco_json, folders, json_lists, long_csv, mmpretrain, splits, wide_csv, yolo
from .annotation_tools import cvat, fiftyone, label_studio, sagemaker
from .common.checks import check_positives
from .common.named_labels import UNLISTED_HELP
from .common.options import as_declared
from .common.other_tools import check_other_tools

FORMATS: dict[str, ModuleType] = {
    "coco_json": coco_json,
    "cvat": cvat,
    "fiftyone": fiftyone,
    "folders": folders,
    "json_lists": json_lists,
    "label_studio": label_studio,
    "long_csv": long_csv,
    "mmpretrain": mmpretrain,
    "sagemaker": sagemaker,
    "splits": splits,
    "wide_csv": wide_csv,
    "yolo": yolo,
}


def read_annotations(
    format: str, path: str, *, allow_no_positives: bool = False, **options: Any
) -> Annotations:
    """Read annotations of any format.

    Args:
        format: One of ``FORMATS``.
        path: The file or folder.
        allow_no_positives: Accept a file without any positive label, such as one of images to
            predict. By default it is refused.
        **options: Options of the format's ``read``.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: There is no such format or option, a necessary option is missing, or something
            is wrong in the file.
    """
    check_options(format, options)
    taken = parameters(format)
    given = options | dict(allow_no_positives=allow_no_positives)
    options = {name: as_declared(name, value, taken[name]) for name, value in given.items()}
    allow_no_positives = options.pop("allow_no_positives")
    try:
        with reading(path, format):
            found = FORMATS[format].read(path, **options)
    except ValueError:
        check_other_tools(path)
        raise
    if not allow_no_positives:
        check_positives(path, found, taken)
    return found


_INSTEAD = dict(
    classes="; metainfo=dict(classes=[...]) in the config takes some of the classes",
    group="; move the images that belong together into one part of the split file instead",
)


def check_options(format: str, options: dict) -> None:
    """Check that a format has some options, and that none is missing.

    Raises:
        ValueError: There is no such format or option, or a necessary option is missing.
    """
    taken = parameters(format)
    for name in options:
        if name not in taken:
            raise ValueError(
                f"the format {format} takes no {name}{nearest(name, taken)}: it takes "
                f"{', '.join(taken)}{_INSTEAD.get(name, '')}."
            )
    for name, parameter in taken.items():
        if parameter.default is parameter.empty and name not in options:
            hint = f": {UNLISTED_HELP}" if name == "unlisted" else ""
            raise ValueError(f"the format {format} needs {name}{hint}.")


def parameters(format: str) -> dict[str, inspect.Parameter]:
    """The options of a format: the options of its ``read``, and the common ones.

    Raises:
        ValueError: There is no such format.
    """
    if format not in FORMATS:
        raise ValueError(
            f"there is no format {format!r}{nearest(format, FORMATS)}: choose one of "
            f"{', '.join(FORMATS)}."
        )
    _, *own = inspect.signature(FORMATS[format].read).parameters.items()
    common = inspect.signature(read_annotations).parameters
    return dict(own) | {"allow_no_positives": common["allow_no_positives"]}
