"""The default method, read from its config piece."""

from pathlib import Path
from typing import Any

from mmengine.config import Config

METHOD = Path(__file__).parents[2] / "configs" / "_base_" / "methods" / "partial_imbalance.py"


def default_loss() -> dict[str, Any]:
    """The config of the default's loss."""
    return Config.fromfile(METHOD).head.loss
