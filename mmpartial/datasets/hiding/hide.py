"""Hiding labels by a setting."""

import inspect
from typing import Any

import numpy as np
import torch

from ...labels import POSITIVE
from ...labels.annotations import Annotations
from ...labels.matrix import LabelMatrix
from ...utils.counter_rng import uniform
from ...utils.names import nearest
from ..settings import POSITIVES_ONLY, SETTINGS, KnownLabels
from ..source import Source

_CHUNK = 2**22  # labels that are drawn together
_OF_IMAGES = -2  # in place of a class; hold_out takes -1, so that the draws are independent


def check_setting(setting: str | None, mask_file: str | None, options: dict[str, Any]) -> None:
    """Refuse a setting that does not exist, or options that it does not take."""
    if mask_file is not None and setting is not None:
        raise ValueError(
            f"mask_file={mask_file!r} and setting={setting!r} both say which labels are known: set "
            "one of them to None."
        )
    if setting not in (None, *SETTINGS):
        raise ValueError(
            f"setting={setting!r} is not known{nearest(str(setting), SETTINGS)}: choose one of "
            f"{', '.join(SETTINGS)}, or None for annotations that are partial themselves."
        )
    rule = SETTINGS[setting] if setting else lambda known: known
    allowed = list(inspect.signature(rule).parameters.values())[1:]
    names = {p.name for p in allowed}
    needed = {p.name for p in allowed if p.default is p.empty}
    where = f"setting {setting}" if setting else "setting=None"
    for name in sorted(set(options) - names):
        raise ValueError(
            f"{where} takes no {name}: it takes {', '.join(sorted(names)) or 'no option'}. In "
            f"a config that inherits it, write {name}=None."
        )
    for name in sorted(needed - set(options)):
        raise ValueError(f"{where} needs {name}: give train_dataloader.dataset.{name}.")


def hide(source: Source, setting: str | None, seed: int, **options: Any) -> Annotations:
    """The same images and classes with the labels that stay known.

    Args:
        source: The dataset's annotations.
        setting: A name of :mod:`mmpartial.datasets.settings`; None hides nothing.
        seed: Seed of the draw.
        **options: Options of the setting.

    Raises:
        ValueError: An option has a wrong value, or without a setting the annotations do not say
            which labels are unknown.
    """
    full = source.annotations
    if setting is None:
        if not source.states_unknowns:
            raise ValueError(
                f"nothing in {source.name} says which labels are unknown: set setting='FAL' if all "
                "are known, or a setting that hides some; or have its annotations list the absent "
                "classes in gt_label_neg, or give gt_score with -1."
            )
        return full
    if setting in POSITIVES_ONLY:  # full labels have a hundred negatives for each positive
        image, cls = full.labels.entries(POSITIVE)
        positive: np.ndarray = np.ones(len(image), dtype=bool)
    else:
        image, cls, positive = full.labels.known()
    u = np.empty(len(image))
    for start in range(0, len(u), _CHUNK):
        part = slice(start, start + _CHUNK)
        name = torch.from_numpy(full.name_hashes[image[part]])
        u[part] = uniform(seed, name, torch.from_numpy(cls[part])).numpy()
    of_images = uniform(seed, torch.from_numpy(full.name_hashes), _OF_IMAGES).numpy()
    known = KnownLabels(image, cls, positive, u, full.classes, of_images[image])
    keep = SETTINGS[setting](known, **options)
    kept = (image[keep], cls[keep], positive[keep])
    return full.with_labels(LabelMatrix.from_entries(*kept, full.labels.shape))
