"""Labels as a weighted loss with pseudo labels uses them: float masks and counts."""

import torch
from mmengine.dist import all_reduce
from torch import Tensor

from ...labels import LabelBatch, known_and_positive

SCALES = ("labels", "parts")


class FloatLabels:
    """A batch's labels as float masks, and their counts.

    Args:
        logits: ``(B, L)`` logits, which give the dtype.
        labels: The batch's labels.

    Raises:
        ValueError: Unknown labels are selected, but nothing is remembered of them.

    Attributes:
        known: 1 where the label is known, else 0.
        positive: The label where it is known, else 0.
        all_selected: Whether every unknown entry counts.
        selected: 1 where an unknown entry counts, else 0.
        pseudo: The pseudo label where an unknown entry counts, else 0.
        positives: Sum of ``positive``.
        knowns: Sum of ``known``.
    """

    def __init__(self, logits: Tensor, labels: LabelBatch):
        self.known, self.positive = known_and_positive(labels.target.to(logits.dtype))
        self.all_selected = labels.all_selected
        self.selected = 1 - self.known if self.all_selected else labels.selected.to(logits.dtype)
        self.positives, self.knowns = self.positive.sum(), self.known.sum()
        if labels.pseudo is not None:
            self._remembered = labels.pseudo.to(logits.dtype)
            self.pseudo = self.selected * self._remembered
        elif bool(labels.selected.any()):
            raise ValueError(
                "the loss has unknown labels but no pseudo labels for them: use "
                "mmpartial.QSamplingHead and add dict(type='mmpartial.PseudoLabelHook') to "
                "custom_hooks."
            )
        else:
            self._remembered = self.pseudo = torch.zeros_like(logits)

    def sync(self) -> None:
        """Sum the counts over all processes."""
        counts = torch.stack([self.positives, self.knowns])
        all_reduce(counts)
        self.positives, self.knowns = counts

    def all_pseudo(self) -> Tensor:
        """The pseudo label of every unknown entry, selected or not, else 0."""
        return self.pseudo if self.all_selected else self._remembered * (1 - self.known)

    def shares(self, scale: str) -> tuple[Tensor | float, Tensor | float]:
        """How much a known and a selected entry of each image count, ``(B, 1)`` or a number.

        Args:
            scale: ``'labels'``: each known and each unknown label counts 1 / L, and those that are
                selected stand for all unknown ones of their image; ``'parts'``: the known and the
                selected entries are a mean each.
        """
        classes = max(1, self.known.shape[1])
        if scale == "labels" and self.all_selected:
            return 1 / classes, 1 / classes
        selected = self.selected.sum(1, keepdim=True).clamp_(min=1)
        knowns = self.known.sum(1, keepdim=True)
        if scale == "parts":
            return 1 / knowns.clamp(min=1), 1 / selected
        return 1 / classes, (self.known.shape[1] - knowns) / selected / classes
