"""Features of images in a folder, memory-mapped: computed once, read by every run."""

import json
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

_NOTE_EVERY = 10.0  # seconds between two notes of how far it is


class FeatureStore:
    """Features of the images of one dataset, ``NAME.npy``, ``NAME.ids.npy`` and ``NAME.json``.

    Args:
        folder: Where they are; datasets of one network share it.
        name: Name of the dataset, such as ``'train'``.

    Attributes:
        features: V views of each of N images: vectors ``(N, V, D)`` in float32, or maps
            ``(N, V, C, H, W)`` in float16, which are large and need no more digits.
        meta: What they were computed with.
    """

    def __init__(self, folder: str, name: str):
        self.stem = Path(folder) / name
        self.features: Any = None
        self.ids: np.ndarray = np.empty(0, dtype=np.int64)
        self.meta: dict[str, Any] = {}

    def create(self, ids: np.ndarray, views: int, shape: tuple[int, ...], meta: dict) -> int:
        """Make room for the features, or go on with those that are there.

        Args:
            ids: ``(N,)`` int64, a hash of each image's id.
            views: V.
            shape: ``(D,)`` or ``(C, H, W)``.
            meta: What they are computed with, as JSON has it.

        Returns:
            How many images are done.

        Raises:
            ValueError: The folder holds features of other images, or of another network.
        """
        file = self.stem.with_suffix(".json")
        if file.exists():
            self._open("r+")
            if self.meta["made_with"] != meta or not np.array_equal(self.ids, ids):
                raise ValueError(
                    f"{self.stem}.npy holds features of other images, of another network or of "
                    "another pipeline: remove them, or choose another folder."
                )
            return self.meta["done"]
        self.stem.parent.mkdir(parents=True, exist_ok=True)
        np.save(f"{self.stem}.ids.npy", ids)
        self.ids = ids
        self.features = np.lib.format.open_memmap(
            f"{self.stem}.npy",
            "w+",
            np.float32 if len(shape) == 1 else np.float16,
            (len(ids), views, *shape),
        )
        self.meta = dict(made_with=meta, done=0)
        self._note(0)
        return 0

    def fill(self, batches: Iterator[np.ndarray]) -> None:
        """Write the features of the images that are not done, a batch ``(B, V, ...)`` at a time.

        Raises:
            ValueError: Features are not finite, or too large for their type.
        """
        done, noted = self.meta["done"], time.monotonic()
        try:
            for batch in batches:
                written = self.features[done : done + len(batch)]
                written[:] = batch
                if not np.isfinite(written).all():
                    raise ValueError(
                        f"features of the images {done} to {done + len(batch) - 1} of {self.stem}"
                        f".npy are no finite {written.dtype}: look at these images and the weights."
                    )
                done += len(batch)
                if time.monotonic() > noted + _NOTE_EVERY:
                    self._note(done)
                    noted = time.monotonic()
        finally:  # also when the user stops it
            self._note(done)

    def _note(self, done: int) -> None:
        """Write how far it is, once the features themselves are on the disk."""
        self.features.flush()
        self.meta["done"] = done
        temporary = Path(f"{self.stem}.json.tmp")
        temporary.write_text(json.dumps(self.meta, indent=1), encoding="utf-8")
        os.replace(temporary, f"{self.stem}.json")

    def open(self) -> "FeatureStore":
        """Open features for reading.

        Raises:
            FileNotFoundError: There are none.
            ValueError: They are not complete, or damaged.
        """
        if not Path(f"{self.stem}.json").exists():
            raise FileNotFoundError(
                f"there are no features {self.stem}.npy: run tools/cache_features.py with the "
                "config of the images."
            )
        self._open("r")
        if self.meta["done"] < len(self.ids):
            raise ValueError(
                f"{self.stem}.npy has the features of {self.meta['done']} of {len(self.ids)} "
                "images: run tools/cache_features.py again, which goes on there."
            )
        return self

    def _open(self, mode: Any) -> None:
        try:
            self.meta = json.loads(Path(f"{self.stem}.json").read_text(encoding="utf-8"))
            self.ids = np.load(f"{self.stem}.ids.npy")
            self.features = np.load(f"{self.stem}.npy", mmap_mode=mode)
            complete = len(self.features) == len(self.ids) >= self.meta["done"]
            complete = complete and "made_with" in self.meta
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{self.stem}.npy is damaged ({error}): remove it.") from error
        if not complete:
            raise ValueError(f"{self.stem}.npy and its .ids.npy and .json differ: remove them.")

    def rows(self, ids: np.ndarray, names: Sequence[str]) -> np.ndarray:
        """The rows of some images.

        Args:
            ids: ``(M,)`` int64, hashes of their ids.
            names: Their ids, for the message.

        Raises:
            ValueError: Images have no features here.
        """
        order = np.argsort(self.ids, kind="stable")
        found = np.searchsorted(self.ids, ids, sorter=order).clip(max=len(order) - 1)
        rows: np.ndarray = order[found]
        missing = np.flatnonzero(self.ids[rows] != ids)
        if len(missing):
            raise ValueError(
                f"{self.stem}.npy has no features of {len(missing)} of {len(ids)} images, the "
                f"first is {names[int(missing[0])]!r}: remove them, or choose another folder, and "
                "run tools/cache_features.py with these images."
            )
        return rows

    def moments(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation ``(D,)`` of the first view."""
        first = np.asarray(self.features)[:, 0].astype(np.float64)
        return first.mean(0), first.std(0).clip(1e-6)
