"""The base of hooks that give unknown labels hard pseudo labels from the averaged model."""

from collections.abc import Iterator, Sequence
from copy import copy
from typing import Any

import torch
from mmengine.hooks import EMAHook
from mmengine.runner import Runner

from ...memory.base import HeadOutput
from ...memory.hard_labels import HardLabels
from ...progress import pass_length
from .label_memory_hook import LabelMemoryHook


class HardLabelHook(LabelMemoryHook):
    """Base of hooks that make hard pseudo labels from predictions of the averaged model.

    When a share ``start`` of the training is over, and after each epoch from then on, the memory
    decides anew which unknown labels are positive or negative. Known labels never change. The
    labels are in the batch before images are mixed, for any loss. A label takes two bytes.

    Args:
        start: Share of the epochs after which labels are first made.
        pipeline: Transforms of the pass. None takes the training pipeline.

    Raises:
        ValueError: There is no EMAHook, or the run is too short for ``start``.
    """

    priority = "BELOW_NORMAL"  # when the EMAHook has averaged this step's weights
    for_head = False
    takes_mixtures = True
    uses_length = True  # an epoch of a longer run is another one
    memory: HardLabels

    def __init__(self, start: float, pipeline: Sequence[dict] | None):
        if not 0 <= start < 1:
            raise ValueError(f"start={start} is outside [0, 1): it is a share of the training.")
        self.start, self.pipeline = start, pipeline

    def first_epoch(self, runner: Runner) -> int:
        """Find the EMAHook, and return the first epoch after which labels are made, from 1."""
        name = type(self).__name__
        averages = [hook for hook in runner.hooks if isinstance(hook, EMAHook)]
        if not averages:
            raise ValueError(
                f"{name} predicts with averaged weights, but the run averages none: add "
                "dict(type='mmpartial.EMAHook', momentum=0.001) to custom_hooks."
            )
        epochs = runner.max_iters // pass_length(runner)
        start = max(1, round(self.start * epochs))
        if start >= epochs:
            raise ValueError(
                f"{name}.start={self.start} leaves none of the {epochs} epochs for pseudo "
                "labels: lower it, or raise train_cfg.max_epochs."
            )
        self.average = averages[0]
        return start

    def before_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None) -> None:
        """Put the labels into copies of the data samples; a dataset may keep the samples."""
        if self.for_head or runner.iter // pass_length(runner) < self.memory.start:
            return  # the head has them, or there are none yet
        samples = [copy(sample) for sample in data_batch["data_samples"]]  # a tenth of .new()
        row = torch.tensor([sample.row for sample in samples])
        target = torch.stack([sample.gt_score for sample in samples]).float()
        for sample, labels in zip(samples, self.memory.completed(row, target), strict=True):
            sample.set_field(labels, "gt_score")
        data_batch["data_samples"] = samples

    def predict(self, runner: Runner, epoch: int) -> Iterator[HeadOutput]:
        """Predict with the averaged weights."""
        self.average.before_test_epoch(runner)  # takes them, and gives them back
        try:
            yield from super().predict(runner, epoch)
        finally:
            self.average.after_test_epoch(runner)
