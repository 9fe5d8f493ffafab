"""What a checkpoint says of the run that wrote it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass
class Saved:
    """What a checkpoint says of the run that wrote it, as far as it says it.

    Attributes:
        label_hash: Hash of the training labels that were known, or None.
        classes: Names of the classes.
    """

    label_hash: str | None = None
    classes: Sequence[str] = ()


def saved_in(checkpoint: dict[str, Any]) -> Saved:
    """Read it."""
    meta = (checkpoint.get("meta") or {}).get("dataset_meta") or {}
    return Saved(checkpoint.get("label_hash"), [str(c) for c in meta.get("classes") or []])
