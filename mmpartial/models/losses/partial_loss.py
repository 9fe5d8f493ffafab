"""What all losses for partial labels have in common."""

import torch
from torch import Tensor, nn

from ...labels import LabelBatch


class PartialLoss(nn.Module):
    """Base of losses that know about unknown labels.

    A subclass implements :meth:`compute`, which turns logits and a
    :class:`~mmpartial.labels.LabelBatch` into one scalar, and says in its docstring what it does
    with unknown labels and what it averages over. Whatever it puts into ``diagnostics`` is
    logged and never added to the loss.
    """

    def __init__(self) -> None:
        super().__init__()
        self.diagnostics: dict[str, Tensor] = {}

    def compute(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """The loss, a scalar, of ``(B, L)`` logits in float32 or float64."""
        raise NotImplementedError(f"{type(self).__name__} has no compute(logits, labels).")

    def forward(
        self, cls_score: Tensor, labels: LabelBatch | Tensor, avg_factor: float | None = None
    ) -> Tensor:
        """Compute the loss.

        Args:
            cls_score: ``(B, L)`` logits. Half precision is computed in float32.
            labels: The batch's labels. A plain ``(B, L)`` target, as MMPretrain's own heads
                pass it, means that all unknown entries count and nothing is remembered.
            avg_factor: Ignored; stock heads pass it.

        Raises:
            ValueError: The head and the labels have different numbers of classes.
        """
        if isinstance(labels, Tensor):
            labels = LabelBatch.from_target(labels)
        if cls_score.shape != labels.target.shape:
            raise ValueError(
                f"the head gives {tuple(cls_score.shape)} scores but the labels are "
                f"{tuple(labels.target.shape)}: set model.head.num_classes="
                f"{labels.target.shape[-1]}, the dataset's number of classes."
            )
        if cls_score.dtype in (torch.float16, torch.bfloat16):
            cls_score = cls_score.float()
        return self.compute(cls_score, labels)
