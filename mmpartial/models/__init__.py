from .heads import QSamplingCSRAHead, QSamplingHead, QSamplingMixin
from .losses import PartialBCELoss, PartialImbalanceLoss, PartialLoss

__all__ = [
    "PartialBCELoss",
    "PartialImbalanceLoss",
    "PartialLoss",
    "QSamplingCSRAHead",
    "QSamplingHead",
    "QSamplingMixin",
]
