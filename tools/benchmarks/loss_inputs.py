"""Logits and labels on which losses are timed, and options that both sides of a ratio share."""

from typing import Any

import torch
from torch import Tensor

from mmpartial.labels import LabelBatch
from mmpartial.testing import training_labels

EPOCH = 5  # counted from 1
LARGE_LOSSES = ("LL-R", "LL-Ct", "LL-Cp")
ASL: dict[str, Any] = dict(gamma_neg=4, gamma_pos=1, clip=0.05)
CSL: dict[str, Any] = dict(gamma_pos=0, gamma_neg=1, clip=0)
SELECTIVE: dict[str, Any] = dict(likelihood_topk=5, prior_threshold=0.5)


class Inputs:
    """Logits, labels with a third of each state, and counts of training labels."""

    def __init__(self, images: int, classes: int):
        generator = torch.Generator().manual_seed(0)
        shape = (images, classes)
        self.logits = torch.randn(shape, generator=generator, requires_grad=True)
        self.target = torch.randint(-1, 2, shape, generator=generator).float()
        self.assumed = self.target.clamp(min=0)  # as in most authors' code: unknown is 0
        self.pseudo = torch.rand(shape, generator=generator)
        self.estimates = self.pseudo.clone().requires_grad_()
        self.prior = torch.rand(classes, generator=generator)
        self.training_labels = labels = training_labels(classes)
        labels[:2] = [[1], [0]]  # no class without positives or negatives
        positive = torch.from_numpy(labels == 1).float()
        self.images, self.counts, self.pairs = len(labels), positive.sum(0), positive.T @ positive

    def labels(self, negatives: bool = True, pseudo: Tensor | None = None) -> LabelBatch:
        """Make the labels; for authors' code without negatives, these become unknown."""
        target = self.target if negatives else torch.where(self.target == 1, 1.0, -1.0)
        row = torch.arange(len(target))
        return LabelBatch(target, target == -1, pseudo, row, all_selected=True)

    def half_labelled(self) -> Tensor:
        """Make pseudo labels for half of the entries; the others are NaN."""
        return self.pseudo.masked_fill(self.pseudo < 0.5, torch.nan)
