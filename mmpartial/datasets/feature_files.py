"""The files of a store of features."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from ..utils.json_objects import load_json
from ..utils.whole_file import reserve


def new_features(path: str, kind: Any, shape: tuple[int, ...]) -> np.memmap:
    """Create a memory-mapped array, with space on the disk for all of it.

    Raises:
        OSError: There is no such space; nothing is left behind.
    """
    features = np.lib.format.open_memmap(path, "w+", kind, shape)
    try:
        reserve(Path(path), os.path.getsize(path))
    except OSError:
        os.unlink(path)
        raise
    return features


def fit(ids: np.ndarray, features: np.ndarray, meta: Any) -> bool:
    """Whether the three files are of the right kinds, and belong together."""
    if not isinstance(meta, dict) or not isinstance(meta.get("made_with"), dict):
        return False
    return (
        type(meta.get("done")) is int
        and (ids.ndim, ids.dtype) == (1, np.int64)
        and (features.ndim, features.dtype) in ((3, np.float32), (5, np.float16))
        and min(features.shape[1:]) > 0
        and len(features) >= len(ids) >= meta["done"] >= 0
    )


def networks_of(folder: str) -> str:
    """The networks and pipelines that computed the features in a folder, as JSON, or ``""``."""
    contents = [load_json(str(file)) for file in Path(folder).glob("*.json")]
    made = {json.dumps(content["made_with"]) for content in contents if "made_with" in content}
    return "\n".join(sorted(made))
