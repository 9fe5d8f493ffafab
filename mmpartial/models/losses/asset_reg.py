"""AssetReg: predictions of images of one recording stay near each other."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ...labels import POSITIVE, LabelBatch, TrainingLabels
from ...registry import MODELS
from .functional import check_classes
from .gathering import of_all_processes
from .loss_wrapper import LossWrapper
from .partial_loss import PartialLoss

# Attributes that the wrapper copies from its loss.
_TRAITS = ("samples_unknown", "table_hook", "needs_hook", "exact_gradient", "per_batch",
           "uses_length", "least_images")  # fmt: skip


@MODELS.register_module()
class AssetReg(LossWrapper):
    r"""Any loss, and a regularizer of groups, https://arxiv.org/abs/2511.00252 (Merlin L48).

    The images of a group, such as a recording, tend to show the same classes. Each group g has
    running predictions :math:`R_g` of all classes, towards which the predictions of its images are
    pulled:

    .. math:: \mathrm{loss} + \alpha \cdot
        \mathrm{mean}_{B \times C} \mathrm{BCE}(x, R_g), \qquad
        R_g \leftarrow (1 - \epsilon) R_g + \epsilon \, \sigma(x)

    The loss uses R from before the step. The regularizer does not look at labels, so predictions
    of known labels are pulled as well. Only the start of R depends on labels: it is 1 for a class
    that is a known positive in any image of the group, and ``start`` otherwise. Images without a
    group, and mixtures, do not count.

    **Differs from the authors' code** (https://github.com/cvl-umass/l48-benchmarking): several
    images of a group in a batch are averaged (there, one of them wins); the start depends on all
    images of a group, not only on the first one; ``start`` is a constant, not a random number in
    [0.4, 0.6); checkpoints hold R.

    The wrapped loss has its own ``average``; the regularizer is a mean over images and classes.
    Losses whose hook looks for them in the head (ROLE, LL-Cp, EM+APL) cannot be wrapped.

    Args:
        loss: The loss or its config, one that knows about unknown labels.
        alpha: Weight of the regularizer, above 0. The authors' code has 0 as its default.
        eps: Weight of a new prediction in R.
        start: R of a class before the first prediction.

    Raises:
        ValueError: An option is out of its range, or the loss does not know about unknown labels.
    """

    remembered = ("running",)

    def __init__(
        self, *, loss: dict | nn.Module, alpha: float, eps: float = 0.001, start: float = 0.5
    ):
        super().__init__()
        module = MODELS.build(loss) if isinstance(loss, dict) else loss
        if not isinstance(module, PartialLoss):
            raise ValueError(
                f"AssetReg needs a loss that knows about unknown labels, but its loss is "
                f"{type(module).__name__}: wrap it in mmpartial.AssumeNegative."
            )
        if not (0 < alpha < math.inf and 0 < eps <= 1 and 0 <= start <= 1):
            raise ValueError(
                f"alpha={alpha}, eps={eps}, start={start}: give AssetReg an alpha above 0, an eps "
                "in (0, 1] and a start in [0, 1]."
            )
        self.loss, self.alpha, self.eps, self.start = module, alpha, eps, start
        for name in _TRAITS:
            setattr(self, name, getattr(module, name))
        self.running: Tensor | None = None

    def setup(self, dataset: TrainingLabels) -> None:
        """Make R from the known positives of each group.

        Raises:
            ValueError: The dataset has no groups.
        """
        groups, labels = dataset.groups, dataset.labels
        if groups is None or not len(groups.names):
            raise ValueError(
                "AssetReg needs groups, and the training dataset has none: name the column of "
                "groups with group='...' in the dataset that reads the annotations."
            )
        running = torch.full((len(groups.names), labels.shape[1]), float(self.start))
        row, cls = map(torch.from_numpy, labels.entries(POSITIVE))
        group = torch.from_numpy(groups.codes.astype("int64"))[row.long()]
        running[group[group >= 0], cls.long()[group >= 0]] = 1.0
        self.running = running

    def compute(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """The wrapped loss plus the regularizer; R learns from the predictions."""
        if self.running is None:
            raise self.not_set_up("running predictions")
        if labels.group is None:
            raise ValueError(
                "AssetReg needs the group of each image, but the batch does not say it: use "
                "mmpartial.QSamplingHead and wrap the training dataset in "
                "mmpartial.PartialLabelDataset."
            )
        check_classes(self.running[0], logits, "running predictions of AssetReg")
        if self.running.device != logits.device:
            self.running = self.running.to(logits.device)
        value = self.loss.compute(logits, labels)
        count, group = logits.numel(), labels.group.to(logits.device)
        inside = group >= 0
        if not inside.all():
            logits, group = logits[inside], group[inside]
        target = self.running.index_select(0, group).to(logits.dtype)
        gap = F.binary_cross_entropy_with_logits(logits, target, reduction="sum")
        self.diagnostics = dict(self.loss.diagnostics, group_gap=gap.detach() / max(1, count))
        self._learn(group, logits.detach())
        return torch.add(value, gap, alpha=self.alpha / max(1, count))

    def _learn(self, group: Tensor, logits: Tensor) -> None:
        """Move R towards the mean prediction of each group in the batches of all processes."""
        assert self.running is not None
        group, prob = of_all_processes(group), of_all_processes(logits.sigmoid())
        if not len(group):
            return
        if len(set(group.tolist())) < len(group):  # cheaper than unique() where all differ
            group, place = group.unique(return_inverse=True)
            member = F.one_hot(place, len(group)).T.to(prob)  # a sum whose order is always the same
            prob = member @ prob / member.sum(1, keepdim=True)
        before = self.running.index_select(0, group)
        self.running[group] = before.lerp_(prob.to(before), self.eps)
