"""The loss of the project's own method: soft pseudo labels weighed by label proportions."""

from collections.abc import Callable
from typing import Any

import torch
from mmengine.dist import get_world_size
from torch import Tensor

from ...labels import LabelBatch, TrainingLabels
from ...progress import Progress, done_now
from ...registry import MODELS
from ...schedules import Pair
from . import all_negative_penalty
from .label_balance import Balance, BalanceRule
from .label_bound import bound_now, check_bound
from .label_chance import check_chance, label_chance, with_chances
from .label_proportions import MODES, SCOPES, proportions
from .label_scales import SCALES, label_weights
from .option_checks import check_not_negative
from .partial_loss import PartialLoss
from .weighted_cross_entropy import Terms, weighted_cross_entropy

OPTIONS = {
    "ratio_mode": ("dataset", *MODES),
    "ratio_scope": SCOPES,
    "pseudo_weighting": ("none", "ratio"),
    "unknown_scale": SCALES,
    "p_mode": all_negative_penalty.MODES,
    "p_scope": all_negative_penalty.SCOPES,
    "average": ("image", "sum"),
}


@MODELS.register_module()
class PartialImbalanceLoss(PartialLoss):
    r"""Known and pseudo labels weighed by alpha, beta, d and p.

    Equations (6) to (12) of https://arxiv.org/abs/2308.00166. E are the known labels of an image,
    and S the unknown labels that count in this step. The target s is the label in E and the pseudo
    label in S. With L classes,

    .. math::
        e_c = \alpha s_c \log(1 + e^{-x_c}) + \beta (1 - s_c) \log(1 + e^{x_c})

        L_i = \tfrac{p_i}{L} \big[ \sum_E e_c + d u g \tfrac{|U|}{|S|} \sum_S e_c \big]

    U are all unknown labels of the image, :math:`\beta = \max(r, \gamma)` with the ratio r = P / T
    of positives, :math:`\alpha = 1 - \beta`, and p doubles images predicted all negative. Read
    literally, pseudo labels drift to 1. Our **defaults** differ:

    - r is the ratio of each class in the training set, and T is the number of its known labels
      plus g times its unknown labels;
    - the gate g is 0 if known labels are a fair sample (PAL): unknown labels are left out. It is 1
      for a class without known negatives (PPL, SPL), see :mod:`~.label_gate`;
    - each label weighs the same, known or unknown;
    - the hook remembers :meth:`posterior`, because scores tilted by the weights would drift.

    Args:
        gamma: Floor of beta, equation (7).
        ratio_mode: ``'dataset'`` as above, or one of :class:`~.label_proportions.BatchProportions`.
        ratio_power: k; the odds of beta are the odds of r to the power k, 0 for no balance.
        ratio_scope: In a batch mode: one ratio for the ``'batch'``, or for each ``'class'`` of it.
        ratio_sync: In a batch mode: sum counts over all processes.
        power_fades: Let k of a class be at most the share of its unknown labels, which is 0 if
            all labels are known.
        smoothing: Targets of positives are smoothed by r times this number, but at most by 0.1.
        negative_smoothing: The most that targets of negatives are smoothed by.
        pseudo_weighting: ``'ratio'`` weighs unknown labels by alpha and beta, ``'none'`` by 1.
        unknown_weight: u.
        unknown_scale: ``'labels'`` as above; ``'parts'`` as in the paper: each sum is divided by
            its own number of labels, ``|E|`` or ``|S|``; an empty part is 0.
        gate: ``'auto'``, None for g = 1, or the largest mean number of classes in a fair sample.
        chance: Start and end of w and of b. Unknown labels then have the target
            :math:`\sigma(w s_c + b)`; see :func:`~.label_chance.label_chance`.
        bound_at: Share of the training, in [0, 1], after which the negative side of unknown labels
            is wholly bounded, see :mod:`~.label_bound`. None for never.
        p_mode, p_thr, p_scope: Options of ``AllNegativePenalty``.
        average: ``'image'`` (mean of L_i) or ``'sum'``.
    """

    remembered = ("beta", "sigma")
    beta: Any = None  # of the known part in the last step
    sigma: Any = None

    def __init__(
        self,
        *,
        gamma: float = 0.002,
        ratio_mode: str = "dataset",
        ratio_power: float = 1.0,
        ratio_scope: str = "batch",
        ratio_sync: bool = False,
        power_fades: bool = False,
        smoothing: float = 0.0,
        negative_smoothing: float = 0.1,
        pseudo_weighting: str = "ratio",
        unknown_weight: float = 1.0,
        unknown_scale: str = "labels",
        gate: float | str | None = "auto",
        chance: tuple[Pair, Pair] | None = None,
        bound_at: float | None = None,
        p_mode: str = "text",
        p_thr: float = 0.1,
        p_scope: str = "image",
        average: str = "image",
    ):
        super().__init__(average)
        for name, value in locals().items():
            if name in OPTIONS and value not in OPTIONS[name]:
                raise ValueError(f"{name}={value!r}: choose one of {', '.join(OPTIONS[name])}.")
        rule = BalanceRule(gamma, ratio_power, power_fades, gate, smoothing, negative_smoothing)
        self.proportions = proportions(rule, ratio_mode, ratio_scope, ratio_sync)
        check_not_negative(unknown_weight=unknown_weight)
        self.unknown_weight, self.unknown_scale = unknown_weight, unknown_scale
        self.pseudo_weighting = pseudo_weighting
        self.chance, self.bound_at = check_chance(chance), check_bound(bound_at)
        self.uses_length = chance is not None or bool(bound_at)
        self.penalty = all_negative_penalty.AllNegativePenalty(p_mode, p_thr, p_scope)
        constant = ratio_mode in ("dataset", "fixed")
        self.per_batch = not (constant or ratio_sync) or (p_mode != "off" and p_scope == "batch")
        self.samples_classes = constant and unknown_scale == "labels" and p_mode == "off"
        self.d_schedule: Callable[[Progress], float] | None = None  # DSchedulerHook sets it

    @property
    def d(self) -> float:
        """Weight of unknown labels at this point of the training."""
        return 1.0 if self.d_schedule is None else self.d_schedule(Progress.current())

    def setup(self, dataset: TrainingLabels) -> None:
        """Count the labels of each class."""
        self.proportions.setup(dataset)

    def compute(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`PartialImbalanceLoss`."""
        balance = self.proportions.of(labels)
        if balance is None:
            raise self.not_set_up("label counts", "ratio_mode='gated'")
        if self.beta is not balance.beta:  # setting a tensor takes time
            self.beta, self.sigma = balance.beta, balance.sigma
        doubled = self.penalty(logits.detach())
        terms = self._terms(labels, balance, doubled)
        total, known_part = weighted_cross_entropy(logits, terms)
        self.diagnostics = dict(
            alpha=balance.alpha, beta=balance.beta, gate=balance.gate,
            known_part=known_part, unknown_part=total.detach() - known_part,
        )  # fmt: skip
        if doubled is not None:
            self.diagnostics["doubled"] = doubled
        if self.d_schedule is not None:
            self.diagnostics["d"] = torch.as_tensor(self.d)
        return total * get_world_size() if self.average == "sum" else total

    def posterior(self, logits: Tensor) -> Tensor:
        """Probabilities without the effect of the last step's weights and smoothing.

        If known labels are positive with probability t, a model that minimizes their loss predicts
        the odds alpha t / (beta (1 - t)), with t smoothed. This gives t again, within [0, 1].
        """
        return self.proportions.rule.unsmooth(self.untilted(logits).sigmoid(), self.sigma)

    def prior_logits(self, done: float) -> Tensor:
        """Logits ``(C,)`` at which all labels together cost least, if pseudo labels are 0."""
        chance = self.chance and label_chance(torch.zeros(()), *self.chance, done)
        prior = self.proportions.prior_logits(chance)
        return super().prior_logits(done) if prior is None else prior

    def untilted(self, logits: Tensor) -> Tensor:
        """The logits without the weights of the last step; the smoothing stays in."""
        if self.beta is None:
            raise self.not_set_up("balance yet, which a step or a checkpoint brings")
        return logits - torch.logit(1 - self.beta.to(logits))

    def _terms(
        self, batch: LabelBatch, balance: Balance, doubled: Tensor | None
    ) -> Callable[[slice], Terms]:
        """Equation (12) for some images of a batch, as a negative weighted log likelihood."""
        count = max(1, len(batch.target)) if self.average == "image" else 1
        share = -1 / count if doubled is None else (doubled + 1) / -count
        used, unknown = self.proportions.counts_unknown, self.d * self.unknown_weight
        done = done_now(batch.target) if used and self.uses_length else 1.0
        bound = bound_now(self.bound_at, done) if used else None
        chance = self.chance if used and batch.pseudo is not None else None
        if batch.draw is not None:
            balance = balance.of_draw(batch.draw)
        even, smoothed = self.pseudo_weighting == "none", self.proportions.rule.smoothing > 0
        negatives = balance.beta, balance.gate if even else balance.negative_unknown

        def terms(images: slice) -> Terms:
            labels = batch.of_images(images)
            p = share[images] if isinstance(share, Tensor) else share
            weight = label_weights(labels, self.unknown_scale, p, unknown, negatives)
            odds = balance.odds.where(labels.known, 1) if even else balance.odds_of(labels)
            s = labels.completed if chance is None else labels.target
            s = torch.addcmul(balance.low, s, balance.unsmoothed) if smoothed else s
            s = weight * (with_chances(s, labels, chance, done) if chance else s)
            negative, positive = weight.sub_(s), s.mul_(odds)
            return Terms(positive, negative, labels.known_mask, bound)

        return terms
