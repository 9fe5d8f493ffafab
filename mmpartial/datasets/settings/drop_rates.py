"""Settings that drop each label with some probability, whatever becomes of the others."""

from collections.abc import Mapping, Sequence

import numpy as np

from ...utils.names import canonical, unknown_class
from .known_labels import KnownLabels, rank


def _check_drop(drop: float) -> None:
    if not 0 <= drop < 1:
        raise ValueError(f"drop={drop} is outside [0, 1): it is the probability of being dropped.")


def rps(known: KnownLabels, drop: float) -> np.ndarray:
    """Random per sample: drop each known label, positive or negative alike, independently.

    It is one of CSL's simulations, https://arxiv.org/abs/2110.10955.

    Args:
        known: The labels.
        drop: Probability of being dropped, in [0, 1); the authors' ``simulate_partial_param``.
    """
    _check_drop(drop)
    return known.u >= drop


def rpc(known: KnownLabels, drop: Sequence[float] | Mapping[str, float]) -> np.ndarray:
    """Random per class: drop each known label with the probability of its class, independently.

    Positives and negatives are dropped alike. So labels are missing where classes are asked for
    unequally often, because some are rare, new, or hard to see.

    Args:
        known: The labels.
        drop: Probability of being dropped for each class, in [0, 1]; 1 leaves nothing known of the
            class. A list in the order of the classes, or ``dict(cat=0.9, default=0.5)``.
    """
    return known.u >= _rate_of_each(drop, known.classes)[known.cls]


def _rate_of_each(
    drop: Sequence[float] | Mapping[str, float], classes: Sequence[str]
) -> np.ndarray:
    if isinstance(drop, Mapping):
        rates = {canonical(str(name)): rate for name, rate in drop.items()}
        for name in rates:
            if name not in classes and name != "default":
                raise ValueError(f"drop: {unknown_class(name, classes)}")
        missing = [name for name in classes if name not in rates]
        if missing and "default" not in rates:
            raise ValueError(
                f"drop has no rate for {len(missing)} of {len(classes)} classes, the first "
                f"{missing[0]!r}: add them, or default=... for all of them."
            )
        drop = [rates[name] if name in rates else rates["default"] for name in classes]
    elif isinstance(drop, str) or not np.iterable(drop):
        raise ValueError(
            f"drop={drop!r}: RPC takes a list with a rate for each class, or "
            "dict(cat=0.9, default=0.5); RPS takes one rate for all."
        )
    if len(drop) != len(classes):
        raise ValueError(
            f"drop has {len(drop)} rates for {len(classes)} classes: give one to each."
        )
    for name, rate in zip(classes, drop, strict=True):
        if not 0 <= rate <= 1:
            raise ValueError(
                f"drop={rate} of class {name!r} is outside [0, 1]: it is the probability of being "
                "dropped."
            )
    return np.asarray(drop, dtype=float)


def plt(known: KnownLabels, drop: float = 0.4) -> np.ndarray:
    """Partial labels of PLT-MLC: drop each positive with a probability, and all negatives.

    An image keeps the positive with the largest random number in any case. COMIC,
    https://arxiv.org/abs/2304.10539, drops positives alone, at a rate of 40 %, and writes a 0 for
    each, as for negatives. There a 0 says nothing any more, and so it is unknown here: known
    negatives would tell which positives were dropped. The authors published neither their
    labels nor how they drop; that drops are independent and that an image keeps one is ours.

    Args:
        known: The labels.
        drop: Probability of being dropped, in [0, 1).
    """
    _check_drop(drop)
    keep = known.positive & (known.u >= drop)
    pos = np.flatnonzero(known.positive)
    keep[pos] |= rank(known.image[pos], -known.u[pos])[0] == 0
    return keep
