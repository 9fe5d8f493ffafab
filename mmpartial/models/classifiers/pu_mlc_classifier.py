"""PU-MLC's classifier: mixed images make the network behave linearly between images."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from mmpretrain.models.classifiers import ImageClassifier
from mmpretrain.structures import DataSample
from scipy.special import betaincinv
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from ...labels import POSITIVE
from ...progress import Progress
from ...registry import MODELS
from ...utils.batch_rows import stacked
from ...utils.counter_rng import uniform
from ..heads.q_sampling_mixin import QSamplingMixin

EPS = 1e-10


def mixing_penalty(
    logits: Tensor, target: Tensor, mixed: Tensor, first: Tensor, second: Tensor, share: float
) -> Tensor:
    """How far the predictions of mixtures are from linear, see :class:`PUMLCClassifier`.

    Args:
        logits: ``(N, C)``, of the images.
        target: ``(N, C)``, 1, 0 or -1.
        mixed: ``(M, C)``, logits of the mixtures.
        first: ``(M,)``, the numbers of their first images.
        second: ``(M,)``, the numbers of their second images.
        share: The share of the first image.
    """
    g = torch.where(target == POSITIVE, 1.0, logits.sigmoid() + EPS)
    expected = share * g[first] + (1 - share) * g[second]
    difference = (expected + EPS).log() - (mixed.sigmoid() + EPS).log()
    return difference.square().sum() / max(1, len(mixed))


@MODELS.register_module()
class PUMLCClassifier(ImageClassifier):
    r"""The mixing regularizer of PU-MLC (ICME 2024), https://github.com/TAKELAMAG/PU-MLC.

    Half of a batch is mixed with the other half, image by image, in random pairs (a, b) with one
    share s of Beta(``mix_alpha``, ``mix_alpha``). A second pass computes the logits x of the
    mixtures, and the loss grows by

    .. math::
        w \sum_c \operatorname{mean}_{(a, b)} \big( \log (s g_a + (1 - s) g_b) - \log \sigma(x)
        \big)^2, \quad g = 1 \text{ for a positive, else the image's } \sigma(x)

    Gradients flow through g as well, as in the authors' code. The middle image of an odd batch is
    in no pair. Pairs and share depend only on the seed, the epoch and the images of the batch. The
    running statistics of batch norm come from the images without mixtures; the authors freeze batch
    norm.

    Args:
        head: Config of a head of mmpartial; the method's loss is :class:`mmpartial.PULoss`.
        mix_alpha: Both parameters of the beta distribution.
        mix_weight: w.
        seed: Seed of the draws.
        **kwargs: Of MMPretrain's ``ImageClassifier``.

    Raises:
        ValueError: The head is not one of mmpartial's, or ``mix_alpha`` or ``mix_weight`` is not
            positive.
    """

    def __init__(
        self,
        *,
        head: dict,
        mix_alpha: float = 0.3,
        mix_weight: float = 1.0,
        seed: int = 0,
        **kwargs: Any,
    ):
        super().__init__(head=head, **kwargs)
        if min(mix_alpha, mix_weight) <= 0:
            raise ValueError(f"mix_alpha={mix_alpha} and mix_weight={mix_weight} must be positive.")
        if not isinstance(self.head, QSamplingMixin):
            raise ValueError(
                f"PUMLCClassifier needs a head of mmpartial, but model.head is "
                f"{type(self.head).__name__}: take dict(type='mmpartial.QSamplingHead')."
            )
        self.mix_alpha, self.mix_weight, self.seed = mix_alpha, mix_weight, seed

    def loss(self, inputs: Tensor, data_samples: list[DataSample]) -> dict[str, Tensor]:
        """The loss of the head, the regularizer, and the logged numbers."""
        logits = self._logits(inputs)
        losses = self.head._get_loss(logits, data_samples)
        first, second, share = self._pairs(data_samples)
        target = stacked([sample.gt_score for sample in data_samples])
        with _kept_statistics(self):
            mixed = self._logits(share * inputs[first] + (1 - share) * inputs[second])
        penalty = mixing_penalty(logits.float(), target, mixed.float(), first, second, share)
        losses["mixing_loss"] = self.mix_weight * penalty
        return losses

    def _logits(self, inputs: Tensor) -> Tensor:
        return self.head(self.extract_feat(inputs))

    def _pairs(self, data_samples: list[DataSample]) -> tuple[Tensor, Tensor, float]:
        """The images that are mixed, and the share of the first one of each pair."""
        if any("row" not in sample for sample in data_samples):
            raise ValueError(
                "PUMLCClassifier draws pairs of images, but the batch does not say which images it "
                "holds: wrap the training dataset in mmpartial.PartialLabelDataset, and take "
                "mixing out of model.train_cfg.augments."
            )
        key = (self.seed, Progress.current().visit)
        row = torch.tensor([sample.row for sample in data_samples])
        half = len(row) // 2
        first = uniform(*key, row[:half], 0).argsort()
        number = float(uniform(*key, row[0], 1))
        share = float(betaincinv(self.mix_alpha, self.mix_alpha, number))
        return first, torch.arange(len(row) - half, len(row)), share


@contextmanager
def _kept_statistics(model: nn.Module) -> Iterator[None]:
    """Batch norm uses the statistics of the batch, and does not remember them."""
    layers = [m for m in model.modules() if isinstance(m, _BatchNorm) and m.training]
    momenta = [layer.momentum for layer in layers]
    for layer in layers:
        layer.momentum = 0.0
    try:
        yield
    finally:
        for layer, momentum in zip(layers, momenta, strict=True):
            layer.momentum = momentum
