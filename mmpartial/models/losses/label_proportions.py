"""The share of positive labels, counted in each batch, or once in the training set."""

import numpy as np
import torch
from mmengine.dist import all_reduce
from torch import Tensor

from ...labels import NEGATIVE, POSITIVE, LabelBatch, TrainingLabels
from ...utils.log import note_once
from .label_balance import Balance, BalanceRule
from .label_gate import classes_shown, rate_of

MODES = (
    "gated", "per_part", "soft", "soft_used", "known_over_all", "known_over_known", "fixed"
)  # fmt: skip
SCOPES = ("batch", "class")
_TINY = 1e-6


class DatasetProportions:
    """r = P / T and the gate of each class, counted once over all training images.

    They do not depend on the other images of a batch, on its size, or on the number of processes.
    With P positive, N negative and U unknown labels of a class,

        r = P / (P + N + g U),    with g of :func:`~mmpartial.models.losses.label_gate.gate_of`.

    Args:
        rule: Gives the weights that follow from ratio and gate.

    Attributes:
        counts_unknown: Whether unknown labels of any class count.
        unknown_share: Share of the unknown labels among those of a class that count.
        power: The power of each class.
    """

    counts_unknown = True
    counted: Balance | None = None
    _used: Balance | None = None  # with dtype and device of the last batch

    def __init__(self, rule: BalanceRule):
        self.rule = rule

    def setup(self, dataset: TrainingLabels) -> None:
        """Count the labels of a dataset."""
        positive, negative = (
            torch.from_numpy(dataset.labels.count(state)).double() for state in (POSITIVE, NEGATIVE)
        )
        gate = self.rule.gate_of(positive, negative, len(positive))
        self.counts_unknown = bool(gate.any())
        self._tell(positive, negative, gate)
        known, images = positive + negative, len(dataset.labels)
        self.power = self.rule.power_of(1 - known / max(1, images))
        unknown = gate * (images - known)
        count = (known + unknown).clamp(min=1)
        ratio, self.unknown_share = positive / count, unknown / count
        self.counted, self._used = self.rule.balance(ratio, gate, power=self.power), None

    def _tell(self, positive: Tensor, negative: Tensor, gate: Tensor) -> None:
        """Log the classes with known negatives whose unknown labels count, by an assumption."""
        counts = gate[negative > 0]
        if self.rule.gate is None or not bool((counts > 0).any()):
            return
        rate = rate_of(positive, negative) if self.rule.gate == "auto" else None
        if rate is not None:
            note_once(
                f"Negatives are known {rate:.2f} times as often as positives, as the numbers of "
                "known labels of all classes show. So unknown labels count as well. If known "
                f"labels are a fair sample, set model.head.loss.gate={len(gate)}."
            )
            return
        shown, number = (float(v) for v in classes_shown(positive, negative, len(positive)))
        note_once(
            f"If known labels were a fair sample, an image would show {shown:.1f} of "
            f"{number:.0f} classes. The method takes it that positives are known more often "
            "than negatives, and lets unknown labels count as well. If images do show so many "
            f"classes, set model.head.loss.gate={np.ceil(shown):.0f}."
        )

    def prior_logits(self, chance: Tensor | None) -> Tensor | None:
        """The logits of each class at which its labels cost least, or None before the setup.

        No class counts as rarer than gamma, or as more frequent than 1 - gamma.

        Args:
            chance: The target of unknown labels; None if they count as negatives.
        """
        if self.counted is None:
            return None
        gamma, counted = self.rule.gamma, self.counted
        ratio = counted.ratio.clamp(gamma, 1 - gamma)
        balance = self.rule.balance(ratio, counted.gate, power=self.power)
        target = balance.low + balance.unsmoothed * balance.ratio
        if chance is not None:
            target += self.unknown_share * (chance - balance.low)
        return torch.logit(target) + balance.odds.log()

    def of(self, labels: LabelBatch) -> Balance | None:
        """The balance, with dtype and device of a batch's target; None before the setup."""
        if self.counted is None:
            return None
        used, target = self._used, labels.target
        if used is None or (used.ratio.dtype, used.ratio.device) != (target.dtype, target.device):
            self._used = used = self.counted.to(target)
        return used


