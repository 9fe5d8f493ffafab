"""Evaluation protocols: how unknown test labels count, and which classes enter mAP."""

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
    """

    unknown_is_negative: bool
    counts_all: bool = False

    def see(self, labels: np.ndarray) -> np.ndarray:
        """Return the labels as this protocol counts them."""
        return np.where(labels == UNKNOWN, NEGATIVE, labels) if self.unknown_is_negative else labels

    def scored(self, positive: np.ndarray, negative: np.ndarray) -> np.ndarray:
        """Tell which classes enter mAP, ``(C,)`` bool."""
        if self.counts_all:
            return np.ones(len(positive), dtype=bool)
        return (positive > 0) & (negative > 0)


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
}


def protocol_named(name: str) -> Protocol:
    """Find a protocol by its name.

    Raises:
        ValueError: There is no such protocol.

    >>> protocol_named("voc07")
    Traceback (most recent call last):
        ...
    ValueError: there is no protocol 'voc07': choose one of known, unknown_negative, \
csl_open_images, mmpretrain, miil.
    """
    if name not in PROTOCOLS:
        raise ValueError(f"there is no protocol {name!r}: choose one of {', '.join(PROTOCOLS)}.")
    return PROTOCOLS[name]
