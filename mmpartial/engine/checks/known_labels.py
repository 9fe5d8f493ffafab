"""Is enough known of the training labels?"""

import numpy as np

from ...labels import UNKNOWN
from .run import Run, warn


def check_known_labels(run: Run) -> None:
    """Report classes without any known label."""
    dataset = run.partial
    if dataset is None:
        return
    classes = dataset.metainfo["classes"]
    empty = np.flatnonzero(dataset.labels.count(UNKNOWN) == len(dataset.labels))
    if empty.size:
        names = ", ".join(str(classes[c]) for c in empty[:10])
        warn(
            f"{empty.size} of {len(classes)} classes have no known label and cannot be learned: "
            f"{names}{', ...' if empty.size > 10 else ''}"
        )
