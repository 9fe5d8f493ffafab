"""Every registered loss satisfies the common contract."""

import inspect
import math
from dataclasses import replace

import mmpretrain.registry
import numpy as np
import pytest
import torch
import torch.nn.functional as F

from mmpartial.models import AssetReg, HeadTailBalancerLoss, PartialLoss
from mmpartial.models.losses import ElementLoss
from mmpartial.registry import MODELS
from mmpartial.schedules import Pair
from mmpartial.testing import CHECKS, at_epoch, batch, check_loss, set_up, training_labels

BCE = dict(type="mmpartial.PartialBCELoss")
ASL = dict(type="mmpretrain.AsymmetricLoss")
# What has to be given, and more than one variant where they differ much.
OPTIONS = {
    "AssetReg": [
        dict(alpha=0.5, eps=0.2, loss=BCE), dict(alpha=1, loss=dict(type="mmpartial.ZLPRLoss")),
    ],
    "ExpectedPositiveLoss": [dict(expected_positives=2.9)],
    "ROLELoss": [dict(expected_positives=2.9)],
    "AssumeNegative": [dict(loss=ASL)],
    "IgnoreUnknown": [dict(loss=ASL)],
    "PartialLabelMaskingLoss": [dict(loss=BCE), dict(loss=BCE | dict(unknown="ignore"))],
    "PartialBCELoss": [{}, dict(unknown="ignore", average="known"), dict(label_smoothing=0.1)],
    "PartialAsymmetricLoss": [
        {},
        dict(unknown="ignore"),
        dict(unknown="ignore_normalize_classes"),
        dict(unknown="selective", prior=[0.1, 0.6, 0.1, 0.1, 0.7, 0.1, 0.1]),
        dict(clip=0.05, gamma_pos=1, detach_focal=False),
    ],
    "LargeLoss": [dict(mode=mode, delta=0.02) for mode in ("LL-R", "LL-Ct", "LL-Cp")],
    "DistributionBalancedLoss": [
        {}, dict(reweight="CB"), dict(reweight="CB", cb_mode="average_n"),
        dict(reweight="inv", focal=False), dict(reweight=None, unknown="ignore"),
    ],
    "MultiFocalModifierLoss": [{}, dict(cooccurrence=False, exponent=1 / 6, gamma_neg=4)],
    "GRLoss": [
        dict(expected_positives=2), dict(penalty=0.5, expected_positives=2),
        dict(known_negative="estimate", unknown="ignore", q3=1.5, expected_positives=2),
    ],
    "TwoWayLoss": [{}, dict(unknown="ignore", temperature_pos=1)],
    "ZLPRLoss": [dict(unknown=unknown) for unknown in ("negative", "ignore", "pseudo")],
    "AsymmetricPolynomialLoss": [
        {}, dict(lamb=1.5, detach_focal=False), dict(clip=0, gamma_neg=0, epsilon_neg=0.5),
    ],
    "PartialImbalanceLoss": [
        {}, dict(ratio_mode="soft", pseudo_weighting="ratio", gate=None, unknown_scale="parts"),
        dict(gate=None, chance=((0, 10), (-1, -8)), bound_at=0.5),
        dict(smoothing=0.5, power_fades=True),
    ],
}  # fmt: skip
ABSTRACT = (PartialLoss, ElementLoss)


def registered():
    """Every loss of mmpartial, and those that anybody else has registered."""
    for registry in (MODELS, mmpretrain.registry.MODELS):
        for cls in registry.module_dict.values():
            if inspect.isclass(cls) and issubclass(cls, PartialLoss) and cls not in ABSTRACT:
                yield cls


VARIANTS = [(cls, options) for cls in registered() for options in OPTIONS.get(cls.__name__, [{}])]
ids = [f"{cls.__name__}-{i}" for i, (cls, _) in enumerate(VARIANTS)]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("cls, options", VARIANTS, ids=ids)
def test_contract(cls, options, check):
    def make():
        options_here = dict(options)
        if check.__name__ == "check_class_order":
            options_here.pop("prior", None)  # belongs to the order of the classes
        return set_up(cls(**options_here), training_labels())

    for epoch in (0, 5):
        with at_epoch(epoch):
            check(make)


@pytest.mark.parametrize("cls, options", VARIANTS, ids=ids)
def test_average_is_declared_and_scales(cls, options):
    """``average`` divides one and the same sum, unless the docstring says who averages."""
    if "average" not in inspect.signature(cls).parameters:
        assert "average" in cls.__doc__
        return
    logits, labels = batch()
    divisor = dict(sum=1, image=6, element=42, known=int(labels.known.sum()))
    parts = cls.__name__ == "PartialImbalanceLoss"
    for average in ("sum", "image") if parts else divisor:
        loss, total = (
            set_up(cls(**options | dict(average=a)), training_labels()) for a in (average, "sum")
        )
        value = loss(logits, labels) * divisor[average]
        torch.testing.assert_close(value, total(logits, labels))
    with pytest.raises(ValueError, match="average='mean'"):
        cls(**options | dict(average="mean"))


