"""APL: unknown labels with the lowest predictions become soft negatives."""

from collections.abc import Sequence

from mmengine.runner import Runner

from ...datasets import PartialLabelDataset
from ...memory.soft_negatives import SoftNegatives
from ...models.losses import EntropyMaximizationLoss
from ...progress import pass_length
from ...registry import HOOKS
from .label_memory_hook import LabelMemoryHook
from .needed_parts import need_loss


@HOOKS.register_module()
class AsymmetricPseudoLabelHook(LabelMemoryHook):
    """Asymmetric pseudo labels, https://arxiv.org/abs/2203.16219.

    They are for :class:`mmpartial.EntropyMaximizationLoss`. After each epoch from ``warmup`` on
    (counted from 1), the hook predicts the training images in evaluation mode. In each class,
    int(neg_proportion * n / (epochs - warmup)) more of the n unknown labels then become soft
    negatives: the least likely labels keep their probability from then on. A label takes two bytes,
    and four more in each process during the pass.

    **Differs from the authors' code**, which makes no labels if an epoch has one batch, reads a
    soft label of exactly 0 as unknown, and makes labels after the last epoch, which no step uses.

    Args:
        warmup: First epoch after which labels are made; the authors have 5 of 10 epochs, 4 for
            NUS-WIDE and 3 for CUB.
        neg_proportion: Share of the unknown labels that are soft negatives in the end.
        pipeline: Transforms of the pass. None takes the training pipeline, as the authors do.

    Raises:
        ValueError: The run is too short for the warm-up, or the model has no such loss.
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

    def make_label_memory(self, runner: Runner, dataset: PartialLabelDataset) -> SoftNegatives:
        """A table without any soft label."""
        found = any(isinstance(h.loss_module, EntropyMaximizationLoss) for h in self.heads)
        need_loss(self, found, "EntropyMaximizationLoss")
        epochs = runner.max_iters // pass_length(runner)
        if self.warmup >= epochs:
            raise ValueError(
                f"AsymmetricPseudoLabelHook.warmup={self.warmup} leaves none of the {epochs} "
                "epochs for pseudo labels: lower it, or raise train_cfg.max_epochs."
            )
        return SoftNegatives(dataset, epochs, self.warmup, self.neg_proportion)
