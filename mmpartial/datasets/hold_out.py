"""Dividing images into a training part and a held-out part."""

import numpy as np
import torch

from ..labels.annotations import Annotations
from ..labels.groups import choose_groups
from ..utils.counter_rng import uniform


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

    Without groups, the part of an image depends on its id and the seed alone. With groups, whole
    groups are held out; their names, their sizes and the seed decide which ones
    (:func:`mmpartial.labels.groups.choose_groups`).

    Raises:
        ValueError: The part has no image.
    """
    if full.groups is None:
        chosen = _draw(seed, full.name_hashes) < held_out
    else:
        units, unit = np.unique(full.unit_hashes, return_inverse=True)
        chosen = choose_groups(unit, held_out, _draw(seed, units))
    rows: np.ndarray = np.flatnonzero(chosen == (part == "held_out"))
    if not len(rows):
        raise ValueError(
            f"held_out={held_out} leaves none of the {len(full)} images to the part {part!r}"
            f"{_because(full)}: choose another share, or another seed."
        )
    return rows


def _draw(seed: int, hashes: np.ndarray) -> np.ndarray:
    """A number in [0, 1) for each hash."""
    # No class has the number -1, so this draw is independent of those for labels.
    return uniform(seed, torch.from_numpy(hashes), -1).numpy()


def _because(full: Annotations) -> str:
    """Why a part of a dataset with groups may have no image."""
    if full.groups is None:
        return ""
    sizes = np.unique(full.unit_hashes, return_counts=True)[1]
    return f", because its {len(sizes)} groups stay whole (the smallest has {sizes.min()} images)"
