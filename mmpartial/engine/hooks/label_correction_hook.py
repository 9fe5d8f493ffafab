"""Remembering the corrections of LL-Cp."""

from mmengine.runner import Runner

from ...datasets import PartialLabelDataset
from ...memory.pseudo_labels import PseudoLabelTable
from ...models.heads import QSamplingMixin
from ...models.heads.q_sampling_head import Visit
from ...models.losses import LargeLoss
from ...registry import HOOKS
from .label_table_hook import LabelTableHook


@HOOKS.register_module()
class LabelCorrectionHook(LabelTableHook):
    """Keep what :class:`mmpartial.LargeLoss` with ``mode='LL-Cp'`` turned positive for good.

    One byte a label, outside of the dataset: worker processes have copies of that. Corrections
    are seen at an image's next visit.

    Raises:
        ValueError: A model without that loss.
    """

    def before_train(self, runner: Runner) -> None:
        """Check the loss and make the table."""
        super().before_train(runner)
        losses = [head.loss_module for head in self.heads]
        if not any(isinstance(loss, LargeLoss) and loss.mode == "LL-Cp" for loss in losses):
            raise ValueError(
                "LabelCorrectionHook found no loss with corrections: set model.head.loss="
                "dict(type='mmpartial.LargeLoss', mode='LL-Cp') or take the hook out of "
                "custom_hooks."
            )

    def make_table(
        self, runner: Runner, dataset: PartialLabelDataset, resumed: bool
    ) -> PseudoLabelTable:
        """A table of zeros: nothing is corrected."""
        classes = len(dataset.metainfo["classes"])
        return PseudoLabelTable(
            dataset.num_rows, classes, dataset.fingerprint, init=0.0, dtype="uint8", reuse=resumed
        )

    def remember(self, runner: Runner, head: QSamplingMixin, visit: Visit, epoch: int) -> None:
        """Write this step's corrections."""
        corrections = getattr(head.loss_module, "corrections", None)
        if corrections is not None:
            self.table.set(visit.labels.row, corrections, 1.0)
