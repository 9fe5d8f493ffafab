"""Pseudo labels where a model is sure."""

import torch

from mmpartial.labels import LabelBatch
from mmpartial.memory.base import HeadOutput
from mmpartial.memory.sure_labels import SureLabels

TARGET = torch.tensor([[1.0, 0.0, -1.0, -1.0, -1.0, -1.0], [-1.0] * 6])
LOGITS = torch.tensor([[-9.0, 9.0, 4.1, -4.1, 4.0, 0.0], [5.0, -5.0, 0.0, 0.0, 0.0, 0.0]])


def learn(table, logits, epoch=2):
    labels = LabelBatch(TARGET, TARGET == -1, row=torch.tensor([2, 0]))
    table.end_epoch(lambda: [HeadOutput(labels, logits)], None, epoch)


def test_sure_predictions_of_unknown_labels_alone():
    table = SureLabels(3, 6, "x", start=3, logit=4.0)
    learn(table, LOGITS, epoch=1)
    row = torch.tensor([2, 0])
    assert torch.equal(table.completed(row, TARGET), TARGET)
    learn(table, LOGITS, epoch=2)  # the third
    expected = torch.tensor([[1.0, 0.0, 1.0, 0.0, -1.0, -1.0], [1.0, 0.0, -1.0, -1.0, -1.0, -1.0]])
    assert torch.equal(table.completed(row, TARGET), expected)
    full = torch.zeros(2, 6)
    assert torch.equal(table.completed(row, full), full)


def test_each_pass_decides_anew():
    table = SureLabels(3, 6, "x", start=1, logit=4.0)
    learn(table, LOGITS)
    learn(table, -LOGITS.where(LOGITS > 0, 0))
    found = table.completed(torch.tensor([2, 0]), TARGET)
    assert found[0].tolist() == [1, 0, 0, -1, -1, -1] and found[1].tolist() == [0] + [-1] * 5