@pytest.mark.parametrize("cls, options", VARIANTS, ids=ids)
def test_unselected_unknown_labels_do_not_count(cls, options):
    """Or the loss says so, and the head refuses q below 1."""
    loss = set_up(cls(**options), training_labels())
    if not loss.samples_unknown:
        return
    logits, labels = batch()
    selected = labels.selected & (torch.arange(7) % 2 == 0)
    fewer = replace(labels, selected=selected, all_selected=False)
    x = logits.requires_grad_()
    loss(x, fewer).backward()
    out = labels.selected & ~selected
    if cls is not AssetReg:  # which does not look at labels
        assert (x.grad[out] == 0).all()
    assert (x.grad[labels.known] != 0).any()


SIGNED = ("margin", "mu", "lamb", "init_bias", "b_pos", "b_neg", "w", "b", "epsilon_pos",
          "epsilon_pos_pow", "epsilon_neg")  # fmt: skip


@pytest.mark.parametrize("cls", dict.fromkeys([*registered(), HeadTailBalancerLoss]))
def test_numbers_out_of_range_are_refused(cls):
    """As negative exponents and weights are, by any option that is one number or a pair."""
    options = OPTIONS.get(cls.__name__, [dict(loss=BCE)] if cls is HeadTailBalancerLoss else [{}])
    for name, parameter in inspect.signature(cls).parameters.items():
        if parameter.annotation not in (float, float | None, Pair):
            continue
        for value in (math.nan, math.inf, *([] if name in SIGNED else [-1.0])):
            given = (0.5, value) if parameter.annotation is Pair else value
            with pytest.raises(ValueError, match=f"{name}=.*{value}"):
                cls(**options[0] | {name: given})


WITHOUT_EFFECT = {  # on the batch below; other tests have their effects
    "DecoupledAsymmetricLoss": ["mixed_gamma_pos", "mixed_gamma_neg", "mixed_clip"],
    "EntropyMaximizationLoss": ["alpha"],
    "PartialAsymmetricLoss": ["likelihood_topk", "prior_threshold"],
    "PartialImbalanceLoss": ["gamma", "p_thr"],
    "PartialLabelMaskingLoss": ["change_rate", "seed"],
}


@pytest.mark.parametrize("cls", dict.fromkeys(registered()))
def test_no_option_is_ignored(cls):
    """Another number gives another loss, in one of the variants and in some epoch."""

    def results(options):
        for epoch in (0, 1, 50):
            loss, (logits, labels) = set_up(cls(**options), training_labels()), batch()
            with at_epoch(epoch):
                loss(logits, labels)  # a step before, for losses that remember
                value = loss(logits.requires_grad_(), labels)
            yield value.item(), torch.autograd.grad(value, logits)[0].tolist()

    variants = [(options, [*results(options)]) for options in OPTIONS.get(cls.__name__, [{}])]
    ignored = []
    for name, parameter in inspect.signature(cls).parameters.items():
        if parameter.annotation in (int, float, Pair):
            for options, result in variants:
                old = np.array(options.get(name, parameter.default))
                new = (old + 1 if parameter.annotation is int else old / 2 + 0.02).tolist()
                if [*results(options | {name: new})] != result:
                    break
            else:
                ignored.append(name)
    assert ignored == WITHOUT_EFFECT.get(cls.__name__, [])


def test_full_labels_are_plain_bce():
    """The losses that are BCE on full labels are torch's."""
    logits, labels = batch("known negative")
    expected = F.binary_cross_entropy_with_logits(logits, labels.target)
    for cls, options in [
        ("PartialBCELoss", {}), ("PartialBCELoss", dict(unknown="ignore")), ("LargeLoss", {}),
        ("EntropyMaximizationLoss", dict(eps=None)), ("PartialLabelMaskingLoss", dict(loss=BCE)),
        ("PartialAsymmetricLoss", dict(gamma_neg=0, average="element")),
    ]:  # fmt: skip
        loss = set_up(MODELS.build(dict(type=f"mmpartial.{cls}", **options)), training_labels())
        torch.testing.assert_close(loss(logits, labels), expected, rtol=1e-6, atol=0)


def test_weights_without_focus_multiply_bce():
    logits, labels = batch("known negative")
    gammas = dict(gamma_pos=0, gamma_neg=0, gamma_unknown=0)
    loss = dict(type="mmpartial.PartialAsymmetricLoss", alpha_pos=3, average="element", **gammas)
    weight = 1 + 2 * labels.target
    expected = F.binary_cross_entropy_with_logits(logits, labels.target, weight)
    torch.testing.assert_close(MODELS.build(loss)(logits, labels), expected)


class ReadsUnknown(PartialLoss):
    """A loss that trains on -1, as it must not."""

    def compute(self, logits, labels):
        return ((logits - labels.target) ** 2 * (labels.pseudo if labels.known.all() else 1)).mean()


class Modifies(PartialLoss):
    """A loss that writes into its input."""

    def compute(self, logits, labels):
        labels.target.clamp_(min=0)
        return F.binary_cross_entropy_with_logits(logits, labels.target)


class Infinite(PartialLoss):
    """A loss that is not defined without labels."""

    def compute(self, logits, labels):
        return (logits * labels.known).sum() / labels.known.sum()


@pytest.mark.parametrize("wrong, message", [
    (ReadsUnknown, "pseudo labels matter|NoneType"), (Modifies, "an input was modified"),
    (Infinite, "the loss is nan"),
])  # fmt: skip
def test_the_contract_can_fail(wrong, message):
    with pytest.raises((AssertionError, TypeError), match=message):
        check_loss(wrong)
