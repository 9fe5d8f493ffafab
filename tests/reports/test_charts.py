import re

import numpy as np
import pytest

from mmpartial.reports import charts
from mmpartial.reports.axes import Scale


def test_a_line_goes_through_its_points():
    chart = charts.lines({"a": ([0, 1, 2, 3], [0, np.nan, 10, 5])}, x="x", y="y")
    (path,) = re.findall(r'class="line".*?d="(.*?)"', chart)
    assert path == "M60.0 254.0h0M364.0 28.0h0L516.0 141.0"


def test_long_lines_are_thinned():
    x = np.arange(100_000)
    assert len(charts.lines({"a": (x, x)}, x="x", y="y")) < 20_000


def test_a_logarithm_leaves_out_zero():
    scale = Scale.around([0, 1, 1000], 0, 300, log=True, whole=False)
    assert np.isnan(scale(0)) and scale([1, 10, 1000]).tolist() == [0, 100, 300]
    assert [text for _, text in scale.ticks()] == ["1", "10", "100", "1,000"]


def test_a_logarithmic_axis_of_few_labels_begins_above_zero():
    scale = Scale.around([26, 25, 8, 3], 0, 300, log=True, whole=True)
    assert 0 < scale.low <= 3 and np.isfinite(scale([3, 26])).all() and scale.ticks()


@pytest.mark.parametrize("values", [[], [np.nan], [3], [0, 0]])
@pytest.mark.parametrize("log", [False, True])
def test_few_values(values, log):
    chart = charts.lines({"a": (values, values)}, x="x", y="y", log_x=log, log_y=log)
    chart += charts.dots(values, values, ["a"] * len(values), x="x", y="y", log_x=log)
    assert "nan" not in chart and "inf" not in chart


def test_the_height_of_a_bar_is_its_value():
    chart = charts.bars({"0": 10, "1": 5, "2": 0})
    heights = [float(height) for height in re.findall(r'<rect .*?height="(.*?)"', chart)]
    assert heights == [226, 113, 0]


def test_many_dots_are_one_path():
    x = np.arange(3000)
    assert charts.dots(x, x, x.astype(str), x="x", y="y").count("<circle") == 0
    assert charts.dots(x[:9], x[:9], x.astype(str), x="x", y="y").count("<circle") == 9


def test_cells_of_a_heat_map():
    chart = charts.heat_map(np.array([[1, np.nan], [4, 2]]), ["a", "b"], ["a", "b"], name="n")
    assert re.findall(r"<title>(\w, \w: .*?)</title>", chart) == ["a, a: 1", "b, a: 4", "b, b: 2"]
    opacity = [float(value) for value in re.findall(r"fill-opacity: (.*?)\"", chart)]
    assert opacity == [0.168, 0.55, 0.295]


def test_a_ranking_has_its_values_behind_the_bars():
    chart = charts.named_bars(["cat & co", "dog"], [0, 50], x="AP, %", x_range=(0, 100))
    assert re.findall(r'"(?:end|start)">(.*?)<', chart) == ["AP, %", "cat &amp; co", "0.0", "dog",
                                                           "50.0"]  # fmt: skip
    none, half = [float(width) for width in re.findall(r'<rect .*?width="(.*?)"', chart)]
    assert none == 0 and half > 100
