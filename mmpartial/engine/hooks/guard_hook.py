"""Stopping, before the first step, what would train silently wrong."""

from itertools import zip_longest
from typing import Any

import numpy as np
import torch
from mmengine.dataset import ConcatDataset
from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner
from mmpretrain.models.heads import MultiLabelClsHead

from ...datasets import PartialLabelDataset, find_partial
from ...datasets.nested import walk
from ...labels import UNKNOWN, check_batch
from ...models.losses import PartialLoss
from ...registry import HOOKS

# Stock metrics that leave labels of -1 out.
KNOWS_UNKNOWN = (
    "AveragePrecision",
    "MultiLabelMetric",
    "VOCAveragePrecision",
    "VOCMultiLabelMetric",
)


class GuardError(ValueError):
    """Training would go silently wrong."""

    def __init__(self, message: str):
        super().__init__(f"mmpartial guard: {message}")


@HOOKS.register_module()
class GuardHook(Hook):
    """Check what the parts of a config cannot see alone; every message names the remedy.

    Before the first step: unknown labels with a loss, or a batch augmentation, that would read
    -1 as a number; a wrapper inside which rows would collide; class names unlike the head's or
    the validation set's; a metric that does not know about unknown validation labels. A class
    without any known label is reported and not refused. At each step: labels outside
    {1, 0, -1} and [0, 1] where no wrapper has checked them, and a loss that is not finite.

    Raises:
        GuardError: One of these.
    """

    priority = "VERY_HIGH"

    def before_train(self, runner: Runner) -> None:
        """Check config, dataset and model together."""
        model = runner.model.module if is_model_wrapper(runner.model) else runner.model
        outer = runner.train_dataloader.dataset
        dataset = find_partial(outer)
        self.check_batches = dataset is None
        self._check_nest(outer)
        self._check_classes(model, outer, "train_dataloader.dataset")
        if dataset is not None:
            self._check_known(dataset)
            if (dataset.labels == UNKNOWN).any():
                self._check_loss(model)
                self._check_augments(model)
        if runner.val_loop is not None:
            self._check_validation(runner, outer)

    def _check_nest(self, outer: Any) -> None:
        for dataset in walk(outer):
            parts = getattr(dataset, "datasets", [])
            wrapped = [p for p in parts if isinstance(find_partial(p), PartialLabelDataset)]
            if isinstance(dataset, ConcatDataset) and wrapped:
                raise GuardError(
                    "ConcatDataset around PartialLabelDataset gives two images one row: put the "
                    "ConcatDataset inside one PartialLabelDataset."
                )

    def _check_classes(self, model: Any, dataset: Any, where: str) -> None:
        classes = getattr(dataset, "metainfo", {}).get("classes")
        head_classes = getattr(getattr(model, "head", None), "num_classes", None)
        if classes is not None and head_classes is not None and len(classes) != head_classes:
            raise GuardError(
                f"{where} has {len(classes)} classes but model.head.num_classes={head_classes}: "
                "set it to the dataset's number."
            )

    def _check_known(self, dataset: PartialLabelDataset) -> None:
        classes = dataset.metainfo["classes"]
        empty = np.flatnonzero((dataset.labels == UNKNOWN).all(0))
        if empty.size:
            names = ", ".join(str(classes[c]) for c in empty[:10])
            print_log(
                f"mmpartial guard: {empty.size} of {len(classes)} classes have no known label and "
                f"cannot be learned: {names}{', ...' if empty.size > 10 else ''}",
                logger="current",
                level=30,
            )

    def _check_loss(self, model: Any) -> None:
        loss = getattr(getattr(model, "head", None), "loss_module", None)
        if isinstance(loss, torch.nn.Module) and not isinstance(loss, PartialLoss):
            raise GuardError(
                f"the training labels hold unknowns (-1), which {type(loss).__name__} would train "
                "on as the number -1: set model.head.loss to one of mmpartial's, such as "
                "dict(type='mmpartial.PartialBCELoss')."
            )

    def _check_augments(self, model: Any) -> None:
        augments = getattr(getattr(model, "data_preprocessor", None), "batch_augments", None)
        for augment in getattr(augments, "augments", []):
            raise GuardError(
                f"{type(augment).__name__} blends the labels of two images, unknown (-1) ones "
                "included: take it out of model.train_cfg.augments (train_cfg=None), or train on "
                "full labels."
            )

    def _check_validation(self, runner: Runner, train: Any) -> None:
        outer = runner.val_dataloader.dataset
        ours, theirs = (list(d.metainfo.get("classes") or []) for d in (train, outer))
        if ours and theirs and ours != theirs:
            a, b = next(pair for pair in zip_longest(ours, theirs) if pair[0] != pair[1])
            raise GuardError(
                "train_dataloader.dataset and val_dataloader.dataset have other classes or another "
                f"order: {a!r} in the one is {b!r} in the other."
            )
        dataset = find_partial(outer)
        if dataset is None or not (dataset.labels == UNKNOWN).any():
            return
        for metric in runner.val_evaluator.metrics:
            name = type(metric).__name__
            if name not in KNOWS_UNKNOWN and not type(metric).__module__.startswith("mmpartial."):
                raise GuardError(
                    f"the validation labels hold unknowns (-1), which {name} would count as a "
                    f"class of its own: use one of {', '.join(KNOWS_UNKNOWN)}."
                )
            empty = np.flatnonzero((dataset.labels == UNKNOWN).all(0))
            if name == "AveragePrecision" and empty.size:
                names = ", ".join(str(dataset.metainfo["classes"][c]) for c in empty[:10])
                raise GuardError(
                    "AveragePrecision cannot score classes without any known label in the "
                    f"validation set ({names}): leave them out, or validate on more labels."
                )

    def before_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None) -> None:
        """Check labels that no wrapper has checked."""
        if not self.check_batches or data_batch is None:
            return
        samples = [s for s in data_batch.get("data_samples", []) if "gt_score" in s]
        if not samples:
            return
        target = torch.stack([s.gt_score for s in samples])
        model = runner.model.module if is_model_wrapper(runner.model) else runner.model
        if isinstance(getattr(model, "head", None), MultiLabelClsHead):
            try:
                check_batch(target)
            except ValueError as error:
                raise GuardError(str(error)) from None
            if (target == UNKNOWN).any():
                self._check_loss(model)
                self._check_augments(model)

    def after_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any = None, outputs: Any = None
    ) -> None:
        """Stop at a loss that is not finite."""
        loss = (outputs or {}).get("loss")
        if loss is not None and not torch.isfinite(torch.as_tensor(loss)).all():
            raise GuardError(
                f"the loss of iteration {runner.iter + 1} is {float(loss):g}: the logits are not "
                "finite. Lower the learning rate, or clip gradients; the last checkpoint is good."
            )
