"""A report on the labels of a dataset."""

import copy
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from mmengine.config import Config
from mmengine.registry import init_default_scope

from ..datasets import find_partial
from ..datasets.image_files import paths_on_disk
from ..datasets.source import read_source
from ..formats import read_annotations
from ..formats.common.output_paths import check_target
from ..labels.annotations import Annotations
from ..labels.hierarchy import Hierarchy
from ..registry import DATASETS
from ..reports.labels.findings import Findings
from ..reports.labels.page import label_page
from ..utils.nested import of_type, walk


def label_report(
    path: str | Path,
    out: str | Path = "labels.html",
    *,
    format: str = "wide_csv",
    options: Mapping[str, Any] | None = None,
    images: str | Path | None = None,
    hierarchy: str | Path | None = None,
    force: bool = False,
) -> Findings:
    """Write a page about labels.

    Args:
        path: A config, for the labels of its training dataset and those that its setting hides; or
            a label file.
        out: The page.
        format: The format of the label file.
        options: Options of the format.
        images: The folder of the images; if given, the images are compared with each other.
        hierarchy: A file of classes and parents (see :mod:`mmpartial.labels.hierarchy`), with which
            the labels should agree; by default the hierarchy of the config's dataset.
        force: Overwrite an existing page.

    Returns:
        The numbers behind the page; ``classes`` is a table with a row for each class.

    Raises:
        FileExistsError: The page exists.
        FileNotFoundError: There is no such file or folder.
        ValueError: A file, a config or an option is wrong.
    """
    path, out = os.fspath(path), os.fspath(out)
    check_target(out, force)
    if images is not None and not os.path.isdir(images):
        raise FileNotFoundError(f"there is no folder {images}: give the folder of the images.")
    if not Path(path).exists():
        raise FileNotFoundError(f"there is no file {path}: give a config or a label file.")
    if path.endswith(".py"):
        found = of_config(Config.fromfile(path))
    else:
        found = Findings(path, read_annotations(format, path, **(options or {})))
    if hierarchy is not None:
        found.hierarchy = Hierarchy.from_file(os.fspath(hierarchy))
    if images is not None:
        paths = paths_on_disk(found.known.images, os.fspath(images))
        found.path_of = paths.__getitem__
    label_page(found).write(out, force)
    return found


def of_config(cfg: Config) -> Findings:
    """The labels of the training dataset of a config.

    Raises:
        ValueError: The config has no training dataset.
    """
    init_default_scope(cfg.get("default_scope", "mmpretrain"))
    config = (cfg.get("train_dataloader") or {}).get("dataset")
    if config is None:
        raise ValueError(f"{cfg.filename} has no train_dataloader.dataset, so it has no labels.")
    dataset = DATASETS.build(without_features(config))
    if hasattr(dataset, "full_init"):
        dataset.full_init()
    partial = find_partial(dataset)
    known = read_source(dataset).annotations if partial is None else partial.annotations
    found = Findings(f"{cfg.filename}, training images", known, hierarchy=_hierarchy(dataset))
    if partial is not None and (partial.setting or partial.mask_file):
        full = read_source(partial.dataset).annotations
        full = full if len(full) == len(known) else _rows_of(full, known)
        if (full.labels.counts != known.labels.counts).any():
            found.before, found.hidden_by = full, partial.rule
    return found


def without_features(config: Any) -> Any:
    """A copy of a config with the datasets of images in place of those of their features."""
    config = copy.deepcopy(config)
    unique = {id(part): part for part in of_type(config, "CachedFeatures")}
    for cached in unique.values():
        images = cached["dataset"]
        cached.clear()
        cached.update(images)
    return config


def _rows_of(full: Annotations, known: Annotations) -> Annotations:
    """The rows of ``full`` that have the images of ``known``, in their order."""
    return full.take(pd.Index(list(full.names)).get_indexer(list(known.names)))


def _hierarchy(dataset: Any) -> Hierarchy | None:
    """The hierarchy of the first dataset inside that has one."""
    for inner in walk(dataset):
        given = getattr(inner, "hierarchy", None)
        if isinstance(given, str):
            return Hierarchy.from_file(os.path.join(inner.data_root or "", given))
        if given is not None:
            return Hierarchy(given)
    return None
