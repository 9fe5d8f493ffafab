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

    When a share ``start`` of the training is over, and after each epoch from then on, the hook
    predicts the training images with the averaged weights of the run's EMAHook. An unknown label
    with a logit above ``logit`` is then positive, and one below ``-logit`` negative, until the end
    of the next epoch decides anew. Known labels never change. The labels are in the batch before
    images are mixed, for any loss. A label takes two bytes.

    Args:
        start: Share of the epochs after which labels are first made; the authors' 20 of 60.
        logit: Logit beyond which a prediction is sure.
        pipeline: Transforms of the pass. None takes the training pipeline; the authors do not
            augment these images.

    Raises:
        ValueError: There is no EMAHook, or the run is too short for ``start``.
    """

    priority = "BELOW_NORMAL"  # when the EMAHook has averaged this step's weights
    takes_mixtures = True
    uses_length = True  # an epoch of a longer run is another one

    def __init__(
        self, *, start: float = 1 / 3, logit: float = 4.0, pipeline: Sequence[dict] | None = None
    ):
        if not 0 <= start < 1:
            raise ValueError(f"start={start} is outside [0, 1): it is a share of the training.")
        if logit < 0:
            raise ValueError(f"logit={logit} is below 0: it is a distance from the middle.")
        self.start, self.logit, self.pipeline = start, logit, pipeline

    def make_label_memory(self, runner: Runner, dataset: PartialLabelDataset) -> SureLabels:
        """A table without any label."""
        averages = [hook for hook in runner.hooks if isinstance(hook, EMAHook)]
        if not averages:
            raise ValueError(
                "SureLabelHook predicts with averaged weights, but the run averages none: add "
                "dict(type='mmpartial.EMAHook', momentum=0.001) to custom_hooks."
            )
        epochs = runner.max_iters // pass_length(runner)
        start = max(1, round(self.start * epochs))
        if start >= epochs:
            raise ValueError(
                f"SureLabelHook.start={self.start} leaves none of the {epochs} epochs for pseudo "
                "labels: lower it, or raise train_cfg.max_epochs."
            )
        self.average = averages[0]
        shape = dataset.num_rows, len(dataset.metainfo["classes"])
        return SureLabels(*shape, dataset.fingerprint, start=start, logit=self.logit)

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
