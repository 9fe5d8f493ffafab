"""Cropping an image to the object that a sample is about."""

from math import ceil, floor

from mmcv.transforms import BaseTransform

from ...registry import TRANSFORMS


@TRANSFORMS.register_module()
class CropBox(BaseTransform):
    """Crop ``img`` to the sample's ``box``, which is (x, y, width, height) in pixels.

    The part of a box outside the image is left out. Boxes are in pixels of the whole image, so
    load it without ``min_side``.

    Args:
        margin: Width on each side of the box that stays in the crop, as a share of the box's width
            and height.

    Raises:
        ValueError: ``margin`` is negative, a sample has no box, or its box is outside the image.
    """

    def __init__(self, margin: float = 0.0):
        if margin < 0:
            raise ValueError(f"margin={margin}: give a share of the box's size, 0 or more.")
        self.margin = margin

    def transform(self, results: dict) -> dict:
        """Replace ``img`` and ``img_shape``."""
        if "box" not in results:
            raise ValueError(
                "the sample has no box: use CropBox with a dataset of boxes, such as mmpartial.VAW."
            )
        x, y, width, height = (float(number) for number in results["box"])
        rows, columns = results["img"].shape[:2]
        left, right = _span(x, width, self.margin, columns)
        top, bottom = _span(y, height, self.margin, rows)
        if left >= right or top >= bottom:
            raise ValueError(
                f"the box {[x, y, width, height]} is outside the image of {columns} x {rows} "
                "pixels: correct it, or leave the sample out."
            )
        results["img"] = results["img"][top:bottom, left:right]
        results["img_shape"] = results["img"].shape[:2]
        return results


def _span(start: float, length: float, margin: float, size: int) -> tuple[int, int]:
    """First pixel and end of a side of a box, at least one pixel, inside the image."""
    first = floor(start - margin * length)
    end = max(ceil(start + (1 + margin) * length), first + 1)
    return max(first, 0), min(end, size)
