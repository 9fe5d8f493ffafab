"""Scores of several views of an image as one."""

import pytest
import torch
from mmpretrain.structures import DataSample

from mmpartial.models.decision import Decision
from mmpartial.registry import MODELS


@pytest.mark.parametrize(
    "decide, expected", [({}, [1]), (dict(thr=0.35), [1, 2]), (dict(topk=2), [1, 2])]
)
def test_decides_on_the_mean(decide, expected):
    head = dict(type="MultiLabelLinearClsHead", num_classes=3, in_channels=4, **decide)
    module = dict(type="ImageClassifier", backbone=dict(type="ResNet", depth=18), head=head)
    model = MODELS.build(dict(type="mmpartial.MultiLabelTTA", module=module))
    views = []
    for score in ([0.6, 0.9, 0.3], [0.0, 0.8, 0.5]):
        sample = DataSample(metainfo=dict(img_path="a.jpg", row=7))
        sample.set_gt_score(torch.tensor([1, 0, -1])).set_pred_score(torch.tensor(score))
        views.append(sample.set_pred_label(torch.tensor([0, 1])))
    (merged,) = model.merge_preds([views])
    torch.testing.assert_close(merged.pred_score, torch.tensor([0.3, 0.85, 0.4]))
    assert sorted(merged.pred_label.tolist()) == expected
    assert merged.gt_score.tolist() == [1, 0, -1] and merged.row == 7


def test_decides_by_the_thresholds_of_a_checkpoint():
    loss = dict(type="mmpartial.PartialBCELoss")
    head = dict(type="mmpartial.QSamplingHead", num_classes=3, in_channels=4, loss=loss)
    module = dict(type="ImageClassifier", backbone=dict(type="ResNet", depth=18), head=head)
    model = MODELS.build(dict(type="mmpartial.MultiLabelTTA", module=module))
    head = model.module.head
    head.decision = Decision(head.loss_module, None, [0.2, 0.9, 0.4])
    views = [
        DataSample().set_pred_score(torch.tensor(score)).set_pred_label(torch.tensor([0]))
        for score in ([0.6, 0.9, 0.3], [0.0, 0.8, 0.5])
    ]
    (merged,) = model.merge_preds([views])
    assert merged.pred_label.tolist() == [0, 2]
