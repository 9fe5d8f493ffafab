import numpy as np
import pytest

from mmpartial.reports.run_figures import figure_of_classes, figure_of_curves, pixels_of
from mmpartial.reports.run_files import read_run

from .runs import evaluation, table, training, write_run


def test_curves_of_a_run(tmp_path):
    lines = [training(1), evaluation(1, 50.0), training(2), evaluation(2, 70.0)]
    figure = figure_of_curves(read_run(write_run(tmp_path, lines)))
    charts = {axes.get_title(): axes for axes in figure.axes}
    (mAP,) = charts["Held-out mAP"].lines
    np.testing.assert_array_equal(mAP.get_xydata(), [[1, 50], [2, 70]])
    assert [line.get_label() for line in charts["Weights of labels"].lines] == ["alpha", "beta"]


def test_classes_of_a_run():
    against, lowest = figure_of_classes(table()).axes
    found = np.asarray(against.lines[0].get_xydata())
    np.testing.assert_array_equal(found[np.isfinite(found).all(1)], [[120, 90], [30, 20]])
    names = [label.get_text() for label in lowest.get_yticklabels()]
    widths = [bar.get_width() for bar in lowest.patches]
    assert names == ["dog (30)", "cat (120)"] and widths == [20, 90]
    assert lowest.yaxis_inverted()


@pytest.mark.parametrize("name", ["$x_", "<b>", "\u732b"])
def test_any_name_can_be_drawn(name):
    pixels = pixels_of(figure_of_classes(table().assign(**{"class": name})))
    assert pixels.ndim == 3 and pixels.shape[2] == 3 and np.ptp(pixels) == 255


def test_classes_without_AP():
    against, lowest = figure_of_classes(table((np.nan,) * 3)).axes
    assert not lowest.patches and len(pixels_of(against.figure))
