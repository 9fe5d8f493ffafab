"""Any loss for full labels, MMPretrain's or a user's own, on partial labels."""

import inspect

from torch import Tensor, nn

from ...labels import LabelBatch
from ...registry import MODELS
from .element_loss import ElementLoss
from .partial_loss import PartialLoss


def _build(loss: dict | nn.Module) -> nn.Module:
    module = MODELS.build(loss) if isinstance(loss, dict) else loss
    if isinstance(module, PartialLoss):
        raise ValueError(
            f"{type(module).__name__} knows about unknown labels itself: use it without a wrapper."
        )
    return module


@MODELS.register_module()
class AssumeNegative(PartialLoss):
    """A loss for full labels that reads unknown labels as negatives.

    Its own options decide on the average.

    Args:
        loss: The loss or its config, called with ``(N, C)`` logits and a target of 1 and 0.

    Raises:
        ValueError: The loss knows about unknown labels itself.
    """

    samples_unknown = False

    def __init__(self, *, loss: dict | nn.Module):
        super().__init__()
        self.loss = _build(loss)

    def compute(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """The wrapped loss."""
        return self.loss(logits, labels.positive)


@MODELS.register_module()
class IgnoreUnknown(ElementLoss):
    """A loss for full labels whose unknown elements do not count.

    Args:
        loss: The loss or its config, called with ``(N, C)`` logits and a target of 1 and 0. It
            has to return ``(N, C)`` values, with ``reduction_override='none'`` if it has this
            option, as MMPretrain's losses do, and otherwise with its own ``reduction='none'``.
        average: ``'element'``, ``'known'``, ``'image'`` or ``'sum'``.

    Raises:
        ValueError: The loss knows about unknown labels itself, or has no value for each element.
    """

    def __init__(self, *, loss: dict | nn.Module, average: str = "element"):
        super().__init__(unknown="ignore", average=average)
        self.loss = _build(loss)
        takes = inspect.signature(self.loss.forward).parameters
        self.options = {"reduction_override": "none"} if "reduction_override" in takes else {}

    def elements(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """The wrapped loss, not reduced."""
        values = self.loss(logits, labels.positive, **self.options)
        if values.shape != logits.shape:
            raise ValueError(
                f"{type(self.loss).__name__} gives {tuple(values.shape)} values for "
                f"{tuple(logits.shape)} logits: give it reduction='none', or take "
                "mmpartial.AssumeNegative."
            )
        return values
