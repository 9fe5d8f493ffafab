"""Average precision of many columns of scores at once, on the device of the scores.

It serves optimizers. The metric of a test set counts batch by batch, in ``exact_ranking.py``.
"""

import torch
from torch import Tensor

from ..labels import POSITIVE


def average_precision(scores: Tensor, labels: Tensor) -> Tensor:
    """Average precision of each column over its known labels, as the metric defines it.

    Args:
        scores: ``(N, K)``.
        labels: ``(N, K)``, 1, 0 or -1.

    Returns:
        ``(K,)`` float64; NaN without a known positive.

    >>> scores = torch.tensor([[0.9, 0.5], [0.8, 0.5], [0.1, 0.5]])
    >>> average_precision(scores, torch.tensor([[1, 1], [0, 0], [1, -1]])).tolist()
    [0.8333333333333333, 0.5]
    """
    unknown_last = scores.masked_fill(labels < 0, -torch.inf).T.contiguous()
    ranked, order = unknown_last.sort(1)
    positive = (labels == POSITIVE).T.gather(1, order)
    lowest = torch.searchsorted(ranked, ranked)  # the first place with the same score
    from_here = positive.flip(1).cumsum(1).flip(1)
    precision = from_here.gather(1, lowest) / (len(scores) - lowest).double()
    return (precision * positive).sum(1) / positive.sum(1)
