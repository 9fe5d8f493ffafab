"""Losses that are sums over images and classes."""

from typing import ClassVar

from torch import Tensor

from ...labels import LabelBatch
from .partial_loss import PartialLoss


class ElementLoss(PartialLoss):
    """Base of losses with one value for each image and class.

    A subclass implements :meth:`elements`. This class handles unknown labels, q-sampling and
    averaging. :class:`mmpartial.PartialLabelMaskingLoss` can mask such a loss.

    Args:
        unknown: How an unknown label counts: ``'negative'``, or ``'ignore'`` (weight 0).
            Unknown labels that q-sampling leaves out have the weight 0 as well.
        average: See :class:`~mmpartial.models.losses.partial_loss.PartialLoss`.
    """

    unknown_options: ClassVar[tuple[str, ...]] = ("negative", "ignore")

    def __init__(self, *, unknown: str = "negative", average: str = "element") -> None:
        super().__init__(average)
        if unknown not in self.unknown_options:
            options = ", ".join(map(repr, self.unknown_options))
            raise ValueError(f"unknown={unknown!r}: choose one of {options}.")
        self.unknown = unknown

    def elements(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """``(N, C)`` losses; ``labels.positive`` is the target with unknown as 0."""
        raise NotImplementedError(f"{type(self).__name__} has no elements(logits, labels).")

    def weight(self, logits: Tensor, labels: LabelBatch) -> Tensor | None:
        """``(N, C)`` float, 1 for elements that count; None if all do."""
        if self.unknown == "ignore":
            return labels.known_mask
        if labels.all_selected:
            return None
        return labels.known_mask + labels.selected

    def compute(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """Sum of the elements that count, divided as ``average`` says."""
        elements, weight = self.elements(logits, labels), self.weight(logits, labels)
        if labels.draw is not None:
            elements = elements * labels.draw.weight
        return self.reduce((elements if weight is None else elements * weight).sum(), labels)
