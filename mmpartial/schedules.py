"""Values as pure functions of training progress, so that a resumed run needs nothing restored."""

import math
from typing import NamedTuple

from mmengine.logging import MessageHub

from .registry import TASK_UTILS


class Progress(NamedTuple):
    """Where training stands.

    Attributes:
        visit: Number that names the current pass over the data, 0-based: the epoch, or the
            iteration under an iteration-based loop, which counts no epochs.
        share: Share of the training that is done, 0 in the first epoch and 1 in the last.
    """

    visit: int
    share: float

    @classmethod
    def current(cls) -> "Progress":
        """Progress of the running Runner; (0, 0.) where there is none."""
        hub = MessageHub.get_current_instance()
        info = {
            key: int(hub.runtime_info.get(key, 0))
            for key in ("epoch", "max_epochs", "iter", "max_iters")
        }
        by_epoch = info["max_epochs"] > 1
        now, end = ("epoch", "max_epochs") if by_epoch else ("iter", "max_iters")
        return cls(info[now], min(1.0, info[now] / max(1, info[end] - 1)))


@TASK_UTILS.register_module()
class LinearSchedule:
    """From ``start`` in the first epoch to ``end`` in the last, in a straight line.

    >>> LinearSchedule(start=0., end=1.)(0.25)
    0.25
    """

    def __init__(self, *, start: float, end: float):
        self.start, self.end = start, end

    def __call__(self, share: float) -> float:
        """The value when this share of the training is done."""
        return self.start + (self.end - self.start) * share


def part_weight(epoch: float, max_epochs: float, m: float = 3.0, mode: str = "shifted") -> float:
    """Weight d of the unknown part, equation (9) of https://arxiv.org/abs/2308.00166.

    Args:
        epoch: e_c, counted from 1; a fraction between epochs.
        max_epochs: e_T.
        m: d = 1 is reached at epoch e_T - m.
        mode: ``'shifted'`` is exp((e_c + m) / e_T - 1), which is 1 where the paper's text says;
            ``'printed'`` is exp((e_c + m) / e_T), always above 1.

    >>> part_weight(17, 20), round(part_weight(17, 20, mode='printed'), 4)
    (1.0, 2.7183)
    """
    return math.exp((epoch + m) / max_epochs - (1.0 if mode == "shifted" else 0.0))
