"""Divides the images of a label file into parts, such as train and val."""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import torch

from ..datasets.split_file import Split, read_split, write_split
from ..datasets.stratification import stratify
from ..formats import read_annotations
from ..formats.common.output_paths import check_target
from ..labels.annotations import Annotations
from ..labels.groups import Groups
from ..utils.counter_rng import hash_ints
from ..utils.log import note
from .own_data.folder_parts import parts_in_folders
from .own_data.image_columns import (
    as_parts,
    of_images,
    part_column,
    without_columns,
)
from .split_table import UNUSED, action_of, split_table

PARTS = {"train": 0.8, "val": 0.2}


def split(
    path: str,
    out: str,
    *,
    format: str = "wide_csv",
    options: Mapping[str, Any] | None = None,
    group: str | None = None,
    parts: Mapping[str, float] | None = None,
    seed: int = 0,
    force: bool = False,
) -> str:
    """Divide the images of a label file, so that each part has its share of each class.

    The images of a group go into the same part. If the split file exists, its images stay where
    they are, and new ones are added. The result does not depend on the order of the images.

    Args:
        path: The label file.
        out: The split file to write, a CSV file with the columns image, part and perhaps group.
        format: The format of the label file.
        options: Options of the format.
        group: The column of the label table that names the group of an image, such as its site,
            camera or patient; in ``coco_json`` the key of an image. An image without a group is
            alone.
        parts: The share of the images in each part. None takes 80 % for train and 20 % for val, or
            for new images the shares of the split file.
        seed: Another seed gives another division.
        force: Divide all images anew, even if the split file exists.

    Returns:
        A table of the positives and negatives of each class in each part.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: A file or an option is wrong, or a group is in two parts of the split file.
    """
    options = dict(options or {})
    found, taken = read_labels(path, format, options, group)
    groups = None if found.groups is None else found.groups.texts()
    return divide(found, out, groups=groups, taken=taken, parts=parts, seed=seed, force=force)


def read_labels(
    path: str, format: str, options: dict[str, Any], group: str | None
) -> tuple[Annotations, np.ndarray | None]:
    """Read the labels, and the parts of the images if a column of the table has them, or None."""
    if group is not None:
        options = dict(options, group=group)
    column = part_column(path, format, options)
    others = [] if column is None else [column]
    found = read_annotations(format, path, **without_columns(format, options, others))
    if column is None:
        return found, parts_in_folders(found.images)
    cells = of_images(path, format, options, column, found.names)
    note(f"{path}: the column {column!r} already divides the images, and decides their parts")
    return found, as_parts(cells, column)


def divide(
    found: Annotations,
    out: str,
    *,
    groups: np.ndarray | None = None,
    taken: np.ndarray | None = None,
    looked: bool = False,
    parts: Mapping[str, float] | None = None,
    seed: int = 0,
    force: bool = False,
) -> str:
    """Divide images with labels that were read before; see :func:`split`.

    Args:
        found: The images and their labels.
        out: The split file.
        groups: The group of each image, ``""`` if it has none.
        taken: The part of each image, ``""`` if it has none yet.
        looked: ``taken`` says which images have no file now, or a damaged one, whatever the split
            file says.
        parts: The share of each part.
        seed: The seed.
        force: Divide all images anew.
    """
    old = None if force or not os.path.exists(out) else read_split(out)
    check_target(out, force=True)
    given = np.full(len(found), "", dtype=object) if taken is None else taken
    rows = np.full(len(found), -1) if old is None else old.rows(found.names)
    if old is not None:
        before = old.parts[rows]
        changed = np.isin(given, UNUSED) | np.isin(before, UNUSED) if looked else False
        given = np.where((rows < 0) | changed, given, before)
        groups = _with_old_groups(old, rows, groups)
    part = given.copy()
    used = np.flatnonzero(~np.isin(given, UNUSED))
    groups_used = None if groups is None else groups[used]
    shares = _shares(parts, given[used], old)
    part[used] = _parts(found.take(used), groups_used, given[used], shares, seed, old)
    new = np.flatnonzero(rows < 0)
    moved = {} if old is None else old.moved(rows, part)
    if len(new) or moved:
        added = None if groups is None else groups[new]
        names = [found.names[row] for row in new.tolist()]
        write_split(out, old, names, part[new], added, moved)
    return f"{split_table(found, part)}\n\n{action_of(out, old is None, len(new), len(moved))}"


def _with_old_groups(old: Split, rows: np.ndarray, groups: np.ndarray | None) -> np.ndarray | None:
    """The groups of the label table; if the split file has groups, new images need them."""
    if old.groups is None or groups is not None:
        return groups
    if (rows >= 0).all():
        return old.groups[rows]
    raise ValueError(
        f"{old.path} has groups: name the column, or in coco_json the key, with the groups of the "
        "new images by --group."
    )


def _shares(
    parts: Mapping[str, float] | None, given: np.ndarray, old: Split | None
) -> dict[str, float]:
    """The share of each part that gets new images."""
    there = [name for name in dict.fromkeys(given.tolist()) if name]
    if parts is None and old is not None:
        known = [name for name in old.names if name in there]
        known = known or [name for name in old.names if name not in UNUSED]
        return {name: float((old.parts == name).sum()) for name in known}
    if parts is None:
        parts = PARTS if not there else {name: float((given == name).sum()) for name in there}
    numbers = all(isinstance(share, int | float) for share in parts.values())
    if not parts or not numbers or min(parts.values()) <= 0:
        raise ValueError(f"parts={dict(parts)}: give each part a positive share.")
    return dict(parts)


def _parts(
    found: Annotations,
    groups: np.ndarray | None,
    given: np.ndarray,
    shares: dict[str, float],
    seed: int,
    old: Split | None,
) -> np.ndarray:
    """The part of each image."""
    names = [*shares, *(n for n in dict.fromkeys(given.tolist()) if n and n not in shares)]
    found = found.with_groups(None if groups is None else Groups.from_names(groups))
    group, distinct = pd.factorize(found.unit_hashes)
    number = pd.Index(names).get_indexer(given)  # -1 where there is no part yet
    of_group: np.ndarray = np.full(len(distinct), -1)
    of_group[group[number >= 0]] = number[number >= 0]
    torn = np.flatnonzero((number >= 0) & (of_group[group] != number))
    if len(torn) and groups is not None:
        image = int(torn[0])
        sides = f"{names[number[image]]} and {names[of_group[group[image]]]}"
        anew = f", or remove {old.path} to divide all images anew" if old is not None else ""
        raise ValueError(
            f"the group {groups[image]!r} is in two parts already, {sides}: move its images to one "
            f"of them{anew}."
        )
    if (of_group < 0).sum() and len(distinct) < len(shares):
        what = "images" if groups is None else "groups"
        raise ValueError(
            f"{len(distinct)} {what} are too few for the parts {', '.join(shares)}: each needs at "
            "least one."
        )
    keys = hash_ints(seed, torch.from_numpy(distinct)).numpy()
    order = [*shares.values(), *[0.0] * (len(names) - len(shares))]
    part = stratify(found.labels, group, order, of_group, keys)
    return np.array(names, dtype=object)[part[group]]
