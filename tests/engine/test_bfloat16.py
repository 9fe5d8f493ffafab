"""A training step in bfloat16 on a CPU: what is rounded, and what is not."""

import torch
from mmpretrain.structures import DataSample

from mmpartial.engine.bfloat16 import BFloat16OptimWrapper
from mmpartial.memory.pseudo_labels import PseudoLabels
from mmpartial.models import QSamplingHead
from mmpartial.testing import at_epoch, set_up, training_labels


def test_logits_are_rounded_and_loss_labels_and_weights_are_not():
    loss = dict(type="mmpartial.PartialImbalanceLoss", p_mode="off")
    head = QSamplingHead(num_classes=7, in_channels=5, loss=loss)
    set_up(head.loss_module, training_labels())
    head.memory = PseudoLabels(4, 7, "", 0.25, debias=True)
    samples = [DataSample().set_gt_score(torch.full((7,), -1.0)) for _ in range(4)]
    for row, sample in enumerate(samples):
        sample.gt_score[row] = 1.0
        sample.set_field(row, "row", field_type="metainfo")
    before = head.fc.weight.detach().clone()
    wrapper = BFloat16OptimWrapper(torch.optim.SGD(head.parameters(), lr=1.0))
    with at_epoch(0):
        with wrapper.optim_context(head):
            value = head.loss((torch.randn(4, 5),), samples)["loss"]
        wrapper.update_params(value)
        head.memory.update(head.output, head.loss_module, 0, 0.0)
    assert head.output.logits.dtype == torch.bfloat16
    assert value.dtype == head.fc.weight.dtype == torch.float32
    assert not torch.equal(head.fc.weight, before)
    exact = head.loss_module(head.output.logits.double(), head.output.labels)
    torch.testing.assert_close(value.double(), exact, rtol=1e-5, atol=0)
    learnt, prob = head.memory.lookup(torch.arange(4)), head.output.logits.double()
    prob = head.loss_module.posterior(prob).half().float()
    unknown = head.output.labels.selected
    torch.testing.assert_close(learnt[unknown], prob[unknown], rtol=0, atol=1e-3)
