"""What methods remember of labels is no weight: nothing broadcasts, averages or rounds it."""

import pytest
from torch import nn

from mmpartial.labels.matrix import LabelMatrix
from mmpartial.memory.label_estimates import LabelEstimates
from mmpartial.models import NormalizedClassifier
from mmpartial.models.heads import QSamplingMixin
from mmpartial.registry import MODELS
from mmpartial.testing import at_epoch, batch, set_up, training_labels
from tests.models.test_contract import VARIANTS

HEADS = [
    cls
    for cls in {**MODELS.module_dict}.values()
    if isinstance(cls, type) and issubclass(cls, QSamplingMixin) and cls.__module__ != __name__
]
OPTIONS = {"QSamplingCSRAHead": dict(num_heads=1, lam=0.1)}


@pytest.mark.parametrize("cls, options", VARIANTS, ids=lambda part: getattr(part, "__name__", ""))
def test_losses_have_neither_parameters_nor_buffers(cls, options):
    loss = set_up(cls(**options), training_labels())
    logits, labels = batch(seed=0)
    with at_epoch(0):
        loss(logits.requires_grad_(), labels)
    assert not list(loss.parameters()) and not list(loss.buffers())
    assert not loss.state_dict()


def owners(module):
    """The types of the modules that have parameters or buffers of their own."""
    return {
        type(part)
        for part in module.modules()
        if [*part.parameters(recurse=False), *part.buffers(recurse=False)]
    }


@pytest.mark.parametrize("cls", HEADS)
def test_heads_have_layers_alone(cls):
    options = OPTIONS.get(cls.__name__, {})
    head = cls(num_classes=7, in_channels=5, loss=dict(type="mmpartial.PartialBCELoss"), **options)
    assert owners(head) <= {nn.Linear, nn.Conv2d, NormalizedClassifier}
    before = set(head.state_dict())
    labels = LabelMatrix.from_dense(training_labels())
    head.memory = LabelEstimates(labels, "owner", seed=0, max_memory=1.0, lr_mult=1.0)
    assert set(head.state_dict()) == before
    assert not any(part is head.memory.logits for part in head.parameters())
