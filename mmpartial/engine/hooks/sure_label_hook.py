"""2WayAug-PL: unknown labels of which the averaged model is sure count as known."""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from mmengine.hooks import EMAHook
from mmengine.runner import Runner

from ...datasets import PartialLabelDataset
from ...memory.base import HeadOutput
from ...memory.sure_labels import SureLabels
from ...registry import HOOKS
from ...schedules import pass_length
from .label_memory_hook import LabelMemoryHook
from .memory_hook import MemoryHook


@HOOKS.register_module()
class SureLabelHook(LabelMemoryHook):
    """Thresholded pseudo labels of 2WayAug-PL, https://arxiv.org/abs/2405.15860.

    After each epoch from ``start`` on (counted from 1) the hook predicts the training images with
    the averaged weights of the run's EMAHook. An unknown label with a logit above ``logit`` is then
    positive, and one below ``-logit`` negative, until the end of the next epoch decides anew. Known
    labels never change. The labels are in the batch before images are mixed, for any loss. A label
    takes two bytes.

    Args:
        start: First epoch after which labels are made; the authors' 20 of 60.
        logit: Logit beyond which a prediction is sure.
        pipeline: Transforms of the pass. None takes the training pipeline; the authors do not
            augment these images.

    Raises:
        ValueError: There is no EMAHook, or the run is too short for ``start``.
    """

    priority = "BELOW_NORMAL"  # when the EMAHook has averaged this step's weights
    takes_mixtures = True

    def __init__(
        self, *, start: int = 20, logit: float = 4.0, pipeline: Sequence[dict] | None = None
    ):
        if start < 1:
            raise ValueError(f"start={start}: epochs are counted from 1.")
        if logit < 0:
            raise ValueError(f"logit={logit} is below 0: it is a distance from the middle.")
        self.start, self.logit, self.pipeline = start, logit, pipeline

    def make_label_memory(self, runner: Runner, dataset: PartialLabelDataset) -> SureLabels:
        """A table without any label."""
        averages = [hook for hook in runner.hooks if isinstance(hook, EMAHook)]
        if not averages:
            raise ValueError(
                "SureLabelHook predicts with averaged weights, but the run averages none: add "
                "dict(type='EMAHook', momentum=0.001) to default_hooks (--cfg-options "
                "default_hooks.ema.type=EMAHook default_hooks.ema.momentum=0.001)."
            )
        epochs = runner.max_iters // pass_length(runner)
        if self.start >= epochs:
            raise ValueError(
                f"SureLabelHook.start={self.start} leaves none of the {epochs} epochs for pseudo "
                "labels: lower it, or raise train_cfg.max_epochs."
            )
        self.average = averages[0]
        shape = dataset.num_rows, len(dataset.metainfo["classes"])
        return SureLabels(*shape, dataset.fingerprint, start=self.start, logit=self.logit)

    def before_train(self, runner: Runner) -> None:
        """Make or restore the memory; the head needs none, because the batch has the labels."""
        MemoryHook.before_train(self, runner)

    def before_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None) -> None:
        """Put the labels into copies of the data samples, which a dataset may keep."""
        samples = [sample.new() for sample in data_batch["data_samples"]]
        row = torch.tensor([sample.row for sample in samples])
        target = torch.stack([sample.gt_score for sample in samples]).float()
        for sample, labels in zip(samples, self.memory.completed(row, target), strict=True):
            sample.set_gt_score(labels)
        data_batch["data_samples"] = samples

    def predict(self, runner: Runner, epoch: int) -> Iterator[HeadOutput]:
        """Predict with the averaged weights."""
        self.average.before_test_epoch(runner)  # takes them, and gives them back
        try:
            yield from super().predict(runner, epoch)
        finally:
            self.average.after_test_epoch(runner)
