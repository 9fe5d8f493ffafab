"""2WayAug-PL: unknown labels count as known if the averaged model is sure of them."""

from collections.abc import Sequence

from mmengine.runner import Runner

from ...datasets import PartialLabelDataset
from ...memory.sure_labels import SureLabels
from ...registry import HOOKS
from .hard_label_hook import HardLabelHook


@HOOKS.register_module()
class SureLabelHook(HardLabelHook):
    """Thresholded pseudo labels of 2WayAug-PL, https://arxiv.org/abs/2405.15860.

    When a share ``start`` of the training is over, and after each epoch from then on, the hook
    predicts the training images with the averaged weights of the run's EMAHook. An unknown label
    with a logit above ``logit`` is then positive, and one below ``-logit`` negative, until the hook
    decides anew after the next epoch. Known labels never change. The labels are in the batch before
    images are mixed, for any loss. A label takes two bytes.

    Args:
        start: Share of the epochs after which labels are first made; the authors' 20 of 60.
        logit: Logit beyond which a prediction is sure.
        pipeline: Transforms of the pass. None takes the training pipeline; the authors do not
            augment these images.

    Raises:
        ValueError: There is no EMAHook, or the run is too short for ``start``.
    """

    def __init__(
        self, *, start: float = 1 / 3, logit: float = 4.0, pipeline: Sequence[dict] | None = None
    ):
        super().__init__(start, pipeline)
        if logit < 0:
            raise ValueError(f"logit={logit} is below 0: it is a distance from the middle.")
        self.logit = logit

    def make_label_memory(self, runner: Runner, dataset: PartialLabelDataset) -> SureLabels:
        """A table without any label."""
        start = self.first_epoch(runner)
        shape = dataset.labels.shape
        return SureLabels(*shape, dataset.fingerprint, start=start, logit=self.logit)
