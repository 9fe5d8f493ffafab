"""Test-time augmentation for images with several labels."""

import torch
from mmpretrain.models import AverageClsScoreTTA
from mmpretrain.models.heads import MultiLabelClsHead
from mmpretrain.structures import DataSample

from ..registry import MODELS


@MODELS.register_module()
class MultiLabelTTA(AverageClsScoreTTA):
    """Average the scores of an image's views, and decide on the average.

    MMPretrain's ``AverageClsScoreTTA`` averages the scores, but keeps the decisions of the first
    view (``pred_label``).
    """

    def _merge_single_sample(self, data_samples: list[DataSample]) -> DataSample:
        merged = super()._merge_single_sample(data_samples)
        head, score = getattr(self.module, "head", None), merged.pred_score
        decision = getattr(head, "decision", None)
        if decision is not None:
            yes = score >= decision.thresholds.to(score)
            merged.set_pred_label(torch.where(yes)[0])
        elif isinstance(head, MultiLabelClsHead):
            by_thr = head.thr is not None
            label = torch.where(score >= head.thr)[0] if by_thr else score.topk(head.topk)[1]
            merged.set_pred_label(label)
        return merged
