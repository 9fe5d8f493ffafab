"""Schedules: values that follow from the progress of training."""

import math

from .progress import Progress
from .registry import TASK_UTILS

Pair = tuple[float, float]


@TASK_UTILS.register_module()
class LinearSchedule:
    """A straight line from ``start`` in the first epoch to ``end`` in the last.

    >>> LinearSchedule(start=0., end=1.)(Progress(visit=1, share=0.25))
    0.25
    """

    def __init__(self, *, start: float, end: float):
        self.start, self.end = start, end

    def __call__(self, progress: Progress) -> float:
        """The value at a point of the training."""
        return self.start + (self.end - self.start) * progress.share


def part_weight(epoch: float, max_epochs: float, m: float = 3.0, mode: str = "shifted") -> float:
    """Weight d of the unknown part, equation (9) of https://arxiv.org/abs/2308.00166.

    In a run shorter than m epochs d would grow without bound, to exp(m / e_T) at its end. We
    bound the exponent by its largest value in a run of m epochs, so d never exceeds e (e squared
    as printed). Runs of m epochs or more are as in the paper.

    Args:
        epoch: e_c, counted from 1; a fraction between epochs.
        max_epochs: e_T.
        m: d = 1 is reached at epoch e_T - m.
        mode: ``'shifted'`` is exp((e_c + m) / e_T - 1), which is 1 where the paper's text says;
            ``'printed'`` is exp((e_c + m) / e_T), always above 1.

    >>> part_weight(17, 20), round(part_weight(17, 20, mode='printed'), 4)
    (1.0, 2.7183)
    >>> round(part_weight(1, 0.1), 4)
    2.7183
    """
    shift = 1.0 if mode == "shifted" else 0.0
    return math.exp(min((epoch + m) / max_epochs, 2.0) - shift)
