"""The model of a checkpoint, its predictions, and its calibration on held-out images."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from torch import nn
from torch.utils.data import DataLoader

from ..calibration import HeldOut, Result, calibrate, predict
from ..datasets import CachedFeatures
from ..datasets.sample_groups import sample_groups
from ..labels.groups import Groups
from ..memory.loss_state import LossState
from ..models.decision import Decision
from ..models.heads import QSamplingMixin
from ..models.load_weights import load_weights
from ..models.losses.partial_loss import losses_of
from ..registry import MODELS
from ..utils.machine import default_device
from ..utils.nested import walk
from ..utils.parent import end_with_parent
from ..utils.reading import reading
from ..utils.whole_file import whole_file


def trained_model(cfg: Config, checkpoint: dict, name: Any) -> nn.Module:
    """Build the model of a training, with the weights and the loss constants of a checkpoint.

    It takes the same inputs as in training: images, or features.

    Raises:
        ValueError: The head is not one of mmpartial's, or the weights do not fit.
    """
    model = built_model(cfg)
    load_trained(model, checkpoint, name)
    return model


def built_model(cfg: Config) -> Any:
    """Build the model of a config, before training."""
    config = cfg.model.to_dict()
    config.setdefault("data_preprocessor", cfg.get("data_preprocessor"))
    return MODELS.build(config)


def load_trained(model: nn.Module, checkpoint: dict, name: Any) -> None:
    """Load the weights and the loss constants of a checkpoint into a model.

    Raises:
        ValueError: The head is not one of mmpartial's, or they do not fit.
    """
    head = getattr(model, "head", None)
    if not isinstance(head, QSamplingMixin):
        raise ValueError(
            f"{name}: its head is a {type(head).__name__}, and probabilities need one of "
            "mmpartial, such as mmpartial.QSamplingHead."
        )
    load_weights(model, checkpoint["state_dict"], name)
    if "loss_memory" in checkpoint:
        with reading(str(name), "a checkpoint"):
            LossState(losses_of(model)).load_state_dict(checkpoint["loss_memory"])


def standardize_as_trained(dataset: Any, checkpoint: dict) -> None:
    """Standardize the cached features in a dataset as in the training of a checkpoint.

    Args:
        dataset: The dataset; without cached features nothing changes.
        checkpoint: The checkpoint.
    """
    features = ((checkpoint.get("meta") or {}).get("dataset_meta") or {}).get("features")
    for inside in walk(dataset):
        if features and isinstance(inside, CachedFeatures):
            inside.standardize_as(features)


def batches_of(dataset: Any, loader: dict) -> DataLoader:
    """Make a loader of all images of a dataset in their order.

    Args:
        dataset: The images.
        loader: The config of their dataloader; only ``batch_size`` and ``num_workers`` are used.
    """
    return DataLoader(
        dataset,
        loader["batch_size"],
        num_workers=loader.get("num_workers", 0),
        collate_fn=pseudo_collate,
        worker_init_fn=end_with_parent,
        generator=torch.Generator(),
    )


def predict_dataset(model: nn.Module, dataset: Any, loader: dict) -> HeldOut:
    """Predict all images of a dataset in order, on the GPU if there is one, and add their groups.

    Args:
        model: The model of the training.
        dataset: The images.
        loader: The config of their dataloader.
    """
    held_out = predict(model.to(default_device()), batches_of(dataset, loader))
    model.to("cpu")
    names = sample_groups(dataset)
    return replace(held_out, groups=Groups.from_names(names) if any(names) else None)


def calibrate_model(model: nn.Module, dataset: Any, loader: dict, **options: Any) -> Result:
    """Predict a dataset, and calibrate on it.

    Args:
        model: The model of the training.
        dataset: Images that were not trained on.
        loader: The config of their dataloader.
        **options: Of :func:`mmpartial.calibration.calibrate`.
    """
    held_out = predict_dataset(model, dataset, loader)
    classes = dataset.metainfo["classes"]
    return calibrate(model.head.loss_module, held_out, classes, **options)


def write_decided(checkpoint: dict, decision: Decision, file: Path) -> None:
    """Write a checkpoint with a decision."""
    with whole_file(file) as partial:
        torch.save(dict(checkpoint, decision=decision.state_dict()), partial)
