"""Small pictures inside a page."""

import base64
from pathlib import Path

import cv2
import numpy as np

from ..datasets.transforms.decode import decode

_QUALITY = 80  # of JPEG


def thumbnail(image: str | Path | np.ndarray, size: int = 160) -> tuple[str, str]:
    """A small copy of an image as a data URI.

    Args:
        image: A file, an ``(H, W, 3)`` uint8 array in RGB, or a data URI.
        size: Pixels of the longer side.

    Returns:
        The data URI, and an empty text; or an empty URI, and the reason why the image cannot be
        read.
    """
    if isinstance(image, np.ndarray):
        return _encode(image[..., ::-1], size), ""
    if str(image).startswith("data:image/"):
        return str(image), ""
    try:
        return _encode(read(image, size)[..., ::-1], size), ""
    except Exception as error:  # decoders raise errors of many kinds on damaged files
        return "", fault_of(error)


def read(path: str | Path, min_side: int) -> np.ndarray:
    """Read an image in RGB; a JPEG file may be decoded smaller, but not below ``min_side`` pixels.

    Raises:
        OSError: There is no such file.
        ValueError: It cannot be decoded.
    """
    return decode(Path(path).read_bytes(), min_side=min_side)[0][..., ::-1]


def fault_of(error: Exception) -> str:
    """The reason why :func:`read` failed, in a few words."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split()) or type(error).__name__


def _encode(image: np.ndarray, size: int) -> str:
    """A data URI of an image in BGR."""
    height, width = image.shape[:2]
    by = min(1.0, size / max(height, width))
    shape = max(1, round(width * by)), max(1, round(height * by))
    small = cv2.resize(np.ascontiguousarray(image), shape, interpolation=cv2.INTER_AREA)
    _, content = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return f"data:image/jpeg;base64,{base64.b64encode(content.tobytes()).decode()}"
