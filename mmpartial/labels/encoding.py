"""How a label matrix is stored: the offsets of its rows, and a code for each stored label.

The code of a label is 2 * class + bit. A matrix stores two of the three states, and the bit is 1
for the higher one. While a matrix is built, a label has the key 2 * (image * C + class) + bit.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from .states import NEGATIVE, POSITIVE, UNKNOWN

STATES = np.array([UNKNOWN, NEGATIVE, POSITIVE], dtype=np.int8)  # a state is its index - 1
CHUNK = 2**22  # labels that are worked on together


class ConflictError(ValueError):
    """A class is both positive and negative in one image.

    Attributes:
        image: The number of the image.
        cls: The number of the class.
    """

    def __init__(self, image: int, cls: int):
        super().__init__(f"image {image} has class {cls} as positive and as negative.")
        self.image, self.cls = image, cls


def keys_of_entries(
    image: np.ndarray, cls: np.ndarray, positive: np.ndarray, num_classes: int
) -> np.ndarray:
    """``(M,)`` int64, the keys of M known labels in a matrix that stores both known states."""
    keys = np.array(image, dtype=np.int64)  # changed in place: millions of labels take memory
    keys *= num_classes
    keys += cls
    keys *= 2
    keys += np.asarray(positive, dtype=bool)
    return keys


def encode_keys(
    keys: np.ndarray, shape: tuple[int, int], drop_negatives: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Offsets and codes of labels in any order.

    Args:
        keys: The keys, which are sorted in place. Equal keys count once.
        shape: (N, C).
        drop_negatives: Leave out the labels whose bit is 0, after the search for conflicts.

    Raises:
        ConflictError: An image has a class in both states.
    """
    keys.sort()
    again = np.flatnonzero((keys[1:] ^ keys[:-1]) <= 1)  # equal except for the last bit
    if len(again):
        conflicts = again[keys[again] != keys[again + 1]]
        if len(conflicts):
            raise ConflictError(*map(int, divmod(int(keys[conflicts[0]]) >> 1, shape[1])))
        keys = np.delete(keys, again)
    if drop_negatives:
        keys = keys[keys & 1 == 1]
    image: np.ndarray = keys // (2 * shape[1])
    indptr: np.ndarray = np.zeros(shape[0] + 1, dtype=np.int64)
    np.cumsum(np.bincount(image, minlength=shape[0]), out=indptr[1:])
    codes = np.subtract(keys, np.multiply(image, 2 * shape[1], out=image), out=image)
    return indptr, codes.astype(_code_type(shape[1]))


def encode_dense(
    blocks: Iterable[np.ndarray], num_classes: int, default_state: int
) -> tuple[np.ndarray, np.ndarray]:
    """Offsets and codes of dense blocks of rows, without the labels of the default state."""
    higher = STATES[default_state != STATES][1]
    codes: list[np.ndarray] = [np.empty(0, dtype=_code_type(num_classes))]
    lengths: list[np.ndarray] = [np.zeros(1, dtype=np.int64)]
    for block in blocks:
        stored = block != default_state
        _, cls = np.nonzero(stored)
        codes.append((2 * cls + (block[stored] == higher)).astype(_code_type(num_classes)))
        lengths.append(stored.sum(1))
    return np.cumsum(np.concatenate(lengths)), np.concatenate(codes)


def entries_of_rows(
    indptr: np.ndarray, rows: Sequence[int] | np.ndarray | slice
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The places of the codes of some rows.

    Returns:
        For each code the place of its row in ``rows`` and its own place among all codes; and the
        number of codes of each row.
    """
    start, stop = indptr[:-1][rows], indptr[1:][rows]
    lengths = stop - start
    number: np.ndarray = np.repeat(np.arange(len(start)), lengths)
    first = np.cumsum(lengths) - lengths
    return number, np.arange(len(number)) + np.repeat(start - first, lengths), lengths


def count_codes(codes: np.ndarray, num_classes: int) -> np.ndarray:
    """``(2, C)`` int64, how many codes of each class have the bit 0, and how many the bit 1."""
    both: np.ndarray = np.zeros(2 * num_classes, dtype=np.int64)
    for start in range(0, len(codes), CHUNK):
        both += np.bincount(codes[start : start + CHUNK], minlength=len(both))
    return both.reshape(-1, 2).T


def _code_type(num_classes: int) -> type:
    return np.uint16 if num_classes <= 2**15 else np.uint32
