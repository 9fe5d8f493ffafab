"""The settings of the field: rules for the labels that stay known.

A setting is a pure function of the known labels and of a uniform number for each of them, drawn
from seed, image and class. A new setting is another function in ``SETTINGS``.
"""

from collections.abc import Callable

import numpy as np

from .drop_rates import plt, rpc, rps
from .fixed_numbers import fpc, fps, spl
from .known_labels import KnownLabels
from .proportions import fal, pal, ppl, ssl

SETTINGS: dict[str, Callable[..., np.ndarray]] = {
    "FAL": fal, "PAL": pal, "PPL": ppl, "SPL": spl, "FPS": fps, "FPC": fpc,
    "RPS": rps, "RPC": rpc, "PLT": plt, "SSL": ssl,
}  # fmt: skip

POSITIVES_ONLY = ("PPL", "SPL", "PLT")  # settings that do not look at negative labels
