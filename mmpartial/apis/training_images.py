"""The training images of a config without augmentation, and a network that sees them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from torch import Tensor, nn
from torch.utils.data import DataLoader

from ..datasets import CachedFeatures, PartialLabelDataset, find_partial
from ..engine.trained_model import batches_of, standardize_as_trained, trained_model
from ..models.decision import Decision
from ..registry import DATASETS
from ..utils.machine import default_device
from ..utils.nested import walk
from .model import read_trained, test_pipeline
from .moved_data import data_of


class Predictions(NamedTuple):
    """Predictions of some images: their rows, ``(N, C)`` probabilities, ``(N, D)`` features."""

    rows: np.ndarray
    probabilities: np.ndarray
    features: np.ndarray


class TrainingImages:
    """A network and the images of a training.

    Args:
        model: The network, an MMPretrain classifier.
        cfg: The config of the training.
        content: The checkpoint, if the network has been trained.

    Attributes:
        dataset: The training images, prepared like test images.

    Raises:
        FileNotFoundError: The training data is missing.
        ValueError: The training data is not in a :class:`mmpartial.PartialLabelDataset`.
    """

    def __init__(self, model: nn.Module, cfg: Config, content: dict | None = None):
        self.model: Any = model.eval()
        self.loader = cfg.train_dataloader
        self.dataset = _without_augmentation(cfg)
        if content is not None:
            standardize_as_trained(self.dataset, content)

    @torch.no_grad()
    def vectors(self) -> Iterator[tuple[np.ndarray, Tensor]]:
        """Yield the rows of some images and the inputs of the head for them, each image once."""
        for rows, new, feats in self._extracted():
            yield rows[new], self._vectors(feats)[torch.from_numpy(new)]

    def batches(self) -> DataLoader:
        """The images in their order."""
        return batches_of(self.dataset, self.loader)

    @torch.no_grad()
    def _extracted(self) -> Iterator[tuple[np.ndarray, np.ndarray, Any]]:
        """Rows, whether each comes for the first time, and the outputs of backbone and neck."""
        model = self.model.to(default_device())
        seen = np.zeros(self.dataset.num_rows, dtype=bool)
        for batch in self.batches():
            data = model.data_preprocessor(batch, training=False)
            rows = np.array([sample.row for sample in data["data_samples"]])
            new: np.ndarray = np.zeros(len(rows), dtype=bool)
            new[np.unique(rows, return_index=True)[1]] = True
            new &= ~seen[rows]
            seen[rows] = True
            yield rows, new, model.extract_feat(data["inputs"])

    def _vectors(self, feats: Any) -> Tensor:
        """The inputs of the head, as a vector for each image."""
        features: Any = self.model.head.pre_logits(feats)
        features = features[-1] if isinstance(features, tuple | list) else features
        if features.dim() > 2:
            features = features.flatten(2).mean(2)
        return features.float().cpu()


class TrainedOn(TrainingImages):
    """A model of a checkpoint and the images that it was trained on.

    Args:
        checkpoint: A checkpoint of a run with a head of mmpartial.
        config: The config, if it is not the one in the checkpoint.

    Raises:
        FileNotFoundError: There is no such checkpoint, or the training data is missing.
        ValueError: The checkpoint and the config do not fit, or the training data is not in a
            :class:`mmpartial.PartialLabelDataset`.
    """

    def __init__(self, checkpoint: str | Path, config: str | Path | Config | None = None):
        init_default_scope("mmpretrain")
        content, cfg = read_trained(checkpoint, config)
        with data_of(checkpoint, config):
            super().__init__(trained_model(cfg, content, checkpoint), cfg, content)
        state = content.get("decision")
        self.decision = Decision.from_state(self.model.head.loss_module, state)

    @torch.no_grad()
    def __iter__(self) -> Iterator[Predictions]:
        """Predict each image once, in the order of the dataset, on the GPU if there is one."""
        for rows, new, feats in self._extracted():
            probabilities = self.decision.probabilities(self.model.head(feats).float())
            yield Predictions(
                rows[new], probabilities.cpu().numpy()[new], self._vectors(feats).numpy()[new]
            )


def _without_augmentation(cfg: Config) -> PartialLabelDataset:
    """The training images, prepared like test images."""
    dataset = find_partial(DATASETS.build(cfg.train_dataloader.dataset))
    if dataset is None:
        raise ValueError(
            "the training data of the config is not wrapped in mmpartial.PartialLabelDataset, "
            "which says which labels are known: wrap it."
        )
    dataset.full_init()
    cached = [inside for inside in walk(dataset) if isinstance(inside, CachedFeatures)]
    for inside in cached:
        inside.random_view = False
    return dataset if cached else dataset.with_pipeline(test_pipeline(cfg))
