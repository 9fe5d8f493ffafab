"""Computing the features of images once, for many runs."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.registry import init_default_scope
from mmengine.utils import track_iter_progress
from torch import Tensor, nn
from torch.utils.data import DataLoader, Subset

from ..datasets.feature_store import FeatureStore
from ..datasets.source import read_source
from ..registry import DATASETS, MODELS


def cache_features(cfg: Config, flips: bool = False, batch_size: int = 64) -> None:
    """Write the features that the datasets of a config read.

    The backbone and neck of ``cfg.extractor`` compute them for the images, pipeline and folder of
    each :class:`mmpartial.CachedFeatures` in the config. A run that was stopped goes on where it
    was, and computes no features twice.

    Args:
        cfg: The config of a run on features.
        flips: Store the features of the mirrored image as a second view.
        batch_size: Images in a batch.

    Raises:
        ValueError: The config has no extractor or no such dataset, its model does not take the
            features, or a folder has the features of another network.
    """
    init_default_scope("mmpretrain")
    wanted = _wanted(cfg)
    if "extractor" not in cfg or not wanted:
        raise ValueError(
            "the config has no extractor, or no dataset of type mmpartial.CachedFeatures: take one "
            "like configs/frozen/frozen_efficientnet-lite0_corel5k-fal.py."
        )
    model = MODELS.build(cfg.extractor)
    model.init_weights()
    model.to("cuda" if torch.cuda.is_available() else "cpu").eval()
    weights = weights_hash(model)
    for part in wanted.values():
        dataset = DATASETS.build(part["dataset"])
        source = read_source(dataset)
        first = np.unique(np.asarray(source.image), return_index=True)[1]
        made_with = dict(
            weights=weights,
            preprocessor=cfg.extractor.get("data_preprocessor"),
            pipeline=part["dataset"].get("pipeline"),
        )
        store = FeatureStore(part["features"], part["part"])
        shape = _shape(model, dataset, cfg.model.backbone)
        done = store.create(source.annotations.name_hashes, 1 + flips, shape, made_with)
        print(f"{store.stem}.npy: {len(first)} images, {done} of them done")
        batches = DataLoader(
            Subset(dataset, first[done:].tolist()),
            batch_size,
            num_workers=os.cpu_count() or 1,
            collate_fn=pseudo_collate,
        )
        store.fill(_features(model, track_iter_progress((batches, len(batches))), flips))


def _wanted(cfg: Any) -> dict[tuple[str, str], dict]:
    """The configs of the datasets of features, by folder and part."""
    found: dict[tuple[str, str], dict] = {}
    for key in ("train_dataloader", "val_dataloader", "test_dataloader"):
        dataset = (cfg.get(key) or {}).get("dataset")
        while isinstance(dataset, dict):
            if str(dataset.get("type")).split(".")[-1] == "CachedFeatures":
                part = dict(dataset, part=dataset.get("part", "train"))
                found.setdefault((part["features"], part["part"]), part)
                break
            dataset = dataset.get("dataset")
    return found


def weights_hash(extractor: nn.Module) -> str:
    """A hash of the weights that compute features."""
    digest = hashlib.blake2b(digest_size=16)
    for name, value in extractor_weights(extractor).items():
        digest.update(name.encode())
        digest.update(value.cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def extractor_weights(extractor: nn.Module) -> dict[str, Tensor]:
    """The weights that compute features: those of backbone and neck."""
    weights = extractor.state_dict()
    return {name: value for name, value in weights.items() if not name.startswith("head.")}


def _shape(model: nn.Module, dataset: Any, backbone: dict) -> tuple[int, ...]:
    """The shape of an image's features, after the trained model's backbone has taken them."""
    feature = next(_features(model, [pseudo_collate([dataset[0]])], False))[:, 0]
    trained = MODELS.build(backbone)
    trained.eval()  # returns nothing in MMPretrain's backbones
    trained(torch.from_numpy(feature))
    return feature.shape[1:]


@torch.no_grad()
def _features(model: nn.Module, batches: Iterable[Any], flips: bool) -> Iterator[np.ndarray]:
    """The features of each batch, ``(N, V, ...)``."""
    for batch in batches:
        images = model.data_preprocessor(batch, training=False)["inputs"]
        views = [images, images.flip(3)] if flips else [images]
        yield torch.stack([_of_images(model, view) for view in views], 1).cpu().numpy()


def _of_images(model: nn.Module, images: Tensor) -> Tensor:
    found = model.extract_feat(images)
    found = found[-1] if isinstance(found, tuple | list) else found
    if found.dim() not in (2, 4):
        raise ValueError(
            f"the extractor gives features of shape {tuple(found.shape)}, neither a vector nor a "
            "map for each image: set extractor.backbone to give one of them, as with "
            "out_type='cls_token'."
        )
    return found.float()
