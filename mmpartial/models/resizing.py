"""The resizing of a test pipeline as a module, for export."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

_ONE = 2048  # a weight of 1 in OpenCV
_OUTSIDE = ("LoadImageFromFile", "LoadImage", "PackInputs")  # work of the program that reads files
_RESIZING = ("Resize", "ResizeEdge", "CenterCrop")
_ONLY = dict(  # options that have one value in a model that is exported
    keep_ratio=False, scale_factor=None, edge="short", backend="cv2", interpolation="bilinear",
    color_type="color",
)  # fmt: skip


class Resizing(nn.Module):
    """Bilinear resizing as OpenCV does it (no antialiasing), and a crop of the center.

    Like OpenCV, it computes in integers. So every program that runs an exported model gets the same
    pixels as the test pipeline.

    Args:
        height: Height of the result.
        width: Width of the result.
        edge: Length of the shorter edge before the crop; the image keeps its aspect ratio. With
            None, the image is resized to height and width, without a crop.
    """

    def __init__(self, height: int, width: int, edge: int | None = None):
        super().__init__()
        self.height, self.width, self.edge = height, width, edge

    def forward(self, images: Tensor) -> Tensor:
        """Resize images ``(N, H, W, 3)`` in uint8; the results are in int32."""
        # Tensors, because export would follow only one of the cases of a comparison of numbers.
        high, wide = (torch.full((), side, dtype=torch.int64) for side in images.shape[1:3])
        shorter = torch.minimum(high, wide)
        top, bottom, down = self._around(high, shorter, self.height)
        left, right, across = self._around(wide, shorter, self.width)
        down, across = down[:, None, None], across[:, None]

        def rows(chosen: Tensor) -> Tensor:
            pixels = images.index_select(1, chosen).int()
            first, second = pixels.index_select(2, left), pixels.index_select(2, right)
            return ((_ONE - across) * first + across * second) // 2**4

        upper, lower = (_ONE - down) * rows(top) // 2**16, down * rows(bottom) // 2**16
        return (upper + lower + 2) // 2**2

    def _around(self, side: Tensor, shorter: Tensor, size: int) -> tuple[Tensor, Tensor, Tensor]:
        """For each pixel along a side of the result: two source pixels, and the second's weight."""
        whole = torch.tensor(size) if self.edge is None else self.edge * side // shorter
        margin = whole - size
        half = margin // 2
        start = half + (margin % 2) * (half % 2)  # half to even, as Python rounds
        # The center of pixel i is at (i + 1/2) side / whole - 1/2, here in units of 1 / (2 whole).
        units = 2 * whole
        position = ((2 * (start + torch.arange(size)) + 1) * side - whole).clamp(min=0)
        first = position // units
        weight = (2 * _ONE * (position - first * units) + units) // (2 * units)  # rounded
        return first, torch.minimum(first + 1, side - 1), weight.int()


def resizing_of(pipeline: Sequence[Mapping[str, Any]]) -> Resizing:
    """The resizing in a test pipeline.

    Raises:
        ValueError: The pipeline has a transform that cannot be exported, or its images have no
            fixed size.
    """
    for transform in pipeline:
        usual = all(transform.get(key, value) == value for key, value in _ONLY.items())
        if _name(transform) not in (*_OUTSIDE, *_RESIZING) or not usual:
            raise _refused(f"{describe(transform)}, which cannot be exported")
    steps = [transform for transform in pipeline if _name(transform) in _RESIZING]
    names = [_name(transform) for transform in steps]
    if names == ["Resize"]:
        width, height = _pair(steps[0]["scale"])
        return Resizing(height, width)
    if names != ["ResizeEdge", "CenterCrop"]:
        raise _refused(
            f"{' and '.join(names) or 'no Resize'}, and only Resize, or ResizeEdge and CenterCrop, "
            "can be exported"
        )
    edge, (width, height) = steps[0]["scale"], _pair(steps[1]["crop_size"])
    if edge < max(width, height):
        raise _refused(f"{describe(steps[1])}, which is larger than {describe(steps[0])}")
    return Resizing(height, width, edge)


def _name(transform: Mapping[str, Any]) -> str:
    return str(transform["type"]).rpartition(".")[2]


def _pair(value: int | Sequence[int]) -> tuple[int, int]:
    width, height = (value, value) if isinstance(value, int) else value
    return width, height


def describe(transform: Mapping[str, Any]) -> str:
    """A transform as a call."""
    options = (f"{key}={value!r}" for key, value in transform.items() if key != "type")
    return f"{_name(transform)}({', '.join(options)})"


def _refused(what: str) -> ValueError:
    return ValueError(
        f"the test pipeline has {what}: prepare the images in your own program, and export the "
        "model for images of that size with --no-resize HEIGHT WIDTH."
    )
