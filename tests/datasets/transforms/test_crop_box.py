"""Crops of boxes inside, across and outside the image."""

import numpy as np
import pytest

from mmpartial.datasets.transforms import CropBox

IMAGE = np.arange(6 * 10).reshape(6, 10)


@pytest.mark.parametrize(
    "box, margin, rows, columns",
    [
        ((2, 1, 4, 3), 0, (1, 4), (2, 6)),
        ((2.5, 1.2, 4.1, 2.9), 0, (1, 5), (2, 7)),  # whole pixels around the box
        ((-3, -2, 5, 4), 0, (0, 2), (0, 2)),
        ((8, 4, 99, 99), 0, (4, 6), (8, 10)),
        ((4, 2, 2, 2), 0.5, (1, 5), (3, 7)),
        ((0, 0, 10, 6), 3, (0, 6), (0, 10)),
        ((3.2, 2.0, 0.0, 0.0), 0, (2, 3), (3, 4)),  # at least one pixel
    ],
)
def test_crops(box, margin, rows, columns):
    results = CropBox(margin)(dict(img=IMAGE, box=np.array(box)))
    np.testing.assert_array_equal(results["img"], IMAGE[slice(*rows), slice(*columns)])
    assert results["img_shape"] == results["img"].shape


@pytest.mark.parametrize("box", [(10, 0, 2, 2), (0, 6, 2, 2), (-5, 0, 3, 2), (0, -5, 2, 3)])
def test_boxes_outside(box):
    with pytest.raises(ValueError, match=r"the box .* is outside the image of 10 x 6 pixels"):
        CropBox()(dict(img=IMAGE, box=box))


def test_wrong_use():
    with pytest.raises(ValueError, match="margin=-1: give a share"):
        CropBox(margin=-1)
    with pytest.raises(
        ValueError, match="the sample has no box: use CropBox with a dataset of boxes"
    ):
        CropBox()(dict(img=IMAGE))
