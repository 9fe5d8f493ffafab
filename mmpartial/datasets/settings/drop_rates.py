"""Settings that drop each label with a probability, independently of the others."""

from collections.abc import Mapping, Sequence

import numpy as np

from ...utils.names import canonical, unknown_class
from .known_labels import KnownLabels, rank


def _check_drop(drop: float) -> None:
    if not 0 <= drop < 1:
        raise ValueError(
            f"drop={drop} is outside [0, 1): give the probability of dropping a label."
        )


def rps(known: KnownLabels, drop: float) -> np.ndarray:
    """Random per sample: drop each known label, positive or negative, independently.

    It is one of CSL's simulations, https://arxiv.org/abs/2110.10955.

    Args:
        known: The labels.
        drop: Probability of dropping a label, in [0, 1); the authors' ``simulate_partial_param``.
    """
    _check_drop(drop)
    return known.u >= drop


def rpc(known: KnownLabels, drop: Sequence[float] | Mapping[str, float]) -> np.ndarray:
    """Random per class: drop each known label with the probability of its class, independently.

    Positives and negatives are dropped alike. Real labels are missing in this way if annotators are
    asked for some classes more often than for others, because these are rare, new or hard to see.

    Args:
        known: The labels.
        drop: Probability of dropping a label of each class, in [0, 1]; 1 drops all labels of the
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
                f"drop={rate} of class {name!r} is outside [0, 1]: give the probability of "
                "dropping a label."
            )
    return np.asarray(drop, dtype=float)


def plt(known: KnownLabels, drop: float = 0.4) -> np.ndarray:
    """Partial labels of PLT-MLC: drop each positive with a probability, and all negatives.

    An image always keeps the positive with the largest random number. COMIC,
    https://arxiv.org/abs/2304.10539, drops positives alone, at a rate of 40 %, and writes a 0 for
    each, as for negatives. A 0 is unknown here, because known negatives would reveal the positives
    that were dropped. The authors published neither their labels nor how they drop; we chose
    independent drops, and that an image keeps one positive.

    Args:
        known: The labels.
        drop: Probability of dropping a positive, in [0, 1).
    """
    _check_drop(drop)
    keep = known.positive & (known.u >= drop)
    pos = np.flatnonzero(known.positive)
    keep[pos] |= rank(known.image[pos], -known.u[pos])[0] == 0
    return keep
