"""Evaluation protocols: how unknown test labels count, and which numbers a benchmark reports."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..labels import NEGATIVE, UNKNOWN


@dataclass(frozen=True)
class Protocol:
    """A way to evaluate on partial labels.

    Attributes:
        unknown_is_negative: Unknown labels count as negatives; otherwise they do not count.
        counts_all: mAP averages all classes, with 0 for a class without a positive; otherwise it
            averages the classes with at least one positive and one negative.
        metrics: Numbers of the benchmark beside the standard ones.
        topk: The number of positive predictions of an image that the benchmark evaluates.
        findings: Names of the classes whose mean AUROC ranks the benchmark's entries.
    """

    unknown_is_negative: bool
    counts_all: bool = False
    metrics: tuple[str, ...] = ()
    topk: int | None = None
    findings: tuple[str, ...] = ()

    def see(self, labels: np.ndarray) -> np.ndarray:
        """Return the labels as this protocol counts them."""
        return np.where(labels == UNKNOWN, NEGATIVE, labels) if self.unknown_is_negative else labels

    def scored(self, positive: np.ndarray, negative: np.ndarray) -> np.ndarray:
        """Tell which classes count in mAP, ``(C,)`` bool."""
        if self.counts_all:
            return np.ones(len(positive), dtype=bool)
        return (positive > 0) & (negative > 0)

    def places(self, classes: Sequence | None) -> list[int]:
        """Find the findings among the classes.

        Raises:
            ValueError: The dataset does not have one of them.
        """
        names = list(classes or ())
        missing = [name for name in self.findings if name not in names]
        if missing:
            raise ValueError(
                f"the protocol counts {', '.join(self.findings)}, but no class is named "
                f"{', '.join(missing)}: give the classes of the dataset these names."
            )
        return [names.index(name) for name in self.findings]


PROTOCOLS = {
    "known": Protocol(unknown_is_negative=False),
    "unknown_negative": Protocol(unknown_is_negative=True),
    # CSL's `mAP_partial` for Open Images, https://arxiv.org/abs/2110.10955: `mAP` is its mean and
    # `weighted_mAP` its weighted mean.
    "csl_open_images": Protocol(unknown_is_negative=False),
    # MMPretrain's AveragePrecision, which cannot score a class without a known label at all.
    "mmpretrain": Protocol(unknown_is_negative=False, counts_all=True),
    # `mAP` of the code of ASL, CSL, Hill and COMIC.
    "miil": Protocol(unknown_is_negative=True, counts_all=True),
    # CXR-LT, https://arxiv.org/abs/2506.07984: its mAP, mAUC, mF1 and mECE are `mAP`, `auroc`,
    # `mean_F1` and `ECE`.
    "cxr_lt": Protocol(unknown_is_negative=False, metrics=("auroc",)),
    # CheXpert, https://arxiv.org/abs/1901.07031: the mean AUROC of five findings. Its entries give
    # a study the highest score of its photos; here each photo counts.
    "chexpert": Protocol(
        unknown_is_negative=False,
        metrics=("auroc",),
        findings=("Atelectasis", "Cardiomegaly", "Consolidation", "Edema", "Pleural Effusion"),
    ),
    # VAW, https://github.com/adobe-research/vaw_dataset: its mAP, mR@15, mA and F1@15 are `mAP`,
    # `CR_top15`, `balanced_accuracy` and `OF1_top15`.
    "vaw": Protocol(unknown_is_negative=False, metrics=("balanced_accuracy",), topk=15),
    # BirdSet, https://arxiv.org/abs/2403.10380: its cmAP, AUROC and T1-Acc are `mAP`, `auroc` and
    # `top1_accuracy`.
    "birdset": Protocol(unknown_is_negative=False, metrics=("auroc", "top1_accuracy")),
}


def protocol_named(name: str) -> Protocol:
    """Find a protocol by its name.

    Raises:
        ValueError: There is no such protocol.

    >>> protocol_named("voc07")
    Traceback (most recent call last):
        ...
    ValueError: there is no protocol 'voc07': choose one of known, unknown_negative, \
csl_open_images, mmpretrain, miil, cxr_lt, chexpert, vaw, birdset.
    """
    if name not in PROTOCOLS:
        raise ValueError(f"there is no protocol {name!r}: choose one of {', '.join(PROTOCOLS)}.")
    return PROTOCOLS[name]
