"""Faults of image files that their bytes show."""

import re

JPEG = b"\xff\xd8\xff"
PNG = b"\x89PNG\r\n\x1a\n"
_JPEG_END = b"\xff\xd9"
_PNG_END = b"IEND\xaeB`\x82"
_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])")  # in the coded pixels of a JPEG


def fault(content: bytes) -> str | None:
    """The reason why these bytes are not a complete image, or None.

    A decoder may return an image that is half grey instead of an error.
    """
    if not content:
        return "it is empty"
    if content.startswith(b"version https://git-lfs"):
        return "it is a pointer of Git LFS (git lfs pull gets the image)"
    if content[:512].lstrip().startswith(b"<"):
        return "it is text, such as a web page or XML of a failed download"
    if not content.strip(b"\0"):
        return "it has zeros only"
    cut = (content.startswith(JPEG) and not _jpeg_ends(content)) or (
        content.startswith(PNG) and _PNG_END not in content
    )
    return f"it is cut off after {len(content):,} bytes" if cut else None


def _jpeg_ends(content: bytes) -> bool:
    """Whether a JPEG has its end marker (not the one of a thumbnail in it)."""
    if content.endswith(_JPEG_END):
        return True
    at = 2
    while (marker := _MARKER.search(content, at)) is not None:
        code, at = marker[1][0], marker.end()
        if code == _JPEG_END[1]:
            return True
        if code != 0x01:  # all others but TEM have a length
            at += int.from_bytes(content[at : at + 2], "big")
    return False
