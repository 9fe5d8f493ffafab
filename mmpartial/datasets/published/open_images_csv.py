"""The CSV files of Open Images, as arrays."""

import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from mmengine.dist import is_main_process
from mmengine.utils import ProgressBar
from pyarrow import csv

from ...formats.tables.file_kinds import check_kind

_BLOCK = 2**24  # bytes of CSV that are read together
_DIGIT: np.ndarray = np.full(256, 255, dtype=np.uint8)
for _digits in ("0123456789abcdef", "0123456789ABCDEF"):
    _DIGIT[np.frombuffer(_digits.encode(), np.uint8)] = np.arange(16)


class HexNames(Sequence):
    """File names of 64-bit ids, made when they are asked for.

    >>> list(HexNames(np.array([26], dtype=np.uint64), '.jpg'))
    ['000000000000001a.jpg']
    """

    def __init__(self, ids: np.ndarray, suffix: str):
        self.ids, self.suffix = ids, suffix

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[str]:
        return (name for start in range(0, len(self), 4096) for name in self[start : start + 4096])

    def __getitem__(self, idx: Any) -> Any:
        if isinstance(idx, slice):
            return [f"{i:016x}{self.suffix}" for i in self.ids[idx].tolist()]
        return f"{int(self.ids[idx]):016x}{self.suffix}"


def _blocks(path: str, columns: dict[str, pa.DataType]) -> Iterator[pa.RecordBatch]:
    """Some columns of a CSV with a header, block by block, with a progress bar in megabytes."""
    size = os.path.getsize(path)
    bar = ProgressBar(max(1, size >> 20)) if is_main_process() and size > _BLOCK else None
    convert = csv.ConvertOptions(column_types=columns, include_columns=list(columns))
    read = csv.ReadOptions(block_size=_BLOCK)
    try:
        check_kind(path)
        with open(path, "rb") as file, csv.open_csv(file, read, convert_options=convert) as reader:
            done = 0
            for batch in reader:
                yield batch
                if bar is not None and (now := file.tell() >> 20) > done:
                    bar.update(now - done)
                    done = now
    except (pa.ArrowException, OSError) as error:
        raise ValueError(
            f"{path} is not a CSV with the columns {', '.join(columns)} ({error}): download the "
            "file of human-verified image-level labels, or of images, again."
        ) from error


def verified(path: str, mids: list[str]) -> tuple[np.ndarray, np.ndarray, dict[str, int]]:
    """The labels of some classes.

    Args:
        path: A CSV with ImageID, LabelName and Confidence.
        mids: The machine ids of the C classes.

    Returns:
        uint64 ids of the images, uint32 2 * class + confidence, and counts of labels for the log.

    Raises:
        ValueError: The file is of another format or has none.
    """
    known = pa.array(mids)
    ids: list[np.ndarray] = [np.empty(0, np.uint64)]
    codes: list[np.ndarray] = [np.empty(0, np.uint16)]
    rows = 0
    columns = dict(ImageID=pa.string(), LabelName=pa.string(), Confidence=pa.float32())
    for batch in _blocks(path, columns):
        confidence = pc.fill_null(batch["Confidence"], -1).to_numpy(zero_copy_only=False)
        wrong = np.flatnonzero((confidence != 0) & (confidence != 1))
        if len(wrong):
            raise ValueError(
                f"{path} has {batch['Confidence'][int(wrong[0])]} in line {rows + wrong[0] + 2}, "
                "column Confidence, but verified labels have 0 or 1: take the human-imagelabels "
                "file, not the machine-generated one."
            )
        cls = pc.fill_null(pc.index_in(batch["LabelName"], known), -1).to_numpy()
        ours = cls >= 0
        ids.append(_parse_hex(batch["ImageID"], path, rows)[ours])
        codes.append((2 * cls[ours] + confidence[ours]).astype(np.uint32))
        rows += len(batch)
    if not rows:
        raise ValueError(f"{path} has no label: it may have been cut off, download it again.")
    kept = sum(map(len, ids))
    counts = {"read": rows, "of other classes": rows - kept}
    return np.concatenate(ids), np.concatenate(codes), counts


