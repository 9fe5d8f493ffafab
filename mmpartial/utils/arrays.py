"""NumPy's files, read without code in them, and without memory that they only declare."""

import os
import zipfile
from pathlib import Path
from typing import IO, Any

import numpy as np

from .reading import reading
from .text_files import check_file

_SMALL = 2**26  # bytes that any file may take in memory
_GROWTH = 64  # and how many times its size on disk
_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def read_arrays(path: str | Path, expected: int = 0) -> dict[str, np.ndarray]:
    """All arrays of an ``.npz`` file.

    Args:
        path: The file.
        expected: Bytes that its arrays may take although the file is far smaller.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is damaged, has objects of Python, or declares far more than it holds.
    """
    check_file(str(path), "put it there.")
    with reading(str(path), "arrays of NumPy"), zipfile.ZipFile(path) as archive:
        limit = max(_SMALL, _GROWTH * os.path.getsize(path), expected)
        sizes = [entry.file_size for entry in archive.infolist()]
        if sum(sizes) > limit:
            raise ValueError(f"its arrays would take {sum(sizes) / 2**20:.0f} MiB")
        for entry in archive.infolist():
            with archive.open(entry) as file:
                _check(file, entry.file_size)
        with np.load(path, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}


def read_array(path: str | Path, mmap_mode: Any = None) -> np.ndarray:
    """The array of an ``.npy`` file.

    Args:
        path: The file.
        mmap_mode: As in ``numpy.load``.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is damaged or cut off, or has objects of Python.
    """
    check_file(str(path), "put it there.")
    with reading(str(path), "arrays of NumPy"):
        with open(path, "rb") as file:
            _check(file, os.path.getsize(path))
        return np.load(path, mmap_mode=mmap_mode, allow_pickle=False)


def _check(file: IO[bytes], size: int) -> None:
    """Compare the header of an array with the bytes that are there."""
    version = np.lib.format.read_magic(file)
    if version not in _HEADERS:
        raise ValueError(f"its format has the version {version}")
    shape, _, kind = _HEADERS[version](file)
    if kind.hasobject:
        raise ValueError("it holds objects of Python, which may be programs")
    declared = kind.itemsize
    for number in shape:  # as whole numbers of Python, which do not overflow
        declared *= number
    if not all(number >= 0 for number in shape) or file.tell() + declared != size:
        raise ValueError(f"it declares an array of the shape {shape}, and has another size")
