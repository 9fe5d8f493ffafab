"""ASL as others publish it: its authors, timm and mlcpl. Only what is there is compared."""

from collections.abc import Callable
from importlib.util import find_spec

from authors import Authors
from loss_inputs import ASL
from torch import Tensor

Loss = Callable[[Tensor, Tensor], Tensor]


def published_asl(authors: Authors | None) -> dict[str, Loss]:
    """Losses of logits and labels of 1 and 0, by the name of a table's row.

    Args:
        authors: Holds a clone of Alibaba-MIIL/ASL in the folder ASL; of their two variants, the
            faster one is taken.
    """
    losses: dict[str, Loss] = {}
    if find_spec("timm"):
        from timm.loss import AsymmetricLossMultiLabel

        losses["ASL of timm"] = AsymmetricLossMultiLabel(**ASL)
    if find_spec("mlcpl"):
        from mlcpl.losses import PartialNegativeAsymmetricWithLogitLoss

        losses["ASL of mlcpl"] = PartialNegativeAsymmetricWithLogitLoss(**ASL, reduction="sum")
    if authors:
        code = authors.load("ASL", "src/loss_functions/losses.py")
        losses["ASL of its authors"] = code.AsymmetricLossOptimized(
            **ASL, disable_torch_grad_focal_loss=True
        )
    return losses
