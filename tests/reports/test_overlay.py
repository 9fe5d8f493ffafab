import numpy as np
import torch

from mmpartial.reports.overlay import overlays, seen
from mmpartial.reports.panels import panels

PHOTO = np.full((20, 30, 3), 100, dtype=np.uint8)


def test_colour_is_where_the_map_is_high():
    maps = np.full((2, 2, 3), -5.0)
    maps[0, 0, 0], maps[1, 0, 0] = 8, 2
    first, second = overlays(PHOTO, maps)
    assert first.shape == PHOTO.shape and first.dtype == np.uint8
    assert (first[-1, -1] == 100).all()  # no colour below 0
    change = [int(np.abs(picture[0, 0].astype(int) - 100).max()) for picture in (first, second)]
    assert change[0] > 2 * change[1] > 0  # they share a scale


def test_a_map_below_zero_leaves_a_grey_photo():
    (picture,) = overlays(PHOTO, np.full((1, 2, 2), -1.0))
    assert (picture == 100).all()


def test_pixels_that_go_into_a_network():
    image = torch.tensor([10.0, 20.0, 300.0])[:, None, None].expand(3, 2, 4)
    assert (seen(image) == [255, 20, 10]).all() and seen(image).shape == (2, 4, 3)
    assert (seen(image[:1]) == 10).all() and seen(image[:1]).shape == (2, 4, 3)


def test_a_panel_for_each_class():
    figure = panels(PHOTO, [PHOTO] * 4, ["a", "b", "$c$", "d\n"])
    assert [axes.get_title() for axes in figure.axes] == [" ", "a", "b", "$c$", r"d\n"]
