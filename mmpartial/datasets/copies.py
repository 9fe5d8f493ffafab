"""Files with the same content under several names."""

import hashlib
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

_ENDS = 4096  # bytes at the beginning and at the end of a file


def copies(paths: Sequence[str]) -> dict[str, str]:
    """Find the files that are copies of an earlier one.

    Args:
        paths: The paths of the files. Only those of equal size are read.

    Returns:
        The earlier file of each copy.
    """
    size = {path: os.path.getsize(path) for path in paths}
    number = Counter(size.values())
    first: dict[bytes, str] = {}
    found = {}
    for path in size:
        if number[size[path]] > 1:
            key = hashlib.blake2b(Path(path).read_bytes()).digest()
            if first.setdefault(key, path) != path:
                found[path] = first[key]
    return found


def quick_hash(path: str) -> int:
    """A hash of the size and of the first and the last bytes of a file, which is not 0."""
    with open(path, "rb") as file:
        head = file.read(_ENDS)
        size = file.seek(0, os.SEEK_END)
        file.seek(max(len(head), size - _ENDS))
        found = hashlib.blake2b(head + file.read() + str(size).encode(), digest_size=8).digest()
    return int.from_bytes(found, "little", signed=True) or 1
