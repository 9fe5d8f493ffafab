"""The unknown labels that LL-Cp has made positive from now on."""

from typing import Any

from .base import HeadOutput
from .label_table import LabelTable


class Corrections(LabelTable):
    """A table of 1 for labels that :class:`mmpartial.LargeLoss` corrected, and 0 for others."""

    def update(self, output: HeadOutput, loss: Any, epoch: int, lr: float) -> None:
        """Write this step's corrections."""
        corrections = getattr(loss, "corrections", None)
        if corrections is not None:
            assert output.labels.row is not None
            self.set(output.labels.row, corrections, 1.0)
