"""APL and RAL: the asymmetric loss with the first terms of the logarithm's series changed."""

import torch
from torch import Tensor

from ...labels import LabelBatch
from ...registry import MODELS
from .element_loss import ElementLoss
from .functional import power
from .option_checks import check_finite, check_not_negative

EPS = 1e-8


@MODELS.register_module()
class AsymmetricPolynomialLoss(ElementLoss):
    r"""Asymmetric polynomial loss (APL), ICASSP 2023, and robust asymmetric loss (RAL), ICCVW 2023.

    https://github.com/LUMIA-Group/APL and https://github.com/kalelpark/RAL. With
    q = min(1 - p + clip, 1), APL is

    .. math::
        -\big[ \log p + \epsilon_1 (1 - p) + \tfrac{\epsilon_2}{2} (1 - p)^2 \big]
        (1 - p)^{\gamma_+} \quad
        -\big[ \log q + \epsilon_- q \big] (1 - q)^{\gamma_-}

    for positives and negatives, with p and q of at least 1e-8 in the brackets. RAL multiplies the
    second by :math:`(\lambda - p) p^2 (\lambda - q)`, which falls again for likely positives, and
    lets the gradient flow through the focusing factor: ``lamb=1.5, detach_focal=False``.

    As log p = - sum of (1 - p)^j / j, the defaults take out the first term of the series and set
    the coefficient of the second to 1.75. The signs are those of the authors' code: PolyLoss adds
    where APL subtracts, and :math:`\epsilon_-` multiplies q, not 1 - q.

    Args:
        gamma_pos: Focusing of positives.
        gamma_neg: Focusing of negatives.
        clip: Margin of q.
        epsilon_pos: :math:`\epsilon_1`.
        epsilon_pos_pow: :math:`\epsilon_2`.
        epsilon_neg: :math:`\epsilon_-`.
        lamb: :math:`\lambda` of RAL; None for APL.
        detach_focal: Stop the gradient of the focusing factor, as APL does.
        unknown: ``'negative'`` (the authors'), or ``'ignore'``.
        average: ``'sum'`` (the authors'), ``'image'``, ``'known'`` or ``'element'``.
    """

    def __init__(
        self,
        *,
        gamma_pos: float = 0.0,
        gamma_neg: float = 4.0,
        clip: float = 0.05,
        epsilon_pos: float = 1.0,
        epsilon_pos_pow: float = -2.5,
        epsilon_neg: float = 0.0,
        lamb: float | None = None,
        detach_focal: bool = True,
        unknown: str = "negative",
        average: str = "sum",
    ):
        super().__init__(unknown=unknown, average=average)
        check_not_negative(gamma_pos=gamma_pos, gamma_neg=gamma_neg, clip=clip)
        check_finite(
            epsilon_pos=epsilon_pos, epsilon_pos_pow=epsilon_pos_pow, epsilon_neg=epsilon_neg
        )
        if lamb is not None:
            check_finite(lamb=lamb)
        self.gamma_pos, self.gamma_neg, self.clip = gamma_pos, gamma_neg, clip
        self.epsilon_pos, self.epsilon_pos_pow = epsilon_pos, epsilon_pos_pow
        self.epsilon_neg, self.lamb, self.detach_focal = epsilon_neg, lamb, detach_focal
        self.exact_gradient = not (detach_focal and (gamma_pos or gamma_neg))

    def elements(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`AsymmetricPolynomialLoss`."""
        p = logits.sigmoid()
        positive, negative = self._positive(p), self._negative(p)
        return torch.lerp(negative, positive, labels.positive).neg()

    def _positive(self, p: Tensor) -> Tensor:
        bounded = p.clamp(min=EPS)
        miss = 1 - bounded
        series = bounded.log() + miss * (self.epsilon_pos + self.epsilon_pos_pow / 2 * miss)
        return self._focus(series, 1 - p, self.gamma_pos)

    def _negative(self, p: Tensor) -> Tensor:
        q = (1 + self.clip - p).clamp(max=1)
        bounded = q.clamp(min=EPS)
        series = bounded.log()
        if self.epsilon_neg:
            series = series + self.epsilon_neg * bounded
        if self.lamb is not None:
            series = series * ((self.lamb - p) * p.square() * (self.lamb - q))
        return self._focus(series, 1 - q, self.gamma_neg)

    def _focus(self, series: Tensor, base: Tensor, gamma: float) -> Tensor:
        """``series`` times base^gamma."""
        if gamma == 0:
            return series
        return series * power(base.detach() if self.detach_focal else base, gamma)
