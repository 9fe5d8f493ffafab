"""What a checkpoint says of the run that wrote it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...utils.names import canonical
from .settings import Settings

_KEY = "written_by"


@dataclass
class Saved:
    """What a checkpoint says of the run that wrote it, as far as it says it.

    Attributes:
        label_hash: Hash of the training labels that were known, or None.
        classes: Names of the classes.
        settings: What of the config made the run; None in a checkpoint of MMEngine alone.
        prediction: The code that made scores of features, or None.
        name: What messages call the checkpoint.
    """

    label_hash: str | None = None
    classes: Sequence[str] = ()
    settings: Settings | None = None
    prediction: Sequence[str] | None = None
    name: str = "the checkpoint"


def saved_in(checkpoint: dict[str, Any], name: str) -> Saved:
    """Read what :func:`save_in` wrote, and MMEngine."""
    meta = (checkpoint.get("meta") or {}).get("dataset_meta") or {}
    classes = [canonical(str(c)) for c in meta.get("classes") or []]
    run = checkpoint.get(_KEY) or {}
    found = run.get("settings"), run.get("prediction")
    return Saved(checkpoint.get("label_hash"), classes, *found, name)


def save_in(
    checkpoint: dict[str, Any],
    label_hash: str | None,
    settings: Settings,
    prediction: Sequence[str],
) -> None:
    """Write what a later run has to know of this one, in plain Python."""
    if label_hash is not None:
        checkpoint["label_hash"] = label_hash
    checkpoint[_KEY] = dict(settings=settings, prediction=list(prediction))
