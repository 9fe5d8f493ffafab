"""Features of images in memory-mapped files, computed once and read by every run."""

import json
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..utils.arrays import read_array
from ..utils.checksum import checksum
from ..utils.commands import command
from ..utils.json_objects import load_json
from ..utils.whole_file import whole_file
from .feature_files import belong_together, moments, new_features

_COPIED = 1024  # images copied at once
_NOTE_EVERY = 10.0  # seconds between two notes of the progress


class FeatureStore:
    """Features of the images of one dataset, ``NAME.npy``, ``NAME.ids.npy`` and ``NAME.json``.

    Args:
        folder: The folder, which the datasets of one network share.
        name: The name of the dataset, such as ``'train'``.

    Attributes:
        features: V views of each of N images: vectors ``(N, V, D)`` in float32, or maps
            ``(N, V, D, H, W)`` in float16, because they are large.
        meta: The network and pipeline that computed them, the number of images that are done and,
            if these are all, the checksum of the features.
    """

    def __init__(self, folder: str, name: str):
        self.stem = Path(folder) / name
        self._meta_file = Path(f"{self.stem}.json")
        self.features: Any = None
        self.ids: np.ndarray = np.empty(0, dtype=np.int64)
        self.meta: dict[str, Any] = {}

    def create(self, ids: np.ndarray, views: int, shape: tuple[int, ...], meta: dict) -> np.ndarray:
        """Create the files, or open those that are there and make room for more images.

        Existing features stay, even those of images that nobody asks for now.

        Args:
            ids: ``(N,)`` int64, a hash of each image's id.
            views: V; files that are there keep theirs.
            shape: ``(D,)`` or ``(D, H, W)``.
            meta: The network and pipeline that compute them.

        Returns:
            The numbers, in ``ids``, of the images whose features :meth:`fill` takes next.

        Raises:
            ValueError: The folder holds features of another network or pipeline.
        """
        meta = json.loads(json.dumps(meta, default=str))
        kept: Any = None
        if self._meta_file.exists():
            self._open("r")  # the folder may be read-only
            if self.meta["made_with"] != meta:
                raise ValueError(
                    f"{self.stem}.npy has features from another network or pipeline: remove "
                    f"{self.stem}.*, or set features of the dataset to another folder."
                )
            kept = self.features[: self.meta["done"]]
        done = 0 if kept is None else len(kept)
        todo = np.flatnonzero(pd.Index(self.ids[:done]).get_indexer(ids) < 0)
        wanted = np.concatenate([self.ids[:done], ids[todo]])
        if not np.array_equal(self.ids, wanted) or kept is None:
            self._make(wanted, (views, *shape) if kept is None else kept.shape[1:], kept)
            self.meta = dict(made_with=meta, done=done)
            self._note(done)
        elif len(todo):
            self._open("r+")
        return todo

    def _make(self, ids: np.ndarray, shape: tuple[int, ...], kept: Any) -> None:
        """Write files for some images; the existing features come first.

        The features are written before the ids, and there are at least as many features as old or
        new ids. So the files still fit if this stops between the two.
        """
        self.stem.parent.mkdir(parents=True, exist_ok=True)
        kind = np.float32 if len(shape) == 2 else np.float16
        length = max(len(ids), len(self.ids))
        temporary = f"{self.stem}.npy.tmp"
        features = new_features(temporary, kind, (length, *shape))
        done = 0 if kept is None else len(kept)
        for start in range(0, done, _COPIED):
            rows = slice(start, min(start + _COPIED, done))
            features[rows] = kept[rows]
        features.flush()
        if self.meta.pop("checksum", None) is not None:  # it is not that of the new file
            self._write_meta()
        os.replace(temporary, f"{self.stem}.npy")
        place = Path(f"{self.stem}.ids.npy")
        with whole_file(place, ids.nbytes) as partial, open(partial, "wb") as file:
            np.save(file, ids)
        self.ids, self.features = ids, np.load(f"{self.stem}.npy", mmap_mode="r+")

    def fill(self, batches: Iterator[np.ndarray]) -> None:
        """Write the features of the other images, batch by batch, each ``(N, V, ...)``.

        Raises:
            ValueError: Features are not finite, or too large for the type of the file.
        """
        done, noted = self.meta["done"], time.monotonic()
        try:
            for batch in batches:
                written = self.features[done : done + len(batch)]
                written[:] = batch
                if not np.isfinite(written).all():
                    raise ValueError(
                        f"the features of images {done} to {done + len(batch) - 1} for {self.stem}"
                        f".npy are not finite {written.dtype}: look at these images and at the "
                        "weights."
                    )
                done += len(batch)
                if time.monotonic() > noted + _NOTE_EVERY:
                    self._note(done)
                    noted = time.monotonic()
        finally:  # even if the user stops it
            self._note(done)

    def _note(self, done: int) -> None:
        """Write the number of images that are done, after their features."""
        self.features.flush()
        self.meta["done"] = done
        if done == len(self.ids):
            self.meta["checksum"] = checksum(Path(f"{self.stem}.npy"))
        self._write_meta()

    def _write_meta(self) -> None:
        with whole_file(self._meta_file) as partial:
            partial.write_text(json.dumps(self.meta, indent=1), encoding="utf-8")

    def open(self) -> "FeatureStore":
        """Open features for reading.

        Raises:
            FileNotFoundError: There are none.
            ValueError: They are not complete, or damaged.
        """
        if not self._meta_file.exists():
            raise FileNotFoundError(
                f"there are no features {self.stem}.npy: run {command('cache_features')} with this "
                "config."
            )
        self._open("r")
        if self.meta["done"] < len(self.ids):
            raise ValueError(
                f"{self.stem}.npy has the features of {self.meta['done']} of {len(self.ids)} "
                f"images: run {command('cache_features')} again, and it goes on there."
            )
        return self

    def _open(self, mode: Any) -> None:
        file, remedy = f"{self.stem}.npy", f"remove {self.stem}.*."
        try:
            self.meta = load_json(str(self._meta_file))
            self.ids = read_array(f"{self.stem}.ids.npy")
            self.features = read_array(file, mode)
        except (OSError, ValueError) as error:
            raise ValueError(f"{file} is damaged ({error}): {remedy}") from error
        if not belong_together(self.ids, self.features, self.meta):
            raise ValueError(f"{file} does not fit its .ids.npy and .json: {remedy}")
        complete = self.meta["done"] >= len(self.ids) and "checksum" in self.meta
        if complete and self.meta["checksum"] != checksum(Path(file)):
            raise ValueError(f"{file} is damaged (other checksum): {remedy}")

    def rows(self, ids: np.ndarray, names: Sequence[str]) -> np.ndarray:
        """The rows of some images.

        Args:
            ids: int64 hashes of their ids.
            names: Their ids, for messages.

        Raises:
            ValueError: Images have no features.
        """
        rows: np.ndarray = pd.Index(self.ids).get_indexer(ids)
        missing = np.flatnonzero(rows < 0)
        if len(missing):
            raise ValueError(
                f"{self.stem}.npy lacks {len(missing)} of {len(ids)} images, the first is "
                f"{names[int(missing[0])]!r}: run {command('cache_features')}, which adds them."
            )
        return rows

    def moments(self) -> tuple[np.ndarray, np.ndarray]:
        """The mean and the standard deviation of the first view, ``(D,)`` each."""
        return moments(np.asarray(self.features)[: len(self.ids), 0])
