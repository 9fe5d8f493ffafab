"""LL-R, LL-Ct and LL-Cp: unknown labels count as negative unless their loss is large."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from ...labels import LabelBatch
from ...progress import Progress
from ...registry import MODELS
from .functional import cross_entropy
from .gathering import largest_of_processes, sum_of_processes
from .partial_loss import PartialLoss

MODES = ("LL-R", "LL-Ct", "LL-Cp")


@MODELS.register_module()
class LargeLoss(PartialLoss):
    r"""Large loss matters, https://arxiv.org/abs/2206.03740.

    Cross entropy with unknown labels as negatives, except that the k unknown labels of the batch
    with the largest losses are rejected (LL-R), or count as positive, either in this step (LL-Ct)
    or from then on (LL-Cp). With epochs e from 1, k = ceil(N C (e - 1) delta); LL-Cp has
    k = ceil(N C delta) in each step from epoch 2 on. (The code of BoostLU subtracts delta once an
    epoch. It rounds differently, so its k may be one less or more.)
    :class:`mmpartial.LabelCorrectionHook` stores the :attr:`corrections` of LL-Cp, and they come
    back as ``labels.pseudo``. Known labels never change.

    **Differs from the authors' code** where fewer than k unknown labels have a loss above 0: there
    the threshold is 0, so that *every* entry, known or not, is rejected or inverted. Here k is at
    most the number of unknown labels. The authors' command line may run LL-Ct if LL-Cp is asked
    for, because it compares the identity of strings.

    Args:
        mode: ``'LL-R'``, ``'LL-Ct'`` or ``'LL-Cp'``.
        delta: Share of entries by which k grows in an epoch; the authors have 0.001 to 0.005.
        safe_threshold: False for the authors' behavior in that case, for comparisons.
        store_kth: Store the k-th entry as well, as the code of BoostLU does. Otherwise it is
            corrected in the loss but not stored, as in the code of LL-Cp itself.
        sync: Choose in the batches of all processes together; if False, each process chooses in
            its own batch.
        average: ``'element'`` (the authors', with rejected entries) or another.

    Attributes:
        corrections: ``(N, C)`` bool, the entries that LL-Cp stores after the last step, or None.
    """

    samples_unknown = False
    table_hook = "LabelCorrectionHook"

    def __init__(
        self,
        *,
        mode: str = "LL-R",
        delta: float = 0.002,
        safe_threshold: bool = True,
        store_kth: bool = False,
        sync: bool = False,
        average: str = "element",
    ):
        super().__init__(average)
        if mode not in MODES:
            raise ValueError(f"mode={mode!r}: choose one of {', '.join(MODES)}.")
        if not 0 <= delta <= 1:
            raise ValueError(f"delta={delta} is outside [0, 1]: it is a share, 0.002 for 0.2 %.")
        self.mode, self.delta, self.safe_threshold = mode, delta, safe_threshold
        self.store_kth = store_kth
        self.sync, self.per_batch = sync, not sync
        self.corrections: Tensor | None = None
        self.needs_hook = self.table_hook if mode == "LL-Cp" else None

    def compute(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`LargeLoss`."""
        y, unobserved = labels.positive, ~labels.known
        if self.mode == "LL-Cp" and labels.pseudo is not None:
            corrected = unobserved & (labels.pseudo == 1)
            y, unobserved = y.masked_fill(corrected, 1), unobserved & ~corrected
        weight, self.corrections = None, None
        entries = sum_of_processes(logits.numel(), logits) if self.sync else logits.numel()
        k = self._number(Progress.current().visit + 1, entries)
        if k:
            large = self._large(logits.detach(), y, unobserved, k).to(y.dtype)
            self.diagnostics["modified"] = large.sum()
            if self.mode == "LL-R":
                weight = 1 - large
            else:
                y = (y - large).abs_()  # 1 - y where the loss is large
        total = F.binary_cross_entropy_with_logits(logits, y, weight, reduction="sum")
        return self.reduce(total, labels)

    def _number(self, epoch: int, entries: int) -> int:
        """The number k of entries of the batch that are modified in this epoch."""
        clean = 1 - (epoch - 1) * self.delta  # with the authors' rounding errors
        if clean == 1:
            return 0
        share = self.delta if self.mode == "LL-Cp" else 1 - clean
        return min(entries, math.ceil(entries * share))

    def _large(self, logits: Tensor, y: Tensor, unobserved: Tensor, k: int) -> Tensor:
        """``(N, C)`` bool: the loss is at least the k-th largest of unknown labels."""
        loss = cross_entropy(logits, y)
        if self.safe_threshold:
            loss.masked_fill_(~unobserved, -torch.inf)
        else:
            loss *= unobserved
        if self.sync:
            largest = largest_of_processes(loss.flatten(), k)
        else:
            largest = loss.flatten().topk(k, sorted=False).values
        # With fewer than k unknown labels, take the least of them; without any, take nothing.
        threshold = largest.masked_fill(largest == -torch.inf, torch.inf).min()
        large = loss >= threshold
        if self.mode == "LL-Cp":
            self.corrections = large if self.store_kth else loss > threshold
        return large
