"""Image files of all kinds as a viewer shows them: 8 bits, blue, green, red."""

import io
import re

import cv2
import numpy as np
from PIL import Image, ImageOps

from .file_fault import JPEG, PNG

BITS = (8, 10, 12, 14, 16)
_TIFF = (b"II", b"MM")
_EIGHT_BITS = (JPEG, b"RIFF", b"BM", b"GIF8")  # formats without deeper samples
_ALPHA = ("LA", "La", "PA", "RGBA", "RGBa")
_OPENCV = (JPEG, PNG, b"RIFF", b"BM")  # formats that OpenCV alone decodes
# The beginnings of formats without a decoder.
_UNREAD = {
    "HEIC": re.compile(rb"(?s).{4}ftyp(hei[cmsx]|hev[cmx]|mif1|msf1)"),
    "JPEG XL": re.compile(rb"(?s)\xff\x0a|\0\0\0\x0cJXL "),
}
_REDUCED = {
    8: cv2.IMREAD_REDUCED_COLOR_8,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    2: cv2.IMREAD_REDUCED_COLOR_2,
}


def decode(
    content: bytes, bits: int | None = None, min_side: int | None = None
) -> tuple[np.ndarray, int]:
    """Decode an image file.

    OpenCV decodes images of 8 bits. Deeper samples are scaled by the bits that they use, because 12
    bits in a file of 16 would be nearly black. Floating-point samples must be in [0, 1].
    Transparent pixels become white, unless all are transparent.

    Args:
        content: The bytes of the file.
        bits: The bits of deeper samples; None takes the fewest of 8, 10, 12, 14 and 16 that hold
            the largest sample.
        min_side: Decode a JPEG file at a half, a quarter or an eighth of its size, the smallest
            whose shorter side has this many pixels. None takes its own size.

    Returns:
        The image, ``(H, W, 3)`` uint8, and the bits of its samples.

    Raises:
        ValueError: It cannot be decoded; the message says why.
    """
    shown = _on_white(content)
    if shown is not None:
        return shown, 8
    try:
        if _may_be_deep(content):
            samples = _opencv(content, cv2.IMREAD_ANYCOLOR | cv2.IMREAD_ANYDEPTH)
            if samples is not None and samples.dtype != np.uint8:
                return _to_8_bits(samples, content, bits)
        image = _opencv(content, _reduction(content, min_side))
    except cv2.error as error:
        if "CV_IO_MAX_IMAGE" in str(error):
            raise ValueError(
                "it has more pixels than OpenCV reads, unless the environment variables "
                "OPENCV_IO_MAX_IMAGE_PIXELS, _WIDTH and _HEIGHT allow them"
            ) from error
        raise ValueError("OpenCV fails on it: " + " ".join(str(error).split())) from error
    if image is None and not content.startswith(_OPENCV):
        image = _pillow(content)
    if image is None:
        kind = next((kind for kind, sign in _UNREAD.items() if sign.match(content)), None)
        raise ValueError(
            "it is damaged, or not an image"
            if kind is None
            else f"it is an image in {kind}, which cannot be decoded: convert it to JPEG or PNG"
        )
    return image, 8


def _opencv(content: bytes, flag: int) -> np.ndarray | None:
    return cv2.imdecode(np.frombuffer(content, np.uint8), flag)


def _reduction(content: bytes, min_side: int | None) -> int:
    """OpenCV's flag for an image of 8 bits."""
    header = _header(content) if min_side is not None and content.startswith(JPEG) else None
    if header is None or min_side is None:
        return cv2.IMREAD_COLOR
    fitting = (flag for by, flag in _REDUCED.items() if min(header.size) >= by * min_side)
    return next(fitting, cv2.IMREAD_COLOR)


def _may_be_deep(content: bytes) -> bool:
    if content.startswith(PNG):
        return content[24:25] == b"\x10"
    return not content.startswith(_EIGHT_BITS)


def _to_8_bits(samples: np.ndarray, content: bytes, bits: int | None) -> tuple[np.ndarray, int]:
    low, high = samples.min(), samples.max()
    if samples.dtype.kind == "f":
        if not (low >= 0 and high <= 1):
            raise ValueError(
                f"it has numbers from {low:g} to {high:g}, but white is 1: convert it to 8 or 16 "
                "bits"
            )
        image, bits = np.rint(samples * 255).astype(np.uint8), 16
    else:
        if low < 0 or high >= 2**16:
            raise ValueError(
                f"it has numbers from {low} to {high}, but white is 65535 at most: convert it to 8 "
                "or 16 bits"
            )
        if bits is None:
            bits = next(b for b in BITS if high < 2**b)
        if high >= 2**bits:
            raise ValueError(f"it has the number {high}, too large for bits={bits}")
        if bits == 16:
            image = _opencv(content, cv2.IMREAD_COLOR)
            if image is not None:
                return image, bits
        image = (samples.astype(np.uint16) >> (bits - 8)).astype(np.uint8)
    if _zero_is_white(content):
        image = 255 - image
    return (image if image.ndim == 3 else cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)), bits


def _header(content: bytes) -> Image.Image | None:
    """The image in Pillow, before its pixels are read, or None."""
    try:
        return Image.open(io.BytesIO(content))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _zero_is_white(content: bytes) -> bool:
    """Whether a TIFF file has white as 0 (PhotometricInterpretation), like many X-rays."""
    image = _header(content) if content.startswith(_TIFF) else None
    return image is not None and image.tag_v2.get(262) == 0  # type: ignore[attr-defined]


def _on_white(content: bytes) -> np.ndarray | None:
    """The image on white, or None if no part of it is transparent."""
    if content.startswith(JPEG):
        return None
    opaque = content.startswith(PNG) and content[25:26] in b"\x00\x02\x03"
    if opaque and b"tRNS" not in content[: content.find(b"IDAT")]:
        return None
    image = _header(content)
    if image is None or not (image.mode in _ALPHA or "transparency" in image.info):
        return None
    try:
        colours = ImageOps.exif_transpose(image).convert("RGBA")
    except (OSError, ValueError, SyntaxError):
        return None  # damaged, as OpenCV will say
    low, high = colours.getchannel("A").getextrema()
    if low == 255 or high == 0:
        return None
    white = Image.new("RGBA", colours.size, "white")
    return _bgr(Image.alpha_composite(white, colours))


def _pillow(content: bytes) -> np.ndarray | None:
    """An image of 8 bits in a format that OpenCV does not decode."""
    image = _header(content)
    if image is None or image.mode[0] in "IF":
        return None
    try:
        return _bgr(ImageOps.exif_transpose(image))
    except (OSError, ValueError, SyntaxError):
        return None


def _bgr(image: Image.Image) -> np.ndarray:
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[..., ::-1])
