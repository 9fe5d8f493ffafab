"""GR: unknown labels cost a mixture of two losses, which changes as training goes on."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from ...labels import LabelBatch
from ...progress import Progress
from ...registry import MODELS
from ...schedules import Pair
from .element_loss import ElementLoss
from .expected_positive_loss import check_expected_positives, count_penalty
from .label_chance import label_chance
from .option_checks import check_finite, check_not_negative, check_positive

EPS = 1e-7


@MODELS.register_module()
class GRLoss(ElementLoss):
    r"""Generalized robust loss, IJCAI 2024 (https://github.com/yan4xi1/GRLoss).

    A positive costs nl(p) = -log(p + 1e-7). An unknown label costs

    .. math::
        v \big( k \tfrac{1 - p^{q_2}}{q_2} + (1 - k) \tfrac{1 - (1 - p)^{q_3}}{q_3} \big), \quad
        k = \sigma(w p + b), \quad v = e^{-((p - \mu) / \sigma)^2 / 2}

    The first term is the loss of a missed positive, and k the chance that the label is positive.
    No gradient flows through k and v.

    In epoch e of T, counted from 1, with n = ``linear_init``, each pair (start, end) has the value
    start + (end - start) t. The authors have two clocks: t = max(e - n - 1, 0) / (T - n) for w and
    b, which never reach their end, and t = max(e - n, 0) / (T - n) for mu and sigma.

    **Differs from the authors' code**, which has no known negatives: here they cost nl(1 - p).
    Powers of p are computed from logits, because in the authors' code the gradient is NaN where p
    rounds to 0 or 1.

    The defaults are those of the authors' repository, for VOC. A later work based on it has w (0,
    10) and b (-2, -8) for COCO, NUS-WIDE and CUB, and q3 1.5 for CUB.

    A hook may give unknown labels a pseudo label s of 1 or 0, or NaN for none. The loss is then GPR
    of AEVLP (ICCV 2025): s = 1 costs W (rho nl(p) + (1 - rho) nl(1 - p)) with W = 1 - v, clipped
    to ``pseudo_weight``, and s = 0 costs v nl(1 - p). Between 0 and 1 the two are mixed. AEVLP
    adds ``penalty`` times the penalty of :class:`mmpartial.ExpectedPositiveLoss`; its authors set
    it to 0.05 with 1.5 expected positives for VOC, and 0.001 with 2.9 for COCO. In their code no
    label ever gets s = 0.

    Args:
        w: Start and end of w.
        b: Start and end of b.
        mu: Start and end of mu.
        sigma: Start and end of sigma.
        q2: Exponent of the loss of a missed positive.
        q3: Exponent of the loss of a negative.
        linear_init: n, the number of first epochs in which nothing changes.
        unknown: ``'estimate'`` (the authors'), or ``'ignore'``.
        known_negative: ``'negative'``, or ``'estimate'``: like an unknown label, as the authors
            feed it.
        rho: Share of nl(p) in a positive pseudo label.
        pseudo_weight: Limits of W.
        penalty: Weight of the penalty on the number of predicted positives.
        expected_positives: Positives per image, for the penalty.
        average: ``'element'`` (the authors'), ``'known'``, ``'image'`` or ``'sum'``.

    Raises:
        ValueError: An option is invalid, or the run has at most ``linear_init`` epochs.
    """

    unknown_options = ("estimate", "ignore")
    exact_gradient = False
    uses_length = True

    def __init__(
        self,
        *,
        w: Pair = (0.0, 2.0),
        b: Pair = (-2.0, -2.0),
        mu: Pair = (0.5, 0.8),
        sigma: Pair = (2.0, 0.5),
        q2: float = 0.01,
        q3: float = 1.0,
        linear_init: int = 0,
        unknown: str = "estimate",
        known_negative: str = "negative",
        rho: float = 0.9,
        pseudo_weight: Pair = (0.5, 0.7),
        penalty: float = 0.0,
        expected_positives: float | None = None,
        average: str = "element",
    ):
        super().__init__(unknown=unknown, average=average)
        if known_negative not in ("negative", "estimate"):
            raise ValueError(f"known_negative={known_negative!r}: choose 'negative' or 'estimate'.")
        check_finite(w=w, b=b, mu=mu)
        check_positive(q2=q2, q3=q3, sigma=sigma)
        check_not_negative(rho=rho, pseudo_weight=pseudo_weight, penalty=penalty)
        if penalty and expected_positives is None:
            raise ValueError(f"penalty={penalty} needs expected_positives, 2.9 for COCO.")
        if expected_positives is not None:
            self.expected_positives = check_expected_positives(expected_positives)
        self.samples_unknown = not penalty  # the penalty counts all predictions
        self.w, self.b, self.mu, self.sigma = w, b, mu, sigma
        self.q2, self.q3, self.linear_init = q2, q3, linear_init
        self.known_negative = known_negative
        self.rho, self.pseudo_weight, self.penalty = rho, pseudo_weight, penalty

    def compute(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """The elements and the penalty."""
        loss = super().compute(logits, labels)
        if self.penalty:
            penalty = count_penalty(logits.sigmoid(), self.expected_positives) * self.penalty
            loss = loss + self.reduce(penalty * logits.numel(), labels)
        return loss

    def elements(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`GRLoss`."""
        p = logits.sigmoid()
        missed, v = self._chances(p.detach())
        other = p if self.q3 == 1 else power_loss(-logits, self.q3)
        rest = missed * power_loss(logits, self.q2) + (v - missed) * other
        positive, negative = -(p + EPS).log(), -((-logits).sigmoid() + EPS).log()
        if labels.pseudo is not None:
            s = labels.pseudo.to(logits.dtype)
            weight = (1 - v).clamp(*self.pseudo_weight)
            likely = weight * (self.rho * positive + (1 - self.rho) * negative)
            soft = torch.lerp(v * negative, likely, s.nan_to_num(0.0))
            rest = torch.where(labels.known | s.isnan(), rest, soft)
        if self.known_negative == "negative":
            rest = torch.lerp(rest, negative, labels.known_mask)
        return torch.lerp(rest, positive, labels.positive)

    @torch.no_grad()
    def _chances(self, p: Tensor) -> tuple[Tensor, Tensor]:
        """The weights v k and v of this epoch."""
        first, second = self._clocks()
        mu, sigma = (start + (end - start) * second for start, end in (self.mu, self.sigma))
        v = ((p - mu) / sigma).square_().mul_(-0.5).exp_()
        return label_chance(p, self.w, self.b, first).mul_(v), v

    def _clocks(self) -> Pair:
        """The two clocks t of this epoch: of w and b, and of mu and sigma."""
        progress, n = Progress.current(), self.linear_init
        epochs = math.ceil(progress.max_passes)
        if epochs <= n:
            raise ValueError(
                f"GRLoss.linear_init={n} leaves none of the {epochs} epochs for its schedules: "
                "lower it, or raise train_cfg.max_epochs."
            )
        first, second = (max(e - n, 0) / (epochs - n) for e in (progress.visit, progress.visit + 1))
        return first, second


def power_loss(logits: Tensor, q: float) -> Tensor:
    """(1 - p^q) / q, exact and with a finite gradient at all logits."""
    return torch.expm1(q * F.logsigmoid(logits)) / -q
