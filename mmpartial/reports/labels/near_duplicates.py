"""Finds images that look alike, by their edges and colours."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np

from ...utils.machine import cores
from ..thumbnails import fault_of, read

_EDGES = (9, 8)  # of the grey image whose neighbouring pixels are compared
_COLOURS = (8, 8)  # of the coloured one
_BITS, _BYTES = 8, 12  # images that look alike differ in at most so many bits, and in mean colour
_REACH = 200  # images with a common part of the hash that each is compared with
_ONES: np.ndarray = np.array([bin(value).count("1") for value in range(256)], dtype=np.uint8)


def image_hashes(paths: Sequence[str]) -> tuple[np.ndarray, dict[int, str]]:
    """Hashes of images: a difference hash of 64 bits, and the colours of 8 x 8 pixels.

    A difference hash has a bit for each grey value: whether it is below the one to its right.

    Args:
        paths: The files, which are decoded in parallel.

    Returns:
        ``(N, 8 + 192)`` uint8; and the reason for each file that cannot be read, by its number.
    """
    with ThreadPoolExecutor(cores()) as pool:
        found = list(pool.map(_hash, paths))
    faults = {number: text for number, text in enumerate(found) if isinstance(text, str)}
    blank: np.ndarray = np.zeros(8 + 3 * _COLOURS[0] * _COLOURS[1], dtype=np.uint8)
    hashes = [blank if isinstance(value, str) else value for value in found]
    return np.array(hashes).reshape(-1, len(blank)), faults


def _hash(path: str) -> np.ndarray | str:
    try:
        image = read(path, 32)
    except Exception as error:  # decoders raise errors of many kinds on damaged files
        return fault_of(error)
    image = np.ascontiguousarray(image)
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    edges = cv2.resize(grey, _EDGES, interpolation=cv2.INTER_AREA)
    colours = cv2.resize(image, _COLOURS, interpolation=cv2.INTER_AREA)
    return np.concatenate([np.packbits(edges[:, :-1] < edges[:, 1:]), colours.ravel()])


def near_duplicates(hashes: np.ndarray) -> np.ndarray:
    """Find the pairs of images whose hashes hardly differ.

    Only images that share a quarter of the 64 bits are compared. Images that differ in up to three
    bits always share one, and most others that look alike do.

    Args:
        hashes: Those of :func:`image_hashes`.

    Returns:
        ``(P, 2)``, ascending.
    """
    rows = np.flatnonzero(np.ptp(hashes[:, 8:], axis=1) > _BYTES)
    found: list[np.ndarray] = [np.empty((0, 2), dtype=np.int64)]
    for quarter in range(4):
        found += [rows[pairs] for pairs in _alike(hashes[rows], quarter)]
    pairs = np.sort(np.concatenate(found), axis=1)
    return np.unique(pairs, axis=0)


def _alike(hashes: np.ndarray, quarter: int) -> Iterator[np.ndarray]:
    """Pairs among the images with a common quarter of the hash."""
    key = np.ascontiguousarray(hashes[:, 2 * quarter : 2 * quarter + 2]).view(np.uint16)[:, 0]
    whole = np.ascontiguousarray(hashes[:, :8]).view(np.uint64)[:, 0]
    order = np.lexsort((whole, key))  # images with the same hash are next to each other
    key = key[order]
    at = np.arange(len(key))
    for apart in range(1, _REACH):
        at = at[at + apart < len(key)]
        at = at[key[at] == key[at + apart]]
        if not len(at):
            return
        one, other = order[at], order[at + apart]
        bits = _ONES[hashes[one, :8] ^ hashes[other, :8]].sum(1)
        one, other = one[bits <= _BITS], other[bits <= _BITS]
        colours = np.abs(hashes[one, 8:].astype(np.int16) - hashes[other, 8:]).mean(1)
        yield np.stack([one, other], axis=1)[colours <= _BYTES]
