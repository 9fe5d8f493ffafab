"""APL: unknown labels with the lowest predictions become soft negatives."""

from collections.abc import Sequence

import torch
from mmengine.runner import Runner
from torch import Tensor

from ...datasets import PartialLabelDataset
from ...labels import UNKNOWN
from ...memory.pseudo_labels import PseudoLabelTable
from ...models.losses import EntropyMaximizationLoss
from ...registry import HOOKS
from ...schedules import pass_length
from .label_table_hook import LabelTableHook

_CHUNK = 64  # classes that are ranked at a time


@HOOKS.register_module()
class AsymmetricPseudoLabelHook(LabelTableHook):
    """Asymmetric pseudo labels, https://arxiv.org/abs/2203.16219.

    They are for :class:`mmpartial.EntropyMaximizationLoss`. After each epoch from ``warmup`` on
    (counted from 1) the training images are predicted in evaluation mode, and for each class the
    int(neg_proportion * n / (epochs - warmup)) still unknown labels with the lowest probability
    take it as a soft label for good; n is the number of unknown labels of the class at the start.
    Nothing is done after the last epoch, where the authors' code makes labels that no step uses.
    Equal probabilities go by row.

    Memory: two bytes a label, and four more in each process during the pass. All processes choose
    alike, so nothing is exchanged but predictions.

    Args:
        warmup: First epoch after which labels are made; the authors' 5 of 10, NUS-WIDE 4, CUB 3.
        neg_proportion: Share of the unknown labels that have one in the end.
        pipeline: Transforms of the pass. None takes the training pipeline, as the authors do.

    Raises:
        ValueError: An option out of range, a run too short for the warm-up, or a model without that
            loss.
    """

    uses_length = True  # an epoch of a longer run is another one

    def __init__(
        self,
        *,
        warmup: int = 5,
        neg_proportion: float = 0.9,
        pipeline: Sequence[dict] | None = None,
    ):
        if not 0 <= neg_proportion <= 1:
            raise ValueError(f"neg_proportion={neg_proportion} is outside [0, 1]: it is a share.")
        if warmup < 1:
            raise ValueError(f"warmup={warmup}: epochs are counted from 1.")
        self.warmup, self.neg_proportion, self.pipeline = warmup, neg_proportion, pipeline

    def make_table(
        self, runner: Runner, dataset: PartialLabelDataset, resumed: bool
    ) -> PseudoLabelTable:
        """A table without any pseudo label."""
        if not any(isinstance(h.loss_module, EntropyMaximizationLoss) for h in self.heads):
            raise ValueError(
                "AsymmetricPseudoLabelHook found no EntropyMaximizationLoss in the model: set "
                "model.head.loss=dict(type='mmpartial.EntropyMaximizationLoss') or take the hook "
                "out of custom_hooks."
            )
        self.epochs = runner.max_iters // pass_length(runner)
        if self.warmup >= self.epochs:
            raise ValueError(
                f"AsymmetricPseudoLabelHook.warmup={self.warmup} leaves none of the {self.epochs} "
                "epochs for pseudo labels: lower it, or raise train_cfg.max_epochs."
            )
        unknown = torch.from_numpy(dataset.labels.count(UNKNOWN))
        share = self.neg_proportion / (self.epochs - self.warmup)
        self.each_time = (unknown.double() * share).long()
        return self._table(None, "float16")

    def _table(self, init: float | None, dtype: str) -> PseudoLabelTable:
        classes = len(self.dataset.metainfo["classes"])
        return PseudoLabelTable(
            self.dataset.num_rows, classes, self.dataset.fingerprint, init, dtype
        )

    def end_pass(self, runner: Runner, epoch: int) -> None:
        """Predict, and give pseudo labels to the least likely."""
        if not self.warmup <= epoch + 1 < self.epochs:
            return
        predicted = self._table(None, "float32")
        for row, _, logits in self.predictions(runner, epoch):
            predicted.update(row, logits.sigmoid(), torch.ones_like(logits, dtype=torch.bool))
        predicted.sync()
        labels = self.dataset.labels
        for start in range(0, labels.shape[1], _CHUNK):  # few classes at a time, for the memory
            part = slice(start, min(start + _CHUNK, labels.shape[1]))
            unknown = labels.select(range(part.start, part.stop)).dense() == UNKNOWN
            prob, table = predicted.values[:, part], self.table.values[:, part]
            candidates = torch.from_numpy(unknown) & table.isnan()
            chosen = least_likely(prob, candidates, self.each_time[part])
            table[chosen] = prob[chosen].to(table.dtype)


def least_likely(prob: Tensor, candidates: Tensor, count: Tensor) -> Tensor:
    """For each class the candidates with the lowest probability.

    Args:
        prob: ``(R, L)``; NaN, an image that was not predicted, is never chosen.
        candidates: ``(R, L)`` bool.
        count: ``(L,)`` int64, how many of each class, if there are as many.

    Returns:
        ``(R, L)`` bool.
    """
    allowed = candidates & ~prob.isnan()
    order = prob.masked_fill(~allowed, torch.inf).argsort(dim=0, stable=True)
    first = torch.arange(len(prob))[:, None] < count
    return torch.zeros_like(allowed).scatter_(0, order, first) & allowed
