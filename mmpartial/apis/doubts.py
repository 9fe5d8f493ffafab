"""The known labels that a model doubts."""

from pathlib import Path

import pandas as pd
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from torch import Tensor

from ..datasets import CachedFeatures
from ..datasets.partial_label_dataset import PartialLabelDataset, find_partial
from ..engine.linear_heads import folds, out_of_fold
from ..evaluation.doubted import doubted
from ..formats.common.output_paths import check_target, replacing
from ..registry import DATASETS
from ..reports.doubts import doubts_page
from ..utils.nested import walk


def doubts(cfg: Config, number_of_folds: int = 5, seed: int = 0) -> pd.DataFrame:
    """Find the known training labels that are unlikely by a model that has not seen them.

    The images are divided into folds. Linear classifiers on the cached features of all other folds
    predict each fold, so no label speaks for itself. The images of a group are in one fold.

    Args:
        cfg: The config of a run on features that are computed.
        number_of_folds: How many folds there are.
        seed: Another one gives other folds.

    Returns:
        The table of :func:`~mmpartial.evaluation.doubted.doubted`; ``attrs["files"]`` has the file
        of each image, by its id.

    Raises:
        FileNotFoundError: The features are not there.
        ValueError: The training dataset has no features, or there are fewer than two folds.
    """
    dataset, features = training_features(cfg)
    if not 2 <= number_of_folds <= dataset.num_rows:
        raise ValueError(
            f"{number_of_folds} folds of {dataset.num_rows} images: give 2 folds at least."
        )
    labels = dataset.labels.dense()
    fold = folds(dataset.annotations.unit_hashes, number_of_folds, seed)
    probability = out_of_fold(features, labels, fold).sigmoid().numpy()
    table = doubted(labels, probability, dataset.ids, dataset.metainfo["classes"])
    table.attrs["files"] = _files(dataset, set(table["image"]))
    return table


def write_doubts(
    config: str | Path | Config,
    out: str | Path,
    page: str | Path | None = None,
    force: bool = False,
    number_of_folds: int = 5,
    seed: int = 0,
) -> pd.DataFrame:
    """Write the table of :func:`doubts`, and a page with the images.

    Args:
        config: The config of a run on features.
        out: The table, a CSV file.
        page: The page, an HTML file, or None.
        force: Overwrite files.
        number_of_folds: As in :func:`doubts`.
        seed: As in :func:`doubts`.

    Raises:
        ValueError: A file exists, or what :func:`doubts` raises.
    """
    for path in (out, page):
        if path is not None:
            check_target(str(path), force)
    cfg = config if isinstance(config, Config) else Config.fromfile(str(config))
    table = doubts(cfg, number_of_folds, seed)
    with replacing(str(out)) as temporary:
        table.to_csv(temporary, index=False, float_format="%.4g")
    if page is not None:
        doubts_page(table, table.attrs["files"], Path(cfg.filename or "").name).write(page, force)
    return table


def training_features(cfg: Config) -> tuple[PartialLabelDataset, Tensor]:
    """The training dataset, and the features ``(N, D)`` of its images in the order of its rows.

    Raises:
        ValueError: It has no features, or maps.
    """
    init_default_scope("mmpretrain")
    dataset = DATASETS.build(cfg.train_dataloader.dataset)
    partial = find_partial(dataset)
    cached = [inside for inside in walk(dataset) if isinstance(inside, CachedFeatures)]
    if partial is None or not cached:
        raise ValueError(
            "the training dataset of the config has no cached features: take a config like "
            "configs/frozen/frozen_efficientnet-lite0_own-as-annotated.py."
        )
    for inside in cached:
        inside.random_view = False
    found = torch.empty(0)
    for idx in range(len(partial)):
        sample = partial[idx]
        pixels = sample["inputs"].float()
        if pixels.shape[1:] != (1, 1):
            raise ValueError(
                f"the features are maps of shape {tuple(pixels.shape)}, and vectors are needed: "
                "take a config in configs/frozen/."
            )
        if not len(found):
            found = torch.empty(partial.num_rows, len(pixels))
        found[sample["data_samples"].row] = pixels.flatten()
    return partial, found


def _files(dataset: PartialLabelDataset, images: set[str]) -> dict[str, str]:
    """The files of some images, by their ids."""
    found = {}
    for idx in range(len(dataset)):
        info = dataset.get_data_info(idx)
        name = dataset.ids[info["row"]]
        if name in images:
            found[name] = str(info.get("img_path", ""))
    return found
