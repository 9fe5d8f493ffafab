"""The notes in a checkpoint about the run that wrote it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...datasets import PartialLabelDataset
from ...utils.names import canonical
from .settings import Settings

_KEY = "written_by"


@dataclass
class Saved:
    """The notes in a checkpoint, if there are any.

    Attributes:
        label_hash: The hash of the known training labels, or None.
        order: The hash of the training images and their groups, in their order, or None.
        classes: The names of the classes.
        settings: The settings that decided the result; None in a checkpoint of MMEngine alone.
        prediction: The methods and options that computed scores, or None.
        config: The text of the config, or None.
        name: The name of the checkpoint in messages.
    """

    label_hash: str | None = None
    classes: Sequence[str] = ()
    settings: Settings | None = None
    prediction: Sequence[str] | None = None
    config: str | None = None
    name: str = "the checkpoint"
    order: str | None = None


def saved_in(checkpoint: dict[str, Any], name: str) -> Saved:
    """Read the notes of :func:`save_in` and of MMEngine."""
    meta = checkpoint.get("meta") or {}
    classes = [canonical(str(c)) for c in (meta.get("dataset_meta") or {}).get("classes") or []]
    run = checkpoint.get(_KEY) or {}
    found = run.get("settings"), run.get("prediction"), meta.get("cfg")
    return Saved(checkpoint.get("label_hash"), classes, *found, name, run.get("order"))


def save_in(
    checkpoint: dict[str, Any],
    dataset: PartialLabelDataset | None,
    settings: Settings,
    prediction: Sequence[str],
) -> None:
    """Write the notes into a checkpoint, as plain Python."""
    checkpoint[_KEY] = dict(settings=settings, prediction=list(prediction))
    if dataset is not None:
        checkpoint["label_hash"] = dataset.label_hash
        checkpoint[_KEY]["order"] = order_of(dataset)


def order_of(dataset: PartialLabelDataset) -> str:
    """A hash of the images of a dataset and of their groups, in their order."""
    groups = "" if dataset.groups is None else dataset.groups.fingerprint
    return f"{dataset.fingerprint}{groups}"
