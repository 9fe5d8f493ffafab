"""The losses of mmpartial that ``losses.py`` times."""

from dataclasses import replace

import numpy as np
import torch
from default_method import default_loss
from loss_inputs import ASL, CSL, LARGE_LOSSES, SELECTIVE, Inputs
from newer_losses import our_newer_losses
from torch import nn

from mmpartial.labels import LabelBatch
from mmpartial.models import losses as m
from mmpartial.registry import MODELS
from mmpartial.testing import set_up


def our_losses(inputs: Inputs) -> dict[str, tuple[nn.Module, LabelBatch]]:
    """Make each loss and its labels, by the name of the table's row."""
    plain, positives = inputs.labels(), inputs.labels(negatives=False)
    asl = m.PartialAsymmetricLoss(gamma_unknown=4, **ASL)
    pasl = m.PartialAsymmetricLoss(gamma_unknown=4, **CSL)
    rows: dict[str, tuple[nn.Module, LabelBatch]] = {
        "PartialBCELoss (AN)": (m.PartialBCELoss(), plain),
        "PartialBCELoss (AN), eps='cole'": (m.PartialBCELoss(eps="cole"), plain),
        "PartialBCELoss (AN-LS)": (m.PartialBCELoss(label_smoothing=0.1), plain),
        "PartialBCELoss (IU)": (m.PartialBCELoss(unknown="ignore"), plain),
        "PartialBCELoss (SST)": (m.PartialBCELoss(unknown="ignore", average="known"), plain),
        "WeakAssumeNegativeLoss": (m.WeakAssumeNegativeLoss(), plain),
        "ExpectedPositiveLoss": (m.ExpectedPositiveLoss(expected_positives=2.9), plain),
        "ROLELoss": (
            m.ROLELoss(expected_positives=2.9), inputs.labels(pseudo=inputs.estimates)
        ),
        "EntropyMaximizationLoss (EM)": (m.EntropyMaximizationLoss(), positives),
        "EntropyMaximizationLoss (EM+APL)": (
            m.EntropyMaximizationLoss(), inputs.labels(False, inputs.half_labelled())
        ),
        "PartialAsymmetricLoss (ASL)": (asl, plain),
        "PartialAsymmetricLoss (P-ASL)": (pasl, plain),
        "PartialAsymmetricLoss (CSL)": (selective_loss(inputs), plain),
        "DecoupledAsymmetricLoss (DP-ASL)": (m.DecoupledAsymmetricLoss(), half_mixed(plain)),
        "HillLoss": (m.HillLoss(), plain),
        "SPLCLoss": (m.SPLCLoss(), positives),
        "PartialFocalLoss": (m.PartialFocalLoss(), plain),
    }  # fmt: skip
    rows |= {f"LargeLoss ({mode})": (m.LargeLoss(mode=mode), plain) for mode in LARGE_LOSSES}
    return rows | our_counting_losses(inputs) | our_newer_losses(inputs)


def half_mixed(labels: LabelBatch) -> LabelBatch:
    """Mark every other image as a mixture."""
    return replace(labels, mixed=torch.arange(len(labels.target)) % 2 == 1)


def selective_loss(inputs: Inputs) -> nn.Module:
    return m.PartialAsymmetricLoss(
        unknown="selective", prior=inputs.prior.tolist(), gamma_unknown=4,
        **CSL, **SELECTIVE,
    )  # fmt: skip


def our_counting_losses(inputs: Inputs) -> dict[str, tuple[nn.Module, LabelBatch]]:
    """Make the losses that need counts of training labels, and those without authors' code."""
    plain = inputs.labels()
    counts = inputs.counts.tolist()
    ratio = (inputs.counts / (inputs.images - inputs.counts)).tolist()
    stock = dict(type="mmpretrain.AsymmetricLoss")
    return {
        "DistributionBalancedLoss": (
            m.DistributionBalancedLoss(class_counts=counts, num_images=inputs.images), plain
        ),
        "MultiFocalModifierLoss": (
            m.MultiFocalModifierLoss(class_counts=counts, cooccurrence_counts=inputs.pairs), plain
        ),
        "MultiFocalModifierLoss (multi-grained)": (
            m.MultiFocalModifierLoss(
                class_counts=counts, cooccurrence=False, exponent=1 / 6, gamma_neg=4
            ), plain
        ),
        "ReflectiveLabelCorrectorLoss": (
            m.ReflectiveLabelCorrectorLoss(class_counts=counts), inputs.labels(negatives=False)
        ),
        "PartialLabelMaskingLoss (BCE)": (
            m.PartialLabelMaskingLoss(
                loss=m.PartialBCELoss(), positive_ratio=ratio, ideal_ratio=0.5
            ), plain
        ),
        "PartialImbalanceLoss": (
            set_up(MODELS.build(default_loss()), inputs.training_labels),
            inputs.labels(pseudo=inputs.pseudo),
        ),
        "PartialImbalanceLoss (positives only)": (
            set_up(MODELS.build(default_loss()), positive_alone(inputs.training_labels)),
            inputs.labels(pseudo=inputs.pseudo, negatives=False),
        ),
        "AssumeNegative (AsymmetricLoss)": (m.AssumeNegative(loss=stock), plain),
        "IgnoreUnknown (AsymmetricLoss)": (m.IgnoreUnknown(loss=stock), plain),
    }  # fmt: skip


def positive_alone(labels: np.ndarray) -> np.ndarray:
    """The labels with negatives as unknown ones."""
    return np.where(labels == 0, -1, labels)
