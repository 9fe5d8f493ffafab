from .coco import COCOMultiLabel
from .digits import ClutteredDigits
from .partial_label_dataset import PartialLabelDataset, find_partial

__all__ = ["COCOMultiLabel", "ClutteredDigits", "PartialLabelDataset", "find_partial"]