class BatchProportions:
    """r = P / T and the gate of each batch.

    Let K be the known positives, and Q the sum of the pseudo labels of unknown labels.

    Args:
        rule: Gives the weights that follow from ratio and gate.
        mode: ``'gated'``: r = (K + g Q) / (known labels + g unknown labels), with one g for the
            batch; ``'per_part'``: K / all labels, and the mean pseudo label for the unknown part;
            ``'soft'``: (K + Q) / all labels; ``'soft_used'``: K and the pseudo labels of selected
            labels, over known and selected labels; ``'known_over_known'``: K / known labels, and
            ``'known_over_all'``: K / all labels, which both collapse; ``'fixed'``: 1/2.
        scope: One ratio for the ``'batch'`` or for each ``'class'``.
        sync: Sum counts over all processes.
    """

    counts_unknown = True  # in some batch

    def __init__(self, rule: BalanceRule, mode: str, scope: str, sync: bool):
        self.rule, self.mode, self.scope, self.sync = rule, mode, scope, sync

    def setup(self, dataset: TrainingLabels) -> None:
        """Do nothing, because each batch is counted by itself."""

    def prior_logits(self, chance: Tensor | None) -> None:
        """None, because each batch has another ratio."""

    def of(self, labels: LabelBatch) -> Balance:
        """The balance of a batch's labels."""
        positive, known, *soft, every = self._counts(labels)
        known_negative = known.sum() - positive.sum()
        gate = self.rule.gate_of(positive.sum(), known_negative, labels.target.shape[1])
        if self.mode == "fixed":
            return self.rule.even(labels.target, gate)
        ratio_unknown = _share(soft[0], every - known) if self.mode == "per_part" else None
        count = every
        if self.mode == "gated":
            positive, count = positive + gate * soft[0], known + gate * (every - known)
        elif self.mode == "soft":
            positive = positive + soft[0]
        elif self.mode == "soft_used":
            positive, count = positive + soft[0], known + soft[1]
        elif self.mode == "known_over_known":
            count = known
        return self.rule.balance(_share(positive, count), gate, ratio_unknown)

    def _counts(self, labels: LabelBatch) -> Tensor:
        """Count positives, known labels, the pseudo labels that the mode uses, and all labels."""
        parts = [labels.positive, labels.known_mask]
        if self.mode == "soft_used":
            parts += [labels.selected_pseudo, labels.selected_mask]
        elif self.mode in ("gated", "per_part", "soft"):
            parts.append(labels.unknown_pseudo)
        counts = [part.sum(0) if self.scope == "class" else part.sum() for part in parts]
        each = len(labels.target) if self.scope == "class" else labels.target.numel()
        counts.append(torch.full_like(counts[0], each))
        sums = torch.stack(counts)
        if self.sync:
            all_reduce(sums)
        return sums


def proportions(
    rule: BalanceRule, mode: str, scope: str, sync: bool
) -> DatasetProportions | BatchProportions:
    """The proportions of a ``ratio_mode``.

    Raises:
        ValueError: An option of batches is set, but the training set is counted.
    """
    if mode != "dataset":
        if rule.power_fades:
            raise ValueError(
                "power_fades=True is about the labels of the training set, which "
                f"ratio_mode={mode!r} does not count: remove one of them."
            )
        return BatchProportions(rule, mode, scope, sync)
    if scope != "batch" or sync:
        option = f"ratio_scope={scope!r}" if scope != "batch" else f"ratio_sync={sync}"
        raise ValueError(
            f"{option} is about counts of a batch, but ratio_mode='dataset' counts each class in "
            f"the whole training set: remove it, or choose one of ratio_mode={', '.join(MODES)}."
        )
    return DatasetProportions(rule)


def _share(positive: Tensor, count: Tensor) -> Tensor:
    return positive / count.clamp(min=_TINY)
