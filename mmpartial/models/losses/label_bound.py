r"""How much of the negative side of unknown labels is bounded, which grows in the training.

The negative side of an unknown label with the logit x and the target s costs

.. math:: \beta (1 - s) \big[ (1 - \lambda) \log(1 + e^x) + \lambda \sigma(x) \big]

Without a bound, :math:`\lambda` is 0. The bounded part is the mean absolute error, whose slope
vanishes where the network is sure that the label is positive.
"""

from torch import Tensor

from ...schedules import values_now


def check_bound(bound_at: float | None) -> float | None:
    """Raise a ValueError unless the option is None or a share of the training."""
    if bound_at is not None and not 0 <= bound_at <= 1:
        raise ValueError(
            f"bound_at={bound_at} is outside [0, 1]: give a share of the training, or None."
        )
    return bound_at


def bound_now(like: Tensor, bound_at: float | None) -> Tensor | None:
    """0 at the start of the training, and 1 from ``bound_at`` on, with a line between them.

    Args:
        like: The result is a number of its dtype, on its device.
        bound_at: Share of the training, in [0, 1]; None for no bound.
    """
    if bound_at is None:
        return None
    line = (0.0, 1 / bound_at) if bound_at else (1.0, 1.0)
    return values_now(like, line)[0].clamp(max=1)


def logarithmic_share(known: Tensor, bound: Tensor | None) -> Tensor | None:
    """The share of each label's negative side that is not bounded: 1 where the label is known.

    Args:
        known: ``(N, C)``, 1 where the label is known, else 0.
        bound: The result of :func:`bound_now`.
    """
    return None if bound is None else known.new_ones(()).lerp(known, bound)
