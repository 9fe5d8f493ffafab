"""ASL and P-ASL, and CSL with its selection of unknown labels."""

from collections.abc import Sequence

import torch
from torch import Tensor

from ...labels import LabelBatch, TrainingLabels
from ...memory.class_prior import read_prior
from ...registry import MODELS
from .element_loss import ElementLoss
from .functional import check_classes
from .gathering import largest_of_processes, sum_of_processes
from .option_checks import check_not_negative

EPS = 1e-8


@MODELS.register_module()
class PartialAsymmetricLoss(ElementLoss):
    r"""Asymmetric loss for partial labels: ASL, P-ASL and CSL.

    P-ASL and CSL are from https://arxiv.org/abs/2110.10955, ASL from
    https://arxiv.org/abs/2009.14119. With all gammas 2 and no clip, this is the focal loss with a
    detached focusing factor. With q = min(1 - p + clip, 1), an element costs

    .. math::
        -\alpha_+ (1 - p)^{\gamma_+} \log p \quad
        -\alpha_- (1 - q)^{\gamma_-} \log q \quad
        -\alpha_u (1 - q)^{\gamma_u} \log q

    for positive, negative and unknown labels, with logarithms of at least 1e-8. The defaults are
    those of the authors of CSL. ASL is ``gamma_neg=4, gamma_pos=1, gamma_unknown=4, clip=0.05``
    (its training recipe has gamma_pos 0).

    Args:
        gamma_pos: Focusing of positives.
        gamma_neg: Focusing of known negatives.
        gamma_unknown: Focusing of unknown labels.
        clip: Margin of q.
        alpha_pos: Weight of positives.
        alpha_neg: Weight of known negatives.
        alpha_unknown: Weight of unknown labels.
        unknown: ``'negative'``: all unknown labels count as above. ``'ignore'``: none counts.
            ``'ignore_normalize_classes'``: none counts, and known labels weigh
            1 + 1 / (1 + number of known labels of the image). ``'selective'`` (CSL): unknown labels
            count except those of frequent classes, and except the likeliest of the batch.
        likelihood_topk: For ``'selective'``: this number times N of the likeliest do not count.
        prior_threshold: For ``'selective'``: unknown labels of classes with a larger prior do not
            count. The authors' runs have 0.5; most classes of COCO have a prior above 0.05.
        prior: For ``'selective'``: the class priors, C numbers, or the file that a run with
            :class:`mmpartial.ClassPriorHook` wrote. With None, no class counts as frequent.
        sync: For ``'selective'``: choose the likeliest in the batches of all processes together; if
            False, each process chooses in its own batch.
        detach_focal: Stop the gradient of the focusing factor, as the authors of CSL do.
        average: ``'sum'`` (the authors'), ``'image'``, ``'known'`` or ``'element'``.

    Raises:
        ValueError: An option is invalid, or the prior has other classes or is outside [0, 1].
        FileNotFoundError: There is no such prior file.
    """

    unknown_options = ("negative", "ignore", "ignore_normalize_classes", "selective")

    def __init__(
        self,
        *,
        gamma_pos: float = 0.0,
        gamma_neg: float = 1.0,
        gamma_unknown: float = 2.0,
        clip: float = 0.0,
        alpha_pos: float = 1.0,
        alpha_neg: float = 1.0,
        alpha_unknown: float = 1.0,
        unknown: str = "negative",
        likelihood_topk: int = 5,
        prior_threshold: float = 0.05,
        prior: list[float] | str | None = None,
        sync: bool = False,
        detach_focal: bool = True,
        average: str = "sum",
    ):
        super().__init__(unknown=unknown, average=average)
        check_not_negative(
            gamma_pos=gamma_pos, gamma_neg=gamma_neg, gamma_unknown=gamma_unknown, clip=clip,
            alpha_pos=alpha_pos, alpha_neg=alpha_neg, alpha_unknown=alpha_unknown,
            likelihood_topk=likelihood_topk, prior_threshold=prior_threshold,
        )  # fmt: skip
        if prior is not None and unknown != "selective":
            raise ValueError(f"unknown={unknown!r} uses no prior: set unknown='selective'.")
        if prior is not None and not isinstance(prior, str):
            wrong = [share for share in prior if not 0 <= share <= 1]
            if wrong:
                raise ValueError(f"prior has the number {wrong[0]}: give shares from 0 to 1.")
        self.gammas = (gamma_pos, gamma_neg, gamma_unknown)
        self.alphas = (alpha_pos, alpha_neg, alpha_unknown)
        self.clip, self.detach_focal = clip, detach_focal
        self.likelihood_topk, self.prior_threshold = likelihood_topk, prior_threshold
        self.prior_file = prior if isinstance(prior, str) else None
        self.remembered = () if self.prior_file is None else ("prior",)
        self.classes: Sequence[str] | None = None
        self.prior = None if isinstance(prior, str) or prior is None else torch.tensor(prior)
        self.sync, self.per_batch = sync, unknown == "selective" and not sync
        self.exact_gradient = not (detach_focal and any(self.gammas))

    def setup(self, dataset: TrainingLabels) -> None:
        """Read the prior file; a resumed run goes on with the prior that it had."""
        if self.prior_file is not None:
            self.classes = dataset.metainfo["classes"]

    def elements(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`PartialAsymmetricLoss`."""
        y = labels.positive
        anti = 1 - y
        p = logits.sigmoid()
        q = (1 + self.clip - p).clamp(max=1) if self.clip > 0 else 1 - p
        log_q = (q if self.clip > EPS else q.clamp(min=EPS)).log()
        # For soft labels between 0 and 1 both logarithms count.
        log = y * p.clamp(min=EPS).log() + anti * log_q
        with torch.set_grad_enabled(torch.is_grad_enabled() and not self.detach_focal):
            factor = self._factor(torch.addcmul(p * y, q, anti), labels)
        if factor is None:
            return -log
        return log.mul_(factor) if self.detach_focal else log * factor

    def _factor(self, p_t: Tensor, labels: LabelBatch) -> Tensor | None:
        """-alpha (1 - p_t)^gamma of each element; None if it is -1."""
        alpha, gamma = (self._by_state(values, labels) for values in (self.alphas, self.gammas))
        if isinstance(gamma, float) and gamma == 0:
            return None if isinstance(alpha, float) and alpha == 1 else -torch.as_tensor(alpha)
        base = p_t.neg_().add_(1)
        if self.detach_focal:
            factor = base.pow_(gamma).neg_()
        else:  # a gamma below 1 has no slope at 0
            factor = -(base.clamp(min=torch.finfo(base.dtype).tiny) ** gamma)
        return factor if isinstance(alpha, float) and alpha == 1 else factor * alpha

    @staticmethod
    def _by_state(values: tuple[float, float, float], labels: LabelBatch) -> Tensor | float:
        """The value for each element's state; one number if all states have the same."""
        positive, negative, unknown = values
        if positive == negative == unknown:
            return float(positive)
        if negative == unknown:
            return negative + (positive - negative) * labels.positive
        of_known = (negative - unknown) * labels.known_mask
        return unknown + of_known + (positive - negative) * labels.positive

    def weight(self, logits: Tensor, labels: LabelBatch) -> Tensor | None:
        """See ``unknown``."""
        if self.unknown == "selective":
            return self._selective_weight(logits, labels)
        if self.unknown == "ignore_normalize_classes":
            known = labels.known_mask
            return known * (1 + 1 / (1 + known.sum(1, keepdim=True)))
        return super().weight(logits, labels)

    @torch.no_grad()
    def _selective_weight(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """0 for unknown labels of frequent classes, and for the likeliest of the batch; else 1."""
        if self.prior_file is not None and self.prior is None:
            if self.classes is None:
                raise self.not_set_up("class prior", "prior=[...]")
            self.prior = read_prior(self.prior_file, self.classes)
        counts = labels.selected_mask
        if self.prior is not None and self.prior_threshold > 0:
            check_classes(self.prior, logits, "prior of PartialAsymmetricLoss")
            self.prior = self.prior.to(logits.device)
            counts = counts * (self.prior <= self.prior_threshold)
        images = sum_of_processes(len(logits), logits) if self.sync else len(logits)
        k = self.likelihood_topk * images
        if k:
            candidates = logits.masked_fill(~labels.selected, -torch.inf).flatten()
            value, likeliest = candidates.topk(min(k, logits.numel()), sorted=False)
            if self.sync:
                likeliest = likeliest[value >= largest_of_processes(value, k).min()]
            counts = counts.flatten().index_fill(0, likeliest, 0).view(logits.shape)
        return labels.known_mask + counts