def _parse_hex(column: pa.StringArray, path: str, rows: int) -> np.ndarray:
    """Ids of 16 hexadecimal digits as uint64."""
    lengths = pc.fill_null(pc.binary_length(column), 0).to_numpy(zero_copy_only=False)
    wrong = np.flatnonzero(lengths != 16)
    if not len(wrong):
        data = np.frombuffer(column.buffers()[2], dtype=np.uint8)
        start = np.frombuffer(column.buffers()[1], dtype=np.int32)[column.offset]
        digits = _DIGIT[data[start : start + 16 * len(column)].reshape(-1, 16)]
        wrong = np.flatnonzero((digits > 15).any(1))
    if len(wrong):
        raise ValueError(
            f"{path} has {column[int(wrong[0])].as_py()!r} in line {rows + wrong[0] + 2}, column "
            "ImageID, but an id has 16 hexadecimal digits: take the file as it is published."
        )
    pairs = digits[:, 0::2] << 4 | digits[:, 1::2]
    return np.ascontiguousarray(pairs).view(">u8").ravel().astype(np.uint64)


def listed(path: str) -> np.ndarray:
    """The ids of a list of images, ascending."""
    ids: list[np.ndarray] = [np.empty(0, np.uint64)]
    for batch in _blocks(path, dict(ImageID=pa.string())):
        ids.append(_parse_hex(batch["ImageID"], path, sum(map(len, ids))))
    return np.unique(np.concatenate(ids))


def _two_columns(path: str) -> list[list[str]]:
    """The columns of a small CSV or list, without the header that some versions have."""
    try:
        check_kind(path)
        table = csv.read_csv(
            path,
            csv.ReadOptions(autogenerate_column_names=True),
            convert_options=csv.ConvertOptions(strings_can_be_null=False, column_types={
                "f0": pa.string(), "f1": pa.string()}),
        )  # fmt: skip
    except (pa.ArrowException, OSError) as error:
        raise ValueError(
            f"{path} is not a list of Open Images' classes ({error}): download it again."
        ) from error
    columns = [column.to_pylist() for column in table.columns]
    header = 0 if columns[0][0].startswith("/") else 1
    return [column[header:] for column in columns]


def described(path: str) -> dict[str, str]:
    """The names of machine ids."""
    columns = _two_columns(path)
    if len(columns) < 2:
        raise ValueError(f"{path} has no names of classes: take a class-descriptions file.")
    return dict(zip(columns[0], columns[1], strict=True))


def machine_ids(path: str) -> list[str]:
    """The machine ids at the beginning of the lines."""
    mids = _two_columns(path)[0]
    wrong = next((mid for mid in mids if not mid.startswith("/")), None)
    if wrong is not None or not mids:
        raise ValueError(
            f"{path} is not a list of Open Images' classes: it has {wrong!r} in place of a machine "
            "id such as /m/0cnyhnx, so set class_file to another file."
        )
    return mids


def without_conflicts(keys: np.ndarray) -> tuple[np.ndarray, int]:
    """Sort label keys in place, and drop the labels that are both positive and negative.

    Args:
        keys: int64, 2 * (image * C + class) + state.

    Returns:
        The other keys, and the number of pairs of image and class that were dropped.

    >>> without_conflicts(np.array([7, 6, 2, 7, 2]))
    (array([2, 2]), 1)
    """
    keys.sort()
    differ = np.flatnonzero((keys[1:] ^ keys[:-1]) == 1)
    differ = differ[keys[differ] & 1 == 0]
    pairs = keys[differ] >> 1
    first = np.searchsorted(keys, 2 * pairs)
    last = np.searchsorted(keys, 2 * pairs + 2)
    drop: np.ndarray = np.zeros(len(keys) + 1, dtype=np.int8)
    drop[first] += 1
    np.subtract.at(drop, last, 1)
    return keys[np.cumsum(drop[:-1], dtype=np.int8) == 0], len(pairs)
