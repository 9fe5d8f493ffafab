"""MNIST's idx files."""

import gzip
import os
import warnings
import zlib

import numpy as np
from mmpretrain.datasets.mnist import read_sn3_pascalvincent_tensor


def read_idx(path: str, shape: tuple[int, ...]) -> np.ndarray:
    """The bytes of an idx file, ``(N, *shape)``, packed as ``.gz`` or not.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is cut off, or has other values.
    """
    path = path if os.path.exists(path) else f"{path}.gz"
    if not os.path.exists(path):
        raise FileNotFoundError(
            f"there is no {path}, nor one without .gz: download MNIST's four files, for example "
            "with torchvision, and set data_root to their folder."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # torch on memory that is read-only
            found = read_sn3_pascalvincent_tensor(path).numpy()
    except (AssertionError, EOFError, KeyError, gzip.BadGzipFile, zlib.error, ValueError) as error:
        raise ValueError(
            f"{path} is damaged or not an idx file ({type(error).__name__}): download MNIST again."
        ) from None
    if found.shape[1:] != shape or found.dtype != np.uint8:
        raise ValueError(
            f"{path} has {found.dtype} values of shape {found.shape}: download MNIST again."
        )
    return found
