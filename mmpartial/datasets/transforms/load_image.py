"""Reading image files, with errors that name them."""

import os
from typing import Any

import mmcv
import numpy as np
from mmcv.transforms import LoadImageFromFile
from mmengine import fileio

from ...registry import TRANSFORMS
from ...utils.log import warn
from ...utils.names import visible
from .decode import BITS, decode
from .file_fault import fault
from .unreadable import missing, unreadable

_said: set[int] = set()  # bits that this process has logged


@TRANSFORMS.register_module()
class LoadImage(LoadImageFromFile):
    """MMCV's ``LoadImageFromFile``, for image files of all kinds.

    If a file is missing, empty, cut off or not an image, the error names it. Images look as in a
    viewer, see :func:`~.decode.decode`; images of 8 bits have the same pixels as with MMCV.

    :class:`mmpartial.PartialLabelDataset` and the other datasets here load images in this way with
    MMCV's transform as well. This transform is needed for ``bits`` and ``min_side`` alone.

    Args:
        bits: The bits of samples with more than 8 bits: 10, 12, 14 or 16. By default it is the
            fewest that hold the largest sample of the image, so two images of a dataset may be
            scaled differently.
        min_side: Decode a large JPEG file at a half, a quarter or an eighth of its size, if its
            shorter side keeps this many pixels. Photos of a camera take a third of the time. With
            twice the size that the pipeline resizes to, nothing is lost.
        **kwargs: Arguments of ``LoadImageFromFile``; ``ignore_empty`` has no effect.
    """

    def __init__(self, bits: int | None = None, min_side: int | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        if bits not in (None, *BITS):
            raise ValueError(f"bits={bits}: choose one of {', '.join(map(str, BITS))}.")
        if min_side is not None and min_side <= 0:
            raise ValueError(f"min_side={min_side}: give a number of pixels above 0.")
        self.bits, self.min_side = bits, min_side

    def transform(self, results: dict) -> dict:
        """Load ``img`` from ``img_path``."""
        return load_image(self, results)


def load_image(loader: LoadImageFromFile, results: dict) -> dict:
    """Load an image with the options of a loader, MMCV's or ours.

    Raises:
        UnreadableImage: The image cannot be read.
    """
    path = results["img_path"]
    content = _content(loader, path)
    reason = fault(content)
    if reason is not None:
        raise unreadable(path, reason)
    image = _decoded(loader, path, content)
    if loader.to_float32:
        image = image.astype(np.float32)
    results["img"] = image
    results["img_shape"] = results["ori_shape"] = image.shape[:2]
    return results


def _content(loader: LoadImageFromFile, path: str) -> bytes:
    if os.path.exists(path) and not (os.path.isfile(path) or os.path.isdir(path)):
        raise unreadable(path, "it is a pipe, socket or device")  # reading it may not end
    try:
        if loader.file_client_args is not None:
            return fileio.FileClient.infer_client(loader.file_client_args, path).get(path)
        return fileio.get(path, backend_args=loader.backend_args)
    except FileNotFoundError as error:
        raise missing(path) from error
    except OSError as error:
        raise unreadable(path, error.strerror or str(error)) from error


def _decoded(loader: LoadImageFromFile, path: str, content: bytes) -> np.ndarray:
    try:
        if loader.color_type != "color" or loader.imdecode_backend != "cv2":
            image = mmcv.imfrombytes(content, loader.color_type, backend=loader.imdecode_backend)
            if image is None:
                raise ValueError("it is damaged, or not an image")
            return image
        bits = getattr(loader, "bits", None)
        image, found = decode(content, bits, getattr(loader, "min_side", None))
    except MemoryError:
        raise
    except Exception as error:
        raise unreadable(path, " ".join(str(error).split()) or type(error).__name__) from error
    if bits is None and 8 < found < 16 and found not in _said:
        _said.add(found)
        warn(
            f"{visible(path)} has samples of up to {found} bits, and images like it are scaled by "
            "their own bits. If all images have the same, write it into the pipelines: "
            f"dict(type='mmpartial.LoadImage', bits={found})."
        )
    return image
