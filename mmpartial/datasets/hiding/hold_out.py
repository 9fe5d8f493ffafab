"""Dividing images into a training part and a held-out part."""

import numpy as np
import torch

from ...labels.annotations import Annotations
from ...utils.counter_rng import uniform


def check_part(held_out: float, part: str) -> None:
    """Refuse a share outside [0, 1), or a part that does not exist."""
    if not 0 <= held_out < 1:
        raise ValueError(
            f"held_out={held_out} is outside [0, 1): give the share of the images to hold out of "
            "training."
        )
    if part not in ("train", "held_out") or (part == "held_out" and not held_out):
        raise ValueError(
            f"part={part!r} with held_out={held_out}: choose 'train', or 'held_out' with a "
            "share such as held_out=0.15."
        )


def hold_out(full: Annotations, held_out: float, part: str, seed: int) -> np.ndarray:
    """The rows of the images of a part, ascending.

    The part of an image depends on its id and the seed alone.

    Raises:
        ValueError: The part has no image.
    """
    # No class has the number -1, so this draw is independent of those for labels.
    u = uniform(seed, torch.from_numpy(full.name_hashes), -1).numpy()
    rows: np.ndarray = np.flatnonzero((u < held_out) == (part == "held_out"))
    if not len(rows):
        raise ValueError(
            f"held_out={held_out} leaves none of the {len(full)} images to the part {part!r}: "
            "choose another share, or another seed."
        )
    return rows
