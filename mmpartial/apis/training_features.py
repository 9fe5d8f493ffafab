"""Computes the features of the training images, a vector for each."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.runner import load_checkpoint
from mmengine.utils import track_iter_progress
from torch import Tensor, nn

from ..datasets.partial_label_dataset import PartialLabelDataset
from ..engine.linear_heads import OutOfFold, folds
from ..engine.trained_model import built_model
from ..labels.annotations import Annotations
from ..models.extractor import extractor_weights
from ..utils.log import warn, without_notes
from .last_checkpoint import last_checkpoint
from .training_images import TrainedOn, TrainingImages

Source: TypeAlias = str | Path | Config


@dataclass
class TrainingFeatures:
    """The features of the training images.

    Attributes:
        dataset: The training images.
        annotations: The N images that can be read, and their known labels.
        features: ``(N, D)`` float32, the inputs of the head.
        trained: Whether the network was trained on these labels.
    """

    dataset: PartialLabelDataset
    annotations: Annotations
    features: Tensor
    trained: bool

    def out_of_fold(self, number: int = 5, seed: int = 0) -> OutOfFold:
        """Fit classifiers on the features; each image is predicted by some that have not seen it.

        Args:
            number: The number of folds.
            seed: Another seed gives other folds.

        Raises:
            ValueError: There are fewer than two folds, or fewer images than folds.
        """
        if not 2 <= number <= len(self.annotations):
            raise ValueError(f"folds={number}: give a number from 2 to the number of images, "
                             f"{len(self.annotations)}.")  # fmt: skip
        fold = folds(self.annotations.unit_hashes, number, seed)
        return OutOfFold(self.features, self.annotations.labels, fold)


def training_features(source: Source, config: Source | None = None) -> TrainingFeatures:
    """Compute the inputs of a network's head for its training images, without augmentation.

    Args:
        source: A config, for its network before training; or a checkpoint or a work_dir, for the
            trained network.
        config: The config, if it is not the one in the checkpoint.

    Raises:
        FileNotFoundError: There is no such file, or the data is missing.
        ValueError: The network cannot be built, or the training data is not in a
            :class:`mmpartial.PartialLabelDataset`.
    """
    if isinstance(source, Config) or Path(source).suffix == ".py":
        images, trained = _before_training(source), False
    else:
        images = TrainedOn(last_checkpoint(str(source)), config)
        trained = _has_weights(images.model)
    dataset = images.dataset
    found, rows = torch.empty(0), []
    for numbers, vectors in track_iter_progress((images.vectors(), len(images.batches()))):
        if not len(found):
            found = torch.empty(dataset.num_rows, vectors.shape[1])
        found[numbers] = vectors
        rows.append(numbers)
    print()
    there = np.sort(np.concatenate(rows))
    if len(there) == dataset.num_rows:
        return TrainingFeatures(dataset, dataset.annotations, found, trained)
    return TrainingFeatures(dataset, dataset.annotations.take(there), found[there], trained)


def _before_training(source: Source) -> TrainingImages:
    """The images, and the network with its pretrained weights."""
    init_default_scope("mmpretrain")
    cfg = source if isinstance(source, Config) else Config.fromfile(str(source))
    model = _built(cfg, 0)
    if cfg.get("load_from"):
        load_checkpoint(model, cfg.load_from, map_location="cpu")
    elif _has_weights(model) and _random(model, _built(cfg, 1)):
        warn(
            "the config gives its network no pretrained weights, and features of random weights "
            "say little about images: give the checkpoint of a run in place of the config"
        )
    return TrainingImages(model, cfg)


def _built(cfg: Config, seed: int) -> nn.Module:
    """The network before training; ``seed`` draws the weights that are not pretrained."""
    with torch.random.fork_rng(devices=[]), without_notes():
        torch.manual_seed(seed)
        model: nn.Module = built_model(cfg)
        model.init_weights()
    return model


def _has_weights(model: nn.Module) -> bool:
    """Whether backbone or neck have weights to train."""
    return any(not name.startswith("head.") for name, _ in model.named_parameters())


def _random(model: nn.Module, other: nn.Module) -> bool:
    """Whether most weights of backbone and neck depend on the seed."""
    one, two = extractor_weights(model), extractor_weights(other)
    matrices = [name for name, weight in one.items() if weight.dim() > 1]
    equal = sum(one[name].numel() for name in matrices if torch.equal(one[name], two[name]))
    return equal < sum(one[name].numel() for name in matrices) / 2
