import numpy as np

from mmpartial.reports import charts
from mmpartial.reports.raster import picture


def is_near(pixels, colour):
    return np.abs(pixels.astype(int) - colour).max(-1) < 3


def test_bars_have_the_colour_and_the_size_that_the_page_shows():
    chart = charts.bars({"a": 4, "b": 2}, colour="minus")
    drawn = is_near(picture([("Bars", chart)]), (0xB3, 0x47, 0x1A))
    columns = np.flatnonzero(drawn.any(0))
    middle = (columns[0] + columns[-1]) // 2
    high, low = drawn[:, columns[0] : middle], drawn[:, middle : columns[-1]]
    ratio = high.any(1).sum() / low.any(1).sum()
    assert abs(ratio - 2) < 0.02


def test_charts_stand_beside_and_below_each_other():
    x = [0, 1, 2]
    shown = [("One", charts.lines({"a": (x, x)}, x="x", y="y"))] * 4
    one, four = picture(shown[:1]), picture(shown)
    assert four.shape == (2 * one.shape[0], 3 * one.shape[1], 3)
    np.testing.assert_array_equal(four[: one.shape[0], : one.shape[1]], one)
    assert (four[one.shape[0] :, one.shape[1] :] == 255).all()  # places without a chart


def test_all_kinds_of_charts_and_names():
    many = np.arange(1, 3001)
    single = charts.lines({"<a>": ([1], [1]), "b\x07": ([1], [2])}, x="x", y="y")
    for chart in (
        charts.dots([1, 2], [3, 4], ["&", "<b>"], x="x", y="y"),
        charts.dots(many, many, many.astype(str), x="x", y="y", log_x=True),
        charts.named_bars(["\u732b"], [50], x="AP", x_range=(0, 100)),
        single,
    ):
        coloured = np.ptp(picture([("", chart)]), axis=2) > 40
        assert 20 < coloured.sum() < 20_000  # texts and axes are grey
