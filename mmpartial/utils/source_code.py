"""Hashes of source files."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path


@cache
def file_hash(file: Path) -> str:
    """Hash a source file as it is when this process first asks."""
    try:
        return hashlib.blake2b(file.read_bytes(), digest_size=8).hexdigest()
    except OSError:
        return "gone"


def source_hash(paths: Iterable[Path]) -> str:
    """One hash of source files, and of all Python files in folders.

    Args:
        paths: Files and folders; where they are does not matter.
    """
    files = [file for path in paths for file in ([path], sorted(path.rglob("*.py")))[path.is_dir()]]
    hashes = "".join(file.name + file_hash(file) for file in files)
    return hashlib.blake2b(hashes.encode(), digest_size=8).hexdigest()
