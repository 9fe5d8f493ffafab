"""Checks of checkpoints that cost little, before and after torch reads them."""

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .text_files import check_file

_DEPTH = 64  # of lists and dicts in each other
_MOST = 10_000_000  # values in lists and dicts
_LISTS = (Mapping, list, tuple, set, frozenset)
_ENDLESS = "it has lists in lists almost without end, which no checkpoint has"


def check_archive(file: Path) -> None:
    """Check that a file is an archive as ``torch.save`` writes it.

    Its parts are not compressed, so they are as large in memory as on disk.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is not such an archive; the message names it.
    """
    check_file(str(file), "give the path of a checkpoint.")
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise ValueError(f"{file} is cut off, or not a checkpoint ({error}).") from error
    if any(part.filename.endswith("/constants.pkl") for part in parts):
        raise ValueError(f"{file} holds a program of TorchScript: give the path of a checkpoint.")
    packed = any(part.compress_type != zipfile.ZIP_STORED for part in parts)
    if packed or sum(part.file_size for part in parts) > os.path.getsize(file):
        raise ValueError(f"{file} holds more than its size, and torch does not pack checkpoints.")


def check_nest(content: Any) -> None:
    """Check that lists and dicts in each other come to an end.

    A list that holds itself has none, and thirty lists that hold the next one twice have a billion.

    Raises:
        ValueError: They do not, or are far too many.
    """
    if isinstance(content, _LISTS) and _number(content, 0, {}) > _MOST:
        raise ValueError(_ENDLESS)


def _number(value: Any, depth: int, numbers: dict[int, int]) -> int:
    """The number of values in a list, each counted wherever it is; lists are read once."""
    if depth > _DEPTH:
        raise ValueError(_ENDLESS)
    if id(value) not in numbers:
        inside = [*value, *value.values()] if isinstance(value, Mapping) else list(value)
        lists = [part for part in inside if isinstance(part, _LISTS)]
        below = sum(_number(part, depth + 1, numbers) for part in lists)
        numbers[id(value)] = below + len(inside) - len(lists) + 1
    return numbers[id(value)]


def name_beside(name: Any) -> str:
    """The name of a file beside a checkpoint, as the checkpoint has it.

    Raises:
        ValueError: It is a path to another folder, or not a name.
    """
    if not isinstance(name, str) or name in ("", ".", "..") or Path(name).name != name:
        raise ValueError(
            f"the checkpoint names the file {str(name)[:60]!r}, which is not beside it: no "
            "checkpoint of mmpartial does, so do not use it."
        )
    return name
