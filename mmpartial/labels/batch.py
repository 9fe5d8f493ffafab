"""The labels of a batch, as heads give them to losses."""

from dataclasses import dataclass

from torch import Tensor

from .states import UNKNOWN


@dataclass
class LabelBatch:
    """The labels of a batch as a loss sees them.

    Attributes:
        target: ``(B, L)``, 1, 0 or -1; soft values in [0, 1] are known.
        selected: ``(B, L)`` bool, the unknown entries that count in this step.
        pseudo: ``(B, L)`` in [0, 1], remembered labels of the unknown entries, or None.
        row: ``(B,)`` int64, the stable numbers of the images, or None.
        all_selected: That ``selected`` holds all unknown entries is known beforehand, so that a
            loss need not look.
    """

    target: Tensor
    selected: Tensor
    pseudo: Tensor | None = None
    row: Tensor | None = None
    all_selected: bool = False

    @classmethod
    def from_target(cls, target: Tensor) -> "LabelBatch":
        """A batch in which every unknown entry counts and nothing is remembered.

        >>> import torch
        >>> LabelBatch.from_target(torch.tensor([[1., 0., -1.]])).selected
        tensor([[False, False,  True]])
        """
        return cls(target, selected=target == UNKNOWN, all_selected=True)

    @property
    def known(self) -> Tensor:
        """``(B, L)`` bool, the entries whose label is known."""
        return self.target >= 0

    @property
    def positive(self) -> Tensor:
        """``(B, L)``, the target with unknown entries as negatives."""
        return self.target.clamp(min=0)


def known_and_positive(target: Tensor) -> tuple[Tensor, Tensor]:
    """Float masks of a target: 1 where it is known, and the label there (0 elsewhere).

    Arithmetic on floats costs a third of boolean masks on a CPU.

    >>> import torch
    >>> known_and_positive(torch.tensor([1., 0., -1., 0.3]))
    (tensor([1., 1., 0., 1.]), tensor([1.0000, 0.0000, 0.0000, 0.3000]))
    """
    return (target - UNKNOWN).clamp_(max=1), target.clamp(min=0)
