"""Computes the features of images once, for many runs."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.registry import init_default_scope
from mmengine.utils import track_iter_progress
from torch import Tensor, nn
from torch.utils.data import ConcatDataset, DataLoader, Subset

from ..datasets.feature_files import computing
from ..datasets.feature_sources import check_one_file, check_unchanged, files_of, note_files
from ..datasets.feature_store import FeatureStore
from ..datasets.readable import check_readable
from ..datasets.source import read_source
from ..models.extractor import weights_hash
from ..registry import DATASETS, MODELS
from ..utils.log import warn, without_notes
from ..utils.machine import cores, default_device
from ..utils.nested import of_type
from ..utils.parent import end_with_parent

_ANOTHER = 0.3  # of the norm; a photo saved again as JPEG is at most 0.1 away, others at least 0.6


def cache_features(cfg: Config, flips: bool | None = None, batch_size: int = 64) -> None:
    """Write the features that the datasets of a config read.

    The backbone and neck of ``cfg.extractor`` compute them for the images, pipeline and folder of
    each :class:`mmpartial.CachedFeatures` in the config. Existing features stay, and those of other
    images are added. A second call continues where the first was stopped.

    Args:
        cfg: The config of a run on features.
        flips: Store the features of the mirrored image as a second view. If None, the config's
            ``cached_flips`` decides, which is False by default.
        batch_size: Images in a batch.

    Raises:
        ValueError: The config has no extractor or no such dataset, its model does not accept the
            features, a folder has the features of another network or pipeline, images have changed
            since their features were computed, or two images have one name.
    """
    init_default_scope("mmpretrain")
    wanted = wanted_features(cfg)
    flips = cfg.get("cached_flips", False) if flips is None else flips
    if "extractor" not in cfg or not wanted:
        raise ValueError(
            "the config has no extractor, or no dataset of type mmpartial.CachedFeatures: take one "
            "like configs/frozen/frozen_efficientnet-lite0_corel5k-fal.py."
        )
    with without_notes():
        model = MODELS.build(cfg.extractor)
        model.init_weights()
    model.to(default_device()).eval()
    weights = weights_hash(model)
    for (folder, name), configs in wanted.items():
        store = FeatureStore(folder, name)
        if any(config.get("pipeline") != configs[0].get("pipeline") for config in configs):
            raise ValueError(
                f"several datasets read features from {store.stem}.npy, but their pipelines "
                "differ: give them the same pipeline, or each another name in part."
            )
        images, ids, paths = _images(configs, store.stem)
        made_with = dict(
            weights=weights,
            preprocessor=cfg.extractor.get("data_preprocessor"),
            pipeline=configs[0].get("pipeline"),
        )
        first = _first(model, images, cfg.model.backbone)
        with computing(store.stem):
            todo = store.create(ids, 1 + flips, first.shape, made_with)
            rows, new = store.rows(ids, paths.tolist()), np.isin(np.arange(len(ids)), todo)
            check_unchanged(store.stem, rows[~new], paths[~new].tolist())
            if not new[0]:
                _warn_of_another(store, ids[:1], first, str(paths[0]) or "the first image")
            note_files(store.stem, rows, paths.tolist(), new)
            if len(todo):
                _fill(store, model, images, todo, batch_size)


def _fill(
    store: FeatureStore, model: nn.Module, images: Subset, todo: np.ndarray, batch_size: int
) -> None:
    """Compute the features of the images ``todo``, and store them."""
    print(f"computing the features of {len(todo)} of {len(images)} images for {store.stem}.npy")
    batches = DataLoader(
        Subset(images, todo.tolist()),
        batch_size,
        num_workers=cores(),
        collate_fn=pseudo_collate,
        worker_init_fn=end_with_parent,
    )
    views = store.features.shape[1]
    store.fill(_features(model, track_iter_progress((batches, len(batches))), views))
    print()


def wanted_features(cfg: Any) -> dict[tuple[str, str], list[dict]]:
    """The configs of the datasets whose images need features, by folder and name of the file."""
    found: dict[tuple[str, str], list[dict]] = {}
    for key in ("train_dataloader", "val_dataloader", "test_dataloader"):
        for cached in of_type((cfg.get(key) or {}).get("dataset") or {}, "CachedFeatures"):
            configs = found.setdefault((cached["features"], cached.get("part", "train")), [])
            if cached["dataset"] not in configs:
                configs.append(cached["dataset"])
    return found


def _images(configs: Sequence[dict], stem: Path) -> tuple[Subset, np.ndarray, np.ndarray]:
    """The distinct images of some datasets, the hashes of their ids, and their files."""
    datasets = [DATASETS.build(config) for config in configs]
    for dataset in datasets:
        check_readable(dataset, "the dataset of the features")
    sources = [read_source(dataset) for dataset in datasets]
    hashes = [source.annotations.name_hashes[np.asarray(source.image)] for source in sources]
    ids = np.concatenate(hashes)
    paths = np.array([path for dataset in datasets for path in files_of(dataset)], dtype=object)
    _, first, number = np.unique(ids, return_index=True, return_inverse=True)
    check_one_file(stem, paths, paths[first][number])
    first.sort()
    return Subset(ConcatDataset(datasets), first.tolist()), ids[first], paths[first]


def _warn_of_another(store: FeatureStore, ids: np.ndarray, feature: np.ndarray, path: str) -> None:
    """Warn if the features of an image are those of another one, such as from another folder."""
    stored = np.float32(store.features[store.rows(ids, [path])[0], 0])
    if np.linalg.norm(feature - stored) > _ANOTHER * np.linalg.norm(stored):
        warn(
            f"the features in {store.stem}.npy are not those of {path}, as if they were from "
            f"another folder of images: remove {store.stem}.*, and all features are computed "
            "anew"
        )


def _first(model: nn.Module, dataset: Any, backbone: dict) -> np.ndarray:
    """The features of the first image; the trained model's backbone has to accept them."""
    feature = next(_features(model, [pseudo_collate([dataset[0]])], 1))[:, 0]
    trained = MODELS.build(backbone)
    trained.eval()  # returns nothing in MMPretrain's backbones
    trained(torch.from_numpy(feature))
    return feature[0]


@torch.no_grad()
def _features(model: nn.Module, batches: Iterable[Any], views: int) -> Iterator[np.ndarray]:
    """The features of each batch, ``(N, V, ...)``."""
    for batch in batches:
        # Without the labels: a batch may have images of datasets that list them in other ways.
        images = model.data_preprocessor(dict(inputs=batch["inputs"]), training=False)["inputs"]
        seen = [images, images.flip(3)][:views]
        yield torch.stack([_of_images(model, view) for view in seen], 1).cpu().numpy()


def _of_images(model: nn.Module, images: Tensor) -> Tensor:
    found = model.extract_feat(images)
    found = found[-1] if isinstance(found, tuple | list) else found
    if found.dim() not in (2, 4):
        raise ValueError(
            f"the extractor gives features of shape {tuple(found.shape)}, which is neither a "
            "vector nor a map for each image: set extractor.backbone to give one of these, for "
            "example with out_type='cls_token'."
        )
    return found.float()
