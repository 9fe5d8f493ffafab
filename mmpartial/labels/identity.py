"""Whether labels are the same: their hash, and a comparison."""

import numpy as np
import torch

from ..utils.counter_rng import hash_ints
from . import encoding
from .matrix import LabelMatrix


def label_hash(labels: LabelMatrix, names: np.ndarray) -> str:
    """A hash of labels that does not depend on the order of the images.

    Args:
        labels: The labels.
        names: ``(N,)`` int64, a hash of each image's name.
    """
    total = int(hash_ints(labels.shape[1], labels.default_state))
    for start in range(0, len(labels), encoding.CHUNK):
        name = torch.from_numpy(np.array(names[start : start + encoding.CHUNK]))
        total += int(hash_ints(name).sum())
    for start in range(0, len(labels.codes), encoding.CHUNK):
        stop = min(start + encoding.CHUNK, len(labels.codes))
        first = int(np.searchsorted(labels.indptr, start, "right")) - 1
        last = int(np.searchsorted(labels.indptr, stop, "left"))
        ends = np.clip(labels.indptr[first : last + 1], start, stop)
        image: np.ndarray = np.repeat(np.arange(first, last), np.diff(ends))
        code = torch.from_numpy(labels.codes[start:stop].astype(np.int64))
        total += int(hash_ints(torch.from_numpy(np.array(names[image])), code).sum())
    return f"{total % 2**64:016x}"


def is_part_of(labels: LabelMatrix, other: LabelMatrix) -> bool:
    """Whether every known label of a matrix is the same in another one."""
    ours, theirs = (encoding.keys_of_entries(*m.known(), labels.shape[1]) for m in (labels, other))
    return labels.shape == other.shape and bool(np.isin(ours, theirs, assume_unique=True).all())
