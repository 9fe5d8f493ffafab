"""PU-MLC's mixing regularizer against its authors' numbers, and in a classifier."""

import pytest
import torch
from mmpretrain.structures import DataSample
from torch import nn

from mmpartial.models import PULoss, PUMLCClassifier
from mmpartial.models.classifiers.pu_mlc_classifier import mixing_penalty
from mmpartial.testing import at_epoch
from tests.models.golden import Golden

PU = Golden("pumlc")
HEAD = dict(type="mmpartial.QSamplingHead", num_classes=5, in_channels=4,
            loss=dict(type="mmpartial.PULoss"))  # fmt: skip


@pytest.mark.parametrize("case", PU.cases("mixup"))
def test_golden(case):
    logits, mixed = PU[f"{case}/logits"], PU[f"{case}/mixup/mixed_logits"]
    logits.requires_grad_()
    mixed.requires_grad_()
    first, share = PU[f"{case}/mixup/perm"].long(), PU[f"{case}/mixup/lam"].item()
    value = mixing_penalty(logits, PU.target(case), mixed, first, torch.tensor([2, 3]), share)
    value.backward()
    for found, name in ((value, "loss"), (logits.grad, "grad"), (mixed.grad, "grad_mixed")):
        torch.testing.assert_close(found, PU[f"{case}/mixup/{name}"], rtol=1e-6, atol=1e-10)


def classifier(**options):
    torch.manual_seed(0)
    model = PUMLCClassifier(backbone=dict(type="mmpartial.FeatureVector"), head=HEAD, **options)
    nn.init.normal_(model.head.fc.weight)
    model.backbone = nn.Sequential(nn.BatchNorm2d(4), model.backbone)
    return model


def batch(rows):
    generator = torch.Generator().manual_seed(1)
    inputs = torch.randn(len(rows), 4, 1, 1, generator=generator)
    target = torch.randint(-1, 2, (len(rows), 5), generator=generator).float()
    samples = [DataSample().set_gt_score(label) for label in target]
    for sample, row in zip(samples, rows, strict=True):
        sample.set_field(row, "row", field_type="metainfo")
    return inputs, target, samples


def losses(model, rows, epoch=0):
    inputs, _, samples = batch(rows)
    with at_epoch(epoch):
        return model.loss(inputs, samples)


@pytest.mark.parametrize("rows", [[7, 3, 9, 4], [7, 3, 9, 4, 8]])
def test_restated(rows):
    """Each pair is one of either half; the middle of five images is in none."""
    model = classifier(mix_weight=0.5).eval()
    inputs, target, samples = batch(rows)
    with at_epoch(2):
        found = model.loss(inputs, samples)
        first, second, share = model._pairs(samples)
    assert sorted(first.tolist()) == [0, 1] and second.tolist() == [len(rows) - 2, len(rows) - 1]
    assert 0 < share < 1
    x = model(inputs)
    torch.testing.assert_close(found["loss"], PULoss()(x, target))
    total = 0.0
    for a, b in zip(first, second, strict=True):
        mixed = model((share * inputs[a] + (1 - share) * inputs[b])[None])[0].sigmoid()
        for c in range(5):
            g = [torch.ones(()) if target[i, c] == 1 else x[i, c].sigmoid() for i in (a, b)]
            total += (torch.log(share * g[0] + (1 - share) * g[1]) - mixed[c].log()) ** 2 / 2
    torch.testing.assert_close(found["mixing_loss"], 0.5 * total)


def test_draws_depend_on_seed_epoch_and_images_alone():
    rows = list(range(12))
    first = losses(classifier(), rows)["mixing_loss"]
    torch.rand(3)
    assert torch.equal(first, losses(classifier(), rows)["mixing_loss"])
    for other in (losses(classifier(), rows, epoch=1), losses(classifier(seed=1), rows)):
        assert not torch.equal(first, other["mixing_loss"])


def test_batch_norm_remembers_the_images_alone():
    model, plain = classifier(), classifier()
    losses(model, range(6))
    plain.extract_feat(batch(range(6))[0])
    for name in ("running_mean", "running_var"):
        assert torch.equal(getattr(model.backbone[0], name), getattr(plain.backbone[0], name))
    assert model.backbone[0].momentum == 0.1


def test_refusals():
    model = classifier()
    inputs, _, samples = batch(range(4))
    samples[1].pop("row")
    with pytest.raises(ValueError, match="PUMLCClassifier draws pairs of images, but the batch"):
        model.loss(inputs, samples)
    with pytest.raises(ValueError, match="mix_alpha=0 and mix_weight=1.0 must be positive"):
        classifier(mix_alpha=0)
    with pytest.raises(ValueError, match="head of mmpartial, but model.head is LinearClsHead"):
        PUMLCClassifier(
            backbone=dict(type="mmpartial.FeatureVector"),
            head=dict(type="LinearClsHead", num_classes=5, in_channels=4),
        )
