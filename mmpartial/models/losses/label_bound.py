r"""The share of the negative side of unknown labels that is bounded; it grows during training.

The negative side of an unknown label with the logit x and the target s costs

.. math:: \beta (1 - s) \big[ (1 - \lambda) \log(1 + e^x) + \lambda \sigma(x) \big]

Without a bound, :math:`\lambda` is 0. The bounded part is the mean absolute error, whose slope
vanishes where the network is sure that the label is positive.
"""

from torch import Tensor


def check_bound(bound_at: float | None) -> float | None:
    """Raise a ValueError unless the option is None or a share of the training."""
    if bound_at is not None and not 0 <= bound_at <= 1:
        raise ValueError(
            f"bound_at={bound_at} is outside [0, 1]: give a share of the training, or None."
        )
    return bound_at


def bound_now(bound_at: float | None, done: float | Tensor) -> float | Tensor | None:
    r""":math:`\lambda`: 0 at the start of the training, and 1 from ``bound_at`` on.

    Args:
        bound_at: Share of the training, in [0, 1]; None for no bound.
        done: Share of the training that is done, in [0, 1].

    >>> [bound_now(0.5, done) for done in (0.0, 0.25, 0.75)]
    [0.0, 0.5, 1.0]
    """
    if not bound_at:
        return bound_at if bound_at is None else 1.0
    line = done / bound_at
    return line.clamp(max=1) if isinstance(line, Tensor) else min(line, 1.0)
