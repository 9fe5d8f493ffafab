from .coco import COCOMultiLabel
from .digits import ClutteredDigits
from .long_tailed_cifar import LongTailedCIFAR10, LongTailedCIFAR100
from .partial_label_dataset import PartialLabelDataset, find_partial

__all__ = [
    "COCOMultiLabel",
    "ClutteredDigits",
    "LongTailedCIFAR10",
    "LongTailedCIFAR100",
    "PartialLabelDataset",
    "find_partial",
]
