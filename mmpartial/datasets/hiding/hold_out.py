"""Which images are held out of training."""

import numpy as np
import torch

from ...labels.annotations import Annotations
from ...utils.counter_rng import uniform

PARTS = ("train", "held_out")


def check_part(held_out: float, part: str) -> None:
    """Look whether there is such a part.

    Raises:
        ValueError: There is none.
    """
    if not 0 <= held_out < 1:
        raise ValueError(
            f"held_out={held_out} is outside [0, 1): it is the share of the images that "
            "are held out of training."
        )
    if part not in PARTS or (part == "held_out" and not held_out):
        raise ValueError(
            f"part={part!r} with held_out={held_out}: the parts are 'train' and, "
            "with a share held out such as held_out=0.15, 'held_out'."
        )


def in_part(full: Annotations, held_out: float, part: str, seed: int) -> np.ndarray:
    """For each image, whether the part has it; this depends on its id and the seed alone.

    Raises:
        ValueError: The part has no image.
    """
    # No class is number -1, and so this draw is apart from those of the labels.
    u = uniform(seed, torch.from_numpy(full.name_hashes), -1).numpy()
    mine: np.ndarray = (u < held_out) == (part == "held_out")
    if not mine.any():
        raise ValueError(
            f"held_out={held_out} leaves none of the {len(mine)} images to the part "
            f"{part!r}: choose another share, or another seed."
        )
    return mine
