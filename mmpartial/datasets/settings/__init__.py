"""The settings of the field: which of the known labels a simulation keeps.

A setting is a pure function of the known labels and of one uniform number for each, which the
wrapper draws from (seed, image, class). A new setting is one more function in ``SETTINGS``.
"""

from collections.abc import Callable

import numpy as np

from .drop_rates import plt, rpc, rps
from .fixed_numbers import fpc, fps, spl
from .known_labels import KnownLabels
from .proportions import fal, pal, ppl

SETTINGS: dict[str, Callable[..., np.ndarray]] = {
    "FAL": fal, "PAL": pal, "PPL": ppl, "SPL": spl, "FPS": fps, "FPC": fpc,
    "RPS": rps, "RPC": rpc, "PLT": plt,
}  # fmt: skip

POSITIVES_ONLY = ("PPL", "SPL", "PLT")  # what these keep depends on no negative label

__all__ = [
    "POSITIVES_ONLY",
    "SETTINGS",
    "KnownLabels",
    "fal",
    "fpc",
    "fps",
    "pal",
    "plt",
    "ppl",
    "rpc",
    "rps",
    "spl",
]
