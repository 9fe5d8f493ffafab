"""PU-MLC: each class is learned from positive and unlabelled images."""

from mmengine.dist import get_world_size
from torch import Tensor

from ...labels import LabelBatch
from ...registry import MODELS
from .option_checks import check_not_negative
from .partial_loss import PartialLoss, mean_of_processes

EPS = 1e-10
LEAST_TEMPERATURE = 1e-3


@MODELS.register_module()
class PULoss(PartialLoss):
    r"""Positive and unlabelled multi-label classification (PU-MLC), ICME 2024.

    https://github.com/TAKELAMAG/PU-MLC; :class:`mmpartial.PUMLCClassifier` adds its mixing
    regularizer. In each class, with B the images of the batch and P its positives,

    .. math::
        \phi = \sigma(x / \tau), \quad \tau = \min(1, \alpha \operatorname{std}_B x), \quad
        \big( \operatorname{mean}_B \phi \big)^\gamma \log \operatorname{mean}_B \phi -
        \operatorname{mean}_P \log \phi

    A class without positives has no last term. The loss is the sum over classes; there is no other
    average. No gradient flows through :math:`\tau` and the first factor. The loss may be negative.
    Known negatives count as unlabelled, because the method needs no negatives, and so do soft
    labels below 1.

    **Differs from the authors' code**: :math:`\tau` is at least 1e-3, because a class of equal
    logits has no gradient in their code. A single image has no standard deviation, and is refused.

    Args:
        gamma: Exponent of the first factor; the authors have 0.55 for COCO and 0.85 for VOC.
        alpha: Factor of the standard deviation; the authors have 1 for COCO and 2 for VOC.
        sync: Means, positives and deviations are over the batches of all processes; if False,
            each process uses its own batch.

    Raises:
        ValueError: An option is negative, or a batch has only one image.
    """

    samples_unknown = False
    exact_gradient = False
    least_images = 2

    def __init__(self, *, gamma: float = 0.55, alpha: float = 1.0, sync: bool = False):
        super().__init__()
        check_not_negative(gamma=gamma, alpha=alpha)
        self.gamma, self.alpha = gamma, alpha
        self.sync, self.per_batch = sync, not sync

    def compute(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`PULoss`."""
        if len(logits) == 1:
            raise ValueError(
                "PULoss compares the images of a batch, and this batch has one: set "
                "train_dataloader.batch_size to at least 2, and train_dataloader.drop_last=True."
            )
        if logits.numel() == 0:
            return logits.sum()
        fixed = logits.detach()
        center = self._all(fixed.mean(0))
        std = self._all((fixed - center).square_().mean(0)).sqrt()  # std() takes 3 times as long
        phi = (logits / (self.alpha * std).clamp(LEAST_TEMPERATURE, 1)).sigmoid()
        mean = self._all(phi.mean(0))
        unlabelled = mean.detach().pow(self.gamma) * (mean + 2 * EPS).log()
        positive = (labels.target == 1).to(phi.dtype)
        share = positive / self._all(positive.sum(0)).clamp(min=1 / get_world_size())
        return unlabelled.sum() - ((phi + 2 * EPS).log() * share).sum()

    def _all(self, mean: Tensor) -> Tensor:
        return mean_of_processes(mean) if self.sync else mean
