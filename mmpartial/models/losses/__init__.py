from .distribution_balanced_loss import DistributionBalancedLoss
from .element_loss import ElementLoss
from .entropy_maximization_loss import EntropyMaximizationLoss
from .expected_positive_loss import ExpectedPositiveLoss
from .head_tail_balancer_loss import HeadTailBalancerLoss
from .hill_loss import HillLoss
from .label_corrector_loss import ReflectiveLabelCorrectorLoss
from .large_loss import LargeLoss
from .multi_focal_modifier_loss import MultiFocalModifierLoss
from .partial_asymmetric_loss import PartialAsymmetricLoss
from .partial_bce_loss import PartialBCELoss
from .partial_focal_loss import PartialFocalLoss
from .partial_imbalance_loss import PartialImbalanceLoss
from .partial_label_masking_loss import PartialLabelMaskingLoss
from .partial_loss import PartialLoss
from .role_loss import ROLELoss
from .splc_loss import SPLCLoss
from .stock_loss import AssumeNegative, IgnoreUnknown
from .weak_assume_negative_loss import WeakAssumeNegativeLoss

__all__ = [
    "AssumeNegative",
    "DistributionBalancedLoss",
    "ElementLoss",
    "EntropyMaximizationLoss",
    "ExpectedPositiveLoss",
    "HeadTailBalancerLoss",
    "HillLoss",
    "IgnoreUnknown",
    "LargeLoss",
    "MultiFocalModifierLoss",
    "PartialAsymmetricLoss",
    "PartialBCELoss",
    "PartialFocalLoss",
    "PartialImbalanceLoss",
    "PartialLabelMaskingLoss",
    "PartialLoss",
    "ROLELoss",
    "ReflectiveLabelCorrectorLoss",
    "SPLCLoss",
    "WeakAssumeNegativeLoss",
]
