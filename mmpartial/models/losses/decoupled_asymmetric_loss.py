"""DP-ASL: the asymmetric loss with other options for mixtures of images."""

from collections.abc import Sequence

import torch
from torch import Tensor

from ...labels import LabelBatch
from ...registry import MODELS
from .element_loss import ElementLoss
from .option_checks import check_not_negative

EPS = 1e-8


@MODELS.register_module()
class DecoupledAsymmetricLoss(ElementLoss):
    r"""Decoupled partial asymmetric loss (DP-ASL), https://arxiv.org/abs/2405.15860.

    With p and 1 - p at least 1e-8, and q = min(1 - p + clip, 1), it is

    .. math::
        -(1 - p)^{\gamma_+} \log p \quad \text{and} \quad -(1 - q)^{\gamma_-} \log q

    for positives and negatives; unknown labels are ignored. Mixtures, which
    :class:`mmpartial.LogicMix` makes, have many positives, and so they have their own options. No
    gradient flows through the powers.

    Args:
        gamma_pos, gamma_neg, clip: Focusing of positives and negatives, and margin of q, in images
            that are not mixed.
        mixed_gamma_pos, mixed_gamma_neg, mixed_clip: The same in mixtures.
        average: ``'sum'`` (the authors'), ``'image'``, ``'known'`` or ``'element'``.
    """

    unknown_options = ("ignore",)

    def __init__(
        self,
        *,
        gamma_pos: float = 0.0,
        gamma_neg: float = 4.0,
        clip: float = 0.05,
        mixed_gamma_pos: float = 4.0,
        mixed_gamma_neg: float = 0.0,
        mixed_clip: float = 0.0,
        average: str = "sum",
    ):
        super().__init__(unknown="ignore", average=average)
        check_not_negative(
            gamma_pos=gamma_pos, gamma_neg=gamma_neg, clip=clip, mixed_gamma_pos=mixed_gamma_pos,
            mixed_gamma_neg=mixed_gamma_neg, mixed_clip=mixed_clip,
        )  # fmt: skip
        self.options = (gamma_pos, gamma_neg, clip)
        self.mixed_options = (mixed_gamma_pos, mixed_gamma_neg, mixed_clip)
        self.exact_gradient = not any((*self.options[:2], *self.mixed_options[:2]))

    def elements(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`DecoupledAsymmetricLoss`."""
        gamma_pos, gamma_neg, clip = self._options_of_images(logits, labels)
        y, p = labels.positive, logits.sigmoid()
        q = ((1 - p).clamp(min=EPS) + clip).clamp(max=1)
        p = p.clamp(min=EPS)
        with torch.no_grad():
            of_positive, of_negative = y * (1 - p) ** gamma_pos, (1 - y) * (1 - q) ** gamma_neg
        return -(of_positive * p.log() + of_negative * q.log())

    def _options_of_images(self, logits: Tensor, labels: LabelBatch) -> Sequence[Tensor | float]:
        """Each option, ``(N, 1)``; one number if no image is a mixture."""
        if labels.mixed is None:
            return self.options
        mixed = labels.mixed.to(logits.device)[:, None]
        single, several = map(logits.new_tensor, (self.options, self.mixed_options))
        return torch.where(mixed, several, single).split(1, dim=1)
