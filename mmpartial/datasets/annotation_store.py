"""Annotations in a folder, memory-mapped: opened at once and shared by all processes."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ..formats.common.output_paths import check_new
from ..labels.annotations import Annotations
from ..labels.encoding import STATES
from ..labels.groups import Groups
from ..labels.matrix import LabelMatrix
from ..utils.arrays import read_array
from ..utils.checksum import checksum
from ..utils.hidden_name import hidden_beside
from ..utils.json_objects import load_json
from ..utils.whole_file import sync, told_if_full

_ARRAYS = ("indptr", "codes", "name_hashes")
_META, _NAMES, _CHECKSUMS = "meta.json", "images.arrow", "checksums.json"
_GROUPS, _GROUP_NAMES = "groups.npy", "groups.arrow"  # only if images have groups
_LETTERS = 500  # of a reason
_REMEDY = "remove the folder {}, and it is made anew."
_CHUNK = 2**18  # names written together


class StoredNames(Sequence):
    """Texts in a memory-mapped Arrow file; other processes open the file anew."""

    def __init__(self, path: str):
        self.path = path
        self._names = pa.ipc.open_file(pa.memory_map(path)).read_all()["name"]

    def __reduce__(self) -> tuple:
        return StoredNames, (self.path,)

    def check(self) -> None:
        """Check that all are texts in UTF-8; pyarrow's exception says if not."""
        self._names.validate(full=True)

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, idx: Any) -> Any:
        if isinstance(idx, slice):
            return self._names[idx].to_pylist()
        return self._names[int(idx)].as_py()


class StoredAnnotations(Annotations):
    """Annotations that :func:`save` wrote, with their hashes and counts.

    Each opening reads all files once to compare their checksums, which takes 0.2 s a GB.

    Args:
        folder: The folder of the files.

    Raises:
        ValueError: A file is missing, cut off or damaged; the message names it.
    """

    def __init__(self, folder: str):
        self.folder = folder
        _check(Path(folder))
        try:
            meta = load_json(str(Path(folder) / _META))
            arrays = [read_array(Path(folder) / f"{name}.npy", "r") for name in _ARRAYS]
            indptr, codes, name_hashes = arrays
            images = StoredNames(str(Path(folder) / _NAMES))
            images.check()
            counts = np.array(meta["counts"], dtype=np.int64)
            known = meta["unlisted"] in STATES.tolist()
            if not known or not _belong_together(arrays, counts, meta["classes"], images):
                raise ValueError("its files do not fit each other")
            labels = LabelMatrix(indptr, codes, len(meta["classes"]), meta["unlisted"], counts)
            super().__init__(images, meta["classes"], labels)
            self.name_hashes = name_hashes
            self.label_hash = str(meta["label_hash"])
            if (Path(folder) / _GROUPS).exists():
                group = read_array(Path(folder) / _GROUPS, "r")
                names = StoredNames(str(Path(folder) / _GROUP_NAMES))
                names.check()
                if group.shape != (len(images),) or not _within(group, len(names)):
                    raise ValueError("its groups do not fit its images")
                self.groups = Groups(group, names)
        except Exception as error:  # from JSON, NumPy, Arrow or here
            reason = str(error)[:_LETTERS]
            raise ValueError(f"{folder} is damaged ({reason}): {_REMEDY.format(folder)}") from error

    def __reduce__(self) -> tuple:
        return StoredAnnotations, (self.folder,)


def save(annotations: Annotations, folder: str) -> None:
    """Write annotations to a new folder, all or nothing, even if the power fails.

    Raises:
        FileExistsError: The folder exists.
    """
    check_new(folder)
    parent = Path(folder).absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    partial = hidden_beside(Path(folder).absolute())
    shutil.rmtree(partial, ignore_errors=True)  # of a killed process that had the same number
    try:
        partial.mkdir()
        with told_if_full(Path(folder)):
            _write(annotations, partial)
        for path in (*partial.iterdir(), partial):
            sync(path)
        partial.rename(folder)
        sync(parent)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _write(annotations: Annotations, folder: Path) -> None:
    labels = annotations.labels
    arrays = labels.indptr, labels.codes, annotations.name_hashes
    for name, array in zip(_ARRAYS, arrays, strict=True):
        np.save(folder / f"{name}.npy", array)
    _write_names(annotations.images, str(folder / _NAMES))
    if annotations.groups is not None:
        np.save(folder / _GROUPS, annotations.groups.codes)
        _write_names(annotations.groups.names, str(folder / _GROUP_NAMES))
    meta = dict(
        classes=list(annotations.classes),
        unlisted=labels.default_state,
        counts=labels.counts.tolist(),
        label_hash=annotations.label_hash,
    )
    (folder / _META).write_text(json.dumps(meta), encoding="utf-8")
    checksums = {path.name: checksum(path) for path in sorted(folder.iterdir())}
    (folder / _CHECKSUMS).write_text(json.dumps(checksums), encoding="utf-8")


def _write_names(names: Sequence[str], path: str) -> None:
    schema = pa.schema([("name", pa.string())])
    with pa.OSFile(path, "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for start in range(0, len(names), _CHUNK):
            part = pa.array(names[start : start + _CHUNK], type=pa.string())
            writer.write_batch(pa.record_batch([part], schema=schema))


def _check(folder: Path) -> None:
    """Compare the checksum of each file with the one that was written."""
    path = folder / _CHECKSUMS
    try:
        expected = load_json(str(path))
        always = {*(f"{name}.npy" for name in _ARRAYS), _NAMES, _META}
        grouped = {_GROUPS, _GROUP_NAMES} & {*expected}
        for path in (folder / name for name in sorted(always | grouped)):
            if checksum(path) != expected[path.name]:
                raise ValueError("its checksum differs")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path} is damaged, cut off or missing ({error}): {_REMEDY.format(folder)}"
        ) from error


def _belong_together(
    arrays: Sequence[np.ndarray], counts: np.ndarray, classes: list[str], images: Sequence[str]
) -> bool:
    """Whether the arrays of some labels are of the right kinds, and belong together."""
    indptr, codes, hashes = arrays
    return (
        all(array.ndim == 1 for array in arrays)
        and indptr.dtype == hashes.dtype == np.int64
        and codes.dtype.kind == "u"
        and len(indptr) - 1 == len(hashes) == len(images)
        and counts.shape == (3, len(classes))
        and (int(indptr[0]), int(indptr[-1])) == (0, len(codes))
        and bool((np.diff(indptr) >= 0).all())
        and _within(codes, 2 * len(classes))
    )


def _within(numbers: np.ndarray, number: int) -> bool:
    """Whether numbers are whole, at least -1, and below ``number``."""
    whole = numbers.dtype.kind in "iu"
    return whole and int(numbers.min(initial=0)) >= -1 and int(numbers.max(initial=0)) < number
