"""Which labels are known: those that a setting, a mask file or the annotations leave."""

import inspect
from typing import Any

import numpy as np
import torch

from ...labels import POSITIVE
from ...labels.annotations import Annotations
from ...labels.matrix import LabelMatrix
from ...utils.counter_rng import uniform
from ..settings import POSITIVES_ONLY, SETTINGS, KnownLabels
from ..source import Source, read_source
from .mask_file import load_mask

_CHUNK = 2**22  # labels that are drawn together


def check_rule(setting: str | None, mask_file: str | None, options: dict[str, Any]) -> None:
    """Look whether a setting is known and takes these options.

    Raises:
        ValueError: It is not, or does not; the message says what it takes.
    """
    if mask_file is not None and setting is not None:
        raise ValueError(
            f"mask_file={mask_file!r} and setting={setting!r} both say which labels "
            "are known: set one of them to None."
        )
    if setting not in (None, *SETTINGS):
        raise ValueError(
            f"setting={setting!r} is not known: choose one of {', '.join(SETTINGS)}, or "
            "None for data that is partial by nature."
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


def read_full(dataset: Any, by_nature: bool) -> Source:
    """What a dataset's annotations say.

    Args:
        dataset: The dataset.
        by_nature: The annotations themselves have to say which labels are unknown.

    Raises:
        ValueError: There are no class names, or the annotations do not say it.
    """
    name = type(dataset).__name__
    classes = dataset.metainfo.get("classes")
    if not classes:
        raise ValueError(f"{name} has no class names: give it metainfo=dict(classes=[...]).")
    source = read_source(dataset, classes)
    if by_nature and not source.states_unknowns:
        raise ValueError(
            f"nothing in {name} says which labels are unknown: choose "
            "setting='FAL' if all are known, or a setting that hides some; or let the dataset "
            "say it, stock ones by gt_label_neg, the absent classes, or gt_score with -1."
        )
    return source


def hide(
    full: Annotations,
    setting: str | None,
    mask_file: str | None,
    seed: int,
    options: dict[str, Any],
) -> Annotations:
    """The same images and classes with the labels that stay known.

    Args:
        full: What the annotations say.
        setting: A name of :mod:`mmpartial.datasets.settings`, or None.
        mask_file: The file that says it instead, or None.
        seed: Seed of the draw.
        options: Options of the setting.

    Raises:
        ValueError: An option or the file does not fit; the message says what.
    """
    if mask_file is not None:
        return full.with_labels(load_mask(mask_file, full))
    if setting is None:
        return full
    if setting in POSITIVES_ONLY:  # full labels have a hundred negatives for each
        image, cls = full.labels.entries(POSITIVE)
        positive: np.ndarray = np.ones(len(image), dtype=bool)
    else:
        image, cls, positive = full.labels.known()
    u = np.empty(len(image))
    for start in range(0, len(u), _CHUNK):
        part = slice(start, start + _CHUNK)
        name = torch.from_numpy(full.name_hashes[image[part]])
        u[part] = uniform(seed, name, torch.from_numpy(cls[part])).numpy()
    known = KnownLabels(image, cls, positive, u, full.classes)
    keep = SETTINGS[setting](known, **options)
    kept = (image[keep], cls[keep], positive[keep])
    return full.with_labels(LabelMatrix.from_entries(*kept, full.labels.shape))
