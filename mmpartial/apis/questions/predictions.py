"""Predictions of the training images by a trained model, without augmentation."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.registry import init_default_scope
from torch import nn
from torch.utils.data import DataLoader

from ...datasets import CachedFeatures, PartialLabelDataset, find_partial
from ...engine.calibrating import trained_model
from ...models.decision import Decision
from ...registry import DATASETS
from ...utils.nested import walk
from ..model import read_trained, test_pipeline


class Predictions(NamedTuple):
    """Predictions of some images: their rows, ``(N, C)`` probabilities, ``(N, D)`` features."""

    rows: np.ndarray
    probabilities: np.ndarray
    features: np.ndarray


class TrainedOn:
    """A model and the images that it was trained on.

    Args:
        checkpoint: A checkpoint of a run with a head of mmpartial.
        config: The config, if it is not the one in the checkpoint.

    Attributes:
        dataset: The training images, prepared as test images are.

    Raises:
        FileNotFoundError: There is no such checkpoint, or the training data is not there.
        ValueError: The checkpoint and the config do not fit, or the training labels are no partial
            ones.
    """

    def __init__(self, checkpoint: str | Path, config: str | Path | Config | None = None):
        init_default_scope("mmpretrain")
        content, cfg = read_trained(checkpoint, config)
        self.loader = cfg.train_dataloader
        features = ((content.get("meta") or {}).get("dataset_meta") or {}).get("features", {})
        self.dataset = _without_augmentation(cfg, features)
        self.model = trained_model(cfg, content, checkpoint).eval()
        state = content.get("decision")
        self.decision = Decision.from_state(self.model.head.loss_module, state)

    @torch.no_grad()
    def __iter__(self) -> Iterator[Predictions]:
        """Predict each image once, in the order of the dataset, on the GPU if there is one."""
        model = self.model.to("cuda" if torch.cuda.is_available() else "cpu")
        seen = np.zeros(self.dataset.num_rows, dtype=bool)
        batches = DataLoader(
            self.dataset,
            self.loader["batch_size"],
            num_workers=self.loader.get("num_workers", 0),
            collate_fn=pseudo_collate,
            generator=torch.Generator(),
        )
        for batch in batches:
            data = model.data_preprocessor(batch, training=False)
            rows = np.array([sample.row for sample in data["data_samples"]])
            new: np.ndarray = np.zeros(len(rows), dtype=bool)
            new[np.unique(rows, return_index=True)[1]] = True
            new &= ~seen[rows]
            seen[rows] = True
            logits, features = _forward(model, data["inputs"])
            probabilities = self.decision.probabilities(logits).cpu().numpy()
            yield Predictions(rows[new], probabilities[new], features[new])


def _without_augmentation(cfg: Config, features: dict) -> PartialLabelDataset:
    """The training images as test images; features are standardized as in the training."""
    dataset = find_partial(DATASETS.build(cfg.train_dataloader.dataset))
    if dataset is None:
        raise ValueError(
            "the training data of the config is not wrapped in mmpartial.PartialLabelDataset, and "
            "so no label of it is unknown: there is nothing to ask."
        )
    dataset.full_init()
    cached = [inside for inside in walk(dataset) if isinstance(inside, CachedFeatures)]
    for inside in cached:
        inside.random_view = False
        if features:
            inside.standardize_as(features)
    return dataset if cached else dataset.with_pipeline(test_pipeline(cfg))


def _forward(model: nn.Module, inputs: Any) -> tuple[torch.Tensor, np.ndarray]:
    """Logits, and the features that the head takes, as a vector for each image."""
    feats = model.extract_feat(inputs)
    features: Any = model.head.pre_logits(feats)
    features = features[-1] if isinstance(features, tuple | list) else features
    if features.dim() > 2:
        features = features.flatten(2).mean(2)
    return model.head(feats).float(), features.float().cpu().numpy()
