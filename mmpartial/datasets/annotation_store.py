"""Annotations in a folder, memory-mapped: opened at once and shared by all processes."""

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ..label_matrix import LabelMatrix
from .annotations import Annotations

_ARRAYS = ("indptr", "codes", "name_hashes")
_CHUNK = 2**18  # names that are written together


class StoredNames(Sequence):
    """Texts in a memory-mapped Arrow file; a process that gets a copy opens the file again."""

    def __init__(self, path: str):
        self.path = path
        self._batches = pa.ipc.open_file(pa.memory_map(path))
        self._columns = [
            self._batches.get_batch(i).column(0) for i in range(self._batches.num_record_batches)
        ]
        self._length = sum(map(len, self._columns))

    def __reduce__(self) -> tuple:
        return StoredNames, (self.path,)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, idx: Any) -> Any:
        if isinstance(idx, slice):
            return [self[i] for i in range(*idx.indices(len(self)))]
        if not -self._length <= idx < self._length:
            raise IndexError(f"{idx} of {self._length} names")
        batch, place = divmod(int(idx) % self._length, _CHUNK)
        return self._columns[batch][place].as_py()


class StoredAnnotations(Annotations):
    """Annotations that :func:`save` wrote; hashes and counts are there already.

    Args:
        folder: Where they are.

    Raises:
        ValueError: The folder holds no such annotations, or of another version.
    """

    def __init__(self, folder: str):
        self.folder = folder
        try:
            meta = json.loads((Path(folder) / "meta.json").read_text(encoding="utf-8"))
            indptr, codes, name_hashes = (
                np.load(Path(folder) / f"{name}.npy", mmap_mode="r") for name in _ARRAYS
            )
            images = StoredNames(str(Path(folder) / "images.arrow"))
        except (OSError, ValueError) as error:
            raise ValueError(
                f"{folder} holds no complete annotations ({error}): remove it to have it made anew."
            ) from error
        counts = np.array(meta["counts"], dtype=np.int64)
        labels = LabelMatrix(indptr, codes, len(meta["classes"]), meta["unlisted"], counts)
        super().__init__(images, meta["classes"], labels)
        self.name_hashes = name_hashes
        self.label_hash = meta["label_hash"]

    def __reduce__(self) -> tuple:
        return StoredAnnotations, (self.folder,)


def save(annotations: Annotations, folder: str) -> None:
    """Write annotations to a new folder, all or nothing.

    Raises:
        FileExistsError: The folder exists.
    """
    if os.path.exists(folder):
        raise FileExistsError(f"{folder} exists already: remove it, or choose another folder.")
    os.makedirs(os.path.dirname(os.path.abspath(folder)), exist_ok=True)
    partial = tempfile.mkdtemp(prefix=".", dir=os.path.dirname(os.path.abspath(folder)))
    try:
        labels = annotations.labels
        arrays = labels.indptr, labels.codes, annotations.name_hashes
        for name, array in zip(_ARRAYS, arrays, strict=True):
            np.save(Path(partial) / f"{name}.npy", array)
        _write_names(annotations.images, str(Path(partial) / "images.arrow"))
        meta = dict(
            classes=list(annotations.classes),
            unlisted=labels.unlisted,
            counts=labels.counts.tolist(),
            label_hash=annotations.label_hash,
        )
        (Path(partial) / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
        os.chmod(partial, 0o755)
        os.rename(partial, folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _write_names(names: Sequence[str], path: str) -> None:
    schema = pa.schema([("name", pa.string())])
    with pa.OSFile(path, "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for start in range(0, len(names), _CHUNK):
            part = pa.array(names[start : start + _CHUNK], type=pa.string())
            writer.write_batch(pa.record_batch([part], schema=schema))
