from .partial_bce_loss import PartialBCELoss
from .partial_imbalance_loss import PartialImbalanceLoss
from .partial_loss import PartialLoss

__all__ = ["PartialBCELoss", "PartialImbalanceLoss", "PartialLoss"]
