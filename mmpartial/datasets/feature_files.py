"""The files of a store of features."""

import json
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from ..utils.json_objects import load_json
from ..utils.whole_file import reserve, told_if_full

_ROWS = 4096  # rows that become float64 at a time


@contextmanager
def computing(stem: Path) -> Iterator[None]:
    """Compute features while no other process computes the same ones; wait for one that does.

    Args:
        stem: The path of their files, without an ending.
    """
    lock = FileLock(f"{stem}.lock")
    try:
        stem.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        print(f"another run computes features for {stem}.npy: this one goes on when they are done")
        lock.acquire()
    except (OSError, NotImplementedError):
        pass  # the folder is read-only, or on a disk without locks
    try:
        yield
    finally:
        lock.release()


def new_features(path: str, kind: Any, shape: tuple[int, ...]) -> np.memmap:
    """Create a memory-mapped array, with space on the disk for all of it.

    Raises:
        OSError: There is no such space; nothing is left behind.
    """
    size = math.prod(shape) * np.dtype(kind).itemsize
    try:
        with told_if_full(Path(path), size):
            features = np.lib.format.open_memmap(path, "w+", kind, shape)
        reserve(Path(path), os.path.getsize(path))
    except OSError:
        Path(path).unlink(missing_ok=True)
        raise
    return features


def belong_together(ids: np.ndarray, features: np.ndarray, meta: Any) -> bool:
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


def moments(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean and the standard deviation of mapped vectors ``(N, D)``, ``(D,)`` each."""
    parts = [vectors[start : start + _ROWS] for start in range(0, len(vectors), _ROWS)]
    none, count = np.zeros(vectors.shape[1]), max(1, len(vectors))
    mean = sum((part.sum(0, dtype=np.float64) for part in parts), none) / count
    squares = sum((np.square(part - mean).sum(0) for part in parts), none)
    return mean, np.sqrt(squares / count).clip(1e-6)
