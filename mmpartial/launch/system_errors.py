"""Describes errors of files and disks in one sentence."""

import errno
import re

from ..utils.whole_file import FULL, MAKE_ROOM

# "[Errno 21] Is a directory: 'a'", perhaps with the second file of a move or copy: "'a' -> 'b'".
_ERROR = re.compile(r"""\[Errno (\d+)\] ([^:]*)(?:: (?:.* -> )?['"](.*)['"])?""")
_PERMISSIONS = "change its permissions, or write into another folder"
_MISSING = "check the path, and that no other program removes the file"
_DISK = (
    "its disk or network share has failed: see that it works, and give the same command again "
    "(train.py with --resume)"
)
_REMEDIES = {
    errno.EACCES: _PERMISSIONS,
    errno.EPERM: _PERMISSIONS,
    errno.EROFS: _PERMISSIONS,
    errno.ENOENT: _MISSING,
    errno.EISDIR: "move this folder away, because a file should be there, or give another path",
    errno.ENOTDIR: "move the file away that is where a folder should be, or give another path",
    errno.EMFILE: "let a process open more files with ulimit -n, or set fewer workers",
    errno.EIO: _DISK,
    errno.ESTALE: _DISK,
    errno.ETIMEDOUT: _DISK,
    errno.ENXIO: _DISK,
    errno.ENODEV: _DISK,
    errno.ENOTCONN: _DISK,
}


def sentence_of_system(text: str) -> str | None:
    """Describe an error of the operating system, or return None if it is none of a file.

    Args:
        text: The text of the error; an error of another process has only this.

    >>> sentence_of_system("[Errno 21] Is a directory: 'a.partial' -> 'a'")
    'a cannot be read or written (Is a directory): move this folder away, because a file should be \
there, or give another path.'
    """
    found = _ERROR.match(text)
    if found is None:
        return None
    number, reason, file = int(found[1]), found[2], found[3] or "a file"
    if number in FULL:
        return f"{file} cannot be written ({reason}): {MAKE_ROOM}."
    remedy = _REMEDIES.get(number)
    return remedy and f"{file} cannot be read or written ({reason}): {remedy}."
