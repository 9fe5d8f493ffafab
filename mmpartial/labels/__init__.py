"""Labels of three states: 1 positive, 0 negative, -1 unknown."""

from .batch import LabelBatch, known_and_positive
from .states import NEGATIVE, POSITIVE, UNKNOWN, check, check_batch

__all__ = [
    "NEGATIVE",
    "POSITIVE",
    "UNKNOWN",
    "LabelBatch",
    "check",
    "check_batch",
    "known_and_positive",
]
