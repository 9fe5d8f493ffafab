"""Stopping, before the first step, what would train silently wrong."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import numpy as np
import torch
from mmengine.dataset import ConcatDataset
from mmengine.hooks import CheckpointHook, Hook
from mmengine.logging import print_log
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner
from mmpretrain.models.heads import MultiLabelClsHead

from ...datasets import PartialLabelDataset, find_partial
from ...datasets.nested import walk
from ...datasets.source import annotations_of
from ...label_matrix import LabelMatrix
from ...labels import NEGATIVE, UNKNOWN, check_batch
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
    the validation set's; a stock metric that does not know about unknown evaluation labels;
    other labels than those of the checkpoint that is resumed, or its classes in another order,
    also where it is only loaded or tested; a loss without its hook; held-out images that are
    trained on. A class without any known label, and a best checkpoint that is chosen on the test
    set, is reported and not refused. At each step: labels outside
    {1, 0, -1} and [0, 1] where no wrapper has checked them, and a loss that is not finite.

    Raises:
        GuardError: One of these.
    """

    priority = "VERY_HIGH"
    loaded_hash: str | None = None
    loaded_classes: Sequence[str] = ()

    def before_train(self, runner: Runner) -> None:
        """Check config, dataset and model together."""
        model = runner.model.module if is_model_wrapper(runner.model) else runner.model
        outer = runner.train_dataloader.dataset
        dataset = find_partial(outer)
        self.check_batches = dataset is None
        self._check_nest(outer)
        self._check_classes(model, outer, "train_dataloader.dataset")
        self._check_loaded_classes(outer, "train_dataloader.dataset")
        self._check_hooks(model, runner)
        if dataset is not None:
            self._check_known(dataset)
            if runner.iter > 0 and self.loaded_hash not in (None, dataset.label_hash):
                raise GuardError(
                    f"the checkpoint to resume from was trained on other labels ("
                    f"{self.loaded_hash}, now {dataset.label_hash}): set setting, seed and "
                    "annotations of train_dataloader.dataset as in that run."
                )
            if dataset.labels.count(UNKNOWN).any():
                self._check_loss(model)
                self._check_augments(model)
        if runner.val_loop is not None:
            other = runner.val_dataloader.dataset
            self._check_same_classes(outer, other)
            self._check_held_out(dataset, find_partial(other))
            self._check_selection(runner)
            metrics = runner.val_evaluator.metrics
            self._check_evaluation(other, metrics, "val_dataloader.dataset")

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

    def _check_loaded_classes(self, dataset: Any, where: str) -> None:
        """A class at another place than in the checkpoint would get another class's weights."""
        classes = [str(c) for c in getattr(dataset, "metainfo", {}).get("classes") or []]
        if len(classes) != len(self.loaded_classes):  # then the shapes of the head differ as well
            return
        saved = {name: number for number, name in enumerate(self.loaded_classes)}
        for number, name in enumerate(classes):
            if saved.get(name, number) != number:
                raise GuardError(
                    f"{where} has its classes in another order than the checkpoint: {name!r} is "
                    f"number {number}, there {saved[name]}. Give the dataset "
                    "metainfo=dict(classes=[...]) in the checkpoint's order."
                )

    def _check_known(self, dataset: PartialLabelDataset) -> None:
        classes = dataset.metainfo["classes"]
        empty = np.flatnonzero(dataset.labels.count(UNKNOWN) == len(dataset.labels))
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

    def _check_hooks(self, model: Any, runner: Runner) -> None:
        names = {type(hook).__name__ for hook in runner.hooks}
        for loss in model.modules():
            if not isinstance(loss, PartialLoss):
                continue
            if loss.needs_hook is not None and loss.needs_hook not in names:
                raise GuardError(
                    f"{type(loss).__name__} would be another method without {loss.needs_hook}: add "
                    f"dict(type='mmpartial.{loss.needs_hook}') to custom_hooks."
                )
            if loss.memory() and "LossMemoryHook" not in names:
                raise GuardError(
                    f"checkpoints would lack what {type(loss).__name__} remembers: add "
                    "dict(type='mmpartial.LossMemoryHook') to default_hooks."
                )

    def _check_augments(self, model: Any) -> None:
        augments = getattr(getattr(model, "data_preprocessor", None), "batch_augments", None)
        for augment in getattr(augments, "augments", []):
            raise GuardError(
                f"{type(augment).__name__} blends the labels of two images, unknown (-1) ones "
                "included: take it out of model.train_cfg.augments (train_cfg=None), or train on "
                "full labels."
            )

    def _check_same_classes(self, train: Any, other: Any) -> None:
        ours, theirs = (list(d.metainfo.get("classes") or []) for d in (train, other))
        if ours and theirs and ours != theirs:
            a, b = next(pair for pair in zip_longest(ours, theirs) if pair[0] != pair[1])
            raise GuardError(
                "train_dataloader.dataset and val_dataloader.dataset have other classes or another "
                f"order: {a!r} in the one is {b!r} in the other."
            )

    def _check_held_out(
        self, train: PartialLabelDataset | None, other: PartialLabelDataset | None
    ) -> None:
        """What is held out must not be trained on."""
        if train is None or other is None or other.part != "held_out":
            return
        both = np.intersect1d(train.annotations.name_hashes, other.annotations.name_hashes)
        if both.size:
            raise GuardError(
                f"{both.size} of the {other.num_rows} held-out images of val_dataloader.dataset "
                "are trained on: give train_dataloader.dataset the same held_out "
                f"({other.held_out}, not {train.held_out}) and seed ({other.seed}, not "
                f"{train.seed}), and part='train'."
            )

    def _check_selection(self, runner: Runner) -> None:
        """The score of a checkpoint that was chosen on the test set is no estimate."""
        selects = any(isinstance(h, CheckpointHook) and h.save_best for h in runner.hooks)
        val, test = (runner.cfg.get(f"{part}_dataloader") or {} for part in ("val", "test"))
        if selects and val and test and val.get("dataset") == test.get("dataset"):
            print_log(
                "mmpartial guard: validation and test set are the same, and so the best checkpoint "
                "is chosen on the test set: report the last one, or hold out a part of the "
                "training set (held_out of PartialLabelDataset).",
                logger="current",
                level=30,
            )

    def _check_evaluation(self, dataset: Any, metrics: Sequence[Any], where: str) -> None:
        """Evaluation labels that hold unknowns need metrics that leave them out."""
        labels = _evaluation_labels(dataset, where)
        if labels is None or not labels.count(UNKNOWN).any():
            return
        empty = np.flatnonzero(labels.count(UNKNOWN) == len(labels))
        for metric in metrics:
            name = type(metric).__name__
            stock = type(metric).__module__.split(".")[0] in ("mmpretrain", "mmengine")
            if stock and name not in KNOWS_UNKNOWN:
                raise GuardError(
                    f"the labels of {where} hold unknowns (-1), which {name} would count as a "
                    "class of its own: use mmpartial.PartialMultiLabelMetric, or one of "
                    f"{', '.join(KNOWS_UNKNOWN)}."
                )
            if stock and "AveragePrecision" in name and empty.size:
                classes = dataset.metainfo["classes"]
                names = ", ".join(str(classes[c]) for c in empty[:10])
                raise GuardError(
                    f"{name} cannot score classes without any known label in {where} ({names}): "
                    "take mmpartial.PartialMultiLabelMetric, which leaves them out."
                )
            if stock and "AveragePrecision" in name and not labels.count(NEGATIVE).any():
                raise GuardError(
                    f"{where} has no known negative, and so {name} is 100 whatever the model says: "
                    "evaluate on full labels, or on some that have negatives."
                )

    def before_test(self, runner: Runner) -> None:
        """Check the test labels, classes and metrics."""
        self._check_loaded_classes(runner.test_dataloader.dataset, "test_dataloader.dataset")
        metrics = runner.test_evaluator.metrics
        self._check_evaluation(runner.test_dataloader.dataset, metrics, "test_dataloader.dataset")

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Keep the hash of what was known."""
        dataset = find_partial(runner.train_dataloader.dataset)
        if dataset is not None:
            checkpoint["label_hash"] = dataset.label_hash

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Remember hash and classes for the checks."""
        self.loaded_hash = checkpoint.get("label_hash")
        saved = (checkpoint.get("meta") or {}).get("dataset_meta") or {}
        self.loaded_classes = [str(c) for c in saved.get("classes") or []]

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
        loss = torch.as_tensor((outputs or {}).get("loss", 0.0)).detach()
        if not torch.isfinite(loss).all():
            raise GuardError(
                f"the loss of iteration {runner.iter + 1} is {float(loss):g}: the logits are not "
                "finite. Lower the learning rate, or clip gradients; the last checkpoint is good."
            )


def _evaluation_labels(dataset: Any, where: str) -> LabelMatrix | None:
    """Labels of a dataset for evaluation, or None if they are lists of positives."""
    partial = find_partial(dataset)
    if partial is not None:
        return partial.labels
    read = annotations_of(dataset)
    if read is not None:
        return read.labels
    scores = []
    for idx in range(len(dataset)):
        info = dataset.get_data_info(idx)
        if info.get("gt_label_neg") is not None:
            raise GuardError(
                f"{where} lists gt_label_neg, which {type(dataset).__name__} does not read, and so "
                "unknown labels would be scored as negative: wrap it in "
                "mmpartial.PartialLabelDataset, or list gt_label alone if all labels are known."
            )
        if info.get("gt_score") is None:
            return None
        scores.append(np.asarray(info["gt_score"]))
    return LabelMatrix.from_dense(np.stack(scores)) if scores else None
