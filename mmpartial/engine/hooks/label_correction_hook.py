"""Remembering the corrections of LL-Cp."""

from mmengine.runner import Runner

from ...datasets import PartialLabelDataset
from ...memory.corrections import Corrections
from ...models.losses import LargeLoss
from ...registry import HOOKS
from .label_memory_hook import LabelMemoryHook
from .needed_parts import need_loss


@HOOKS.register_module()
class LabelCorrectionHook(LabelMemoryHook):
    """Keep the labels that :class:`mmpartial.LargeLoss` in ``mode='LL-Cp'`` made positive.

    They stay positive; the loss uses them from the next step with the image on. They take one byte
    a label. They are not in the dataset, because worker processes have copies of it.

    Raises:
        ValueError: The model has no such loss.
    """

    def make_label_memory(self, runner: Runner, dataset: PartialLabelDataset) -> Corrections:
        """A table of zeros: nothing is corrected."""
        losses = [head.loss_module for head in self.heads]
        found = any(isinstance(loss, LargeLoss) and loss.mode == "LL-Cp" for loss in losses)
        need_loss(self, found, "LargeLoss", "mode='LL-Cp'")
        return Corrections(*dataset.labels.shape, dataset.fingerprint, init=0.0, dtype="uint8")
