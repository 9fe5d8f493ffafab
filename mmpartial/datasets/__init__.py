from .annotated_images import AnnotatedImages
from .cached_features import CachedFeatures
from .chexpert import CheXpert
from .coco import COCOMultiLabel
from .cub_attributes import CUBAttributes
from .digits import ClutteredDigits
from .long_tailed_cifar import LongTailedCIFAR10, LongTailedCIFAR100
from .lvis import LVIS
from .merged_dataset import MergedDataset
from .multi_mnist import MultiMNIST
from .nus_wide import NUSWIDE
from .open_images import OpenImages
from .partial_label_dataset import PartialLabelDataset, find_partial
from .voc import VOCMultiLabel

__all__ = [
    "LVIS",
    "NUSWIDE",
    "AnnotatedImages",
    "COCOMultiLabel",
    "CUBAttributes",
    "CachedFeatures",
    "CheXpert",
    "ClutteredDigits",
    "LongTailedCIFAR10",
    "LongTailedCIFAR100",
    "MergedDataset",
    "MultiMNIST",
    "OpenImages",
    "PartialLabelDataset",
    "VOCMultiLabel",
    "find_partial",
]
