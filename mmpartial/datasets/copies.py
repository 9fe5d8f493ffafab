"""Files with the same content under several names."""

import hashlib
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path


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
