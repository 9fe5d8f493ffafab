"""Gains against numbers worked out by hand, and what their plots show."""

import numpy as np
import pandas as pd
import pytest

from mmpartial.comparison.gain_plots import by_frequency, gains, plot_frequency, plot_gains
from tests.comparison.drawn import boxes_overlap, draw, texts


def classes(method, seed, values, label="SPL"):
    names = [f"c{i}" for i in range(len(values))]
    positives = [10 * (i + 1) for i in range(len(values))]
    return pd.DataFrame(
        {"class": names, "train_positives": positives, "AP_last": values}
    ).assign(method=method, label=label, seed=seed)  # fmt: skip


def several(number, methods=("role",), labels=("SPL",)):
    """Class i gains i points, and 100 more with each further method."""
    values = np.arange(number, dtype=float)
    return pd.concat(
        classes(method, 0, 100.0 * place + (values if place else 0 * values), label)
        for label in labels for place, method in enumerate(["assume_negative", *methods])
    )  # fmt: skip


def test_gains_are_paired_over_seeds():
    """Seed 1 of role has no partner, and the order of the rows does not matter."""
    table = pd.concat([
        classes("assume_negative", 0, [10.0, 20]), classes("role", 0, [11.0, 18]),
        classes("assume_negative", 2, [30.0, 40]), classes("role", 2, [33.0, 40]),
        classes("role", 1, [90.0, 90]),
    ])  # fmt: skip
    found = gains(table.sample(frac=1, random_state=0), "AP_last")
    assert found.role.to_dict() == {("SPL", "c0"): 2.0, ("SPL", "c1"): -1.0}
    assert gains(table[table.method == "role"], "AP_last").empty


def test_all_of_few_classes_are_named():
    figure = draw(plot_gains(several(20, labels=["SPL", "PAL 0.3"]), "AP_last"))
    assert [axis.get_title() for axis in figure.axes] == ["SPL", "PAL 0.3"]
    for axis in figure.axes:
        assert texts(axis.get_yticklabels()) == [f"c{i} ({10 * i + 10})" for i in range(20)]
        assert axis.get_xlabel() == "AP above assume_negative, points"
        assert not boxes_overlap(axis.get_yticklabels())
        points = [line for line in axis.lines if line.get_marker() != "None"]
        assert all(line.get_linestyle() == "None" for line in points)
    assert figure.get_supxlabel().startswith("Means of 1 seed.")


def test_of_many_classes_the_extremes_are_named():
    """20 lowest, 20 highest, and one line for the others with median and 90 % of them."""
    figure = draw(plot_gains(several(9605), "AP_last"))
    (axis,) = figure.axes
    names = texts(axis.get_yticklabels())
    assert len(names) == 41 and names[20] == "9,565 other classes"
    assert names[0] == "c0 (10)" and names[19] == "c19 (200)" and names[-1] == "c9604 (96050)"
    assert not boxes_overlap(axis.get_yticklabels())
    (bar,) = axis.containers
    assert bar.lines[0].get_xdata() == 100 + 4802.0
    assert "90 % of them" in figure.get_supxlabel()


def test_the_methods_keep_their_places_and_colours():
    """Two methods are apart in each row, the first above; the legend has both."""
    figure = plot_gains(several(3, methods=["asl", "role"]), "AP_last")
    first, second = (line for line in figure.axes[0].lines if line.get_marker() != "None")
    assert (first.get_ydata() > second.get_ydata()).all()
    assert texts(figure.legends[0].get_texts()) == ["asl", "role"]
    other = plot_frequency(several(3, methods=["asl", "role"]), "AP_last")
    colours = [container.lines[0].get_color() for container in other.axes[0].containers]
    assert colours[:2] == [first.get_color(), second.get_color()]


def test_bands_of_frequency():
    """Quarters; classes with the same number of positives are not torn apart."""
    table = pd.DataFrame({"role": range(8)}, index=list("abcdefgh"))
    positives = pd.Series([1, 1, 1, 2, 5, 6, 8, 1000], index=table.index)
    found = by_frequency(table, positives)
    assert list(found) == ["1\n(3)", "2\n(1)", "5 to 6\n(2)", "8 to 1,000\n(2)"]
    assert found["5 to 6\n(2)"].role.tolist() == [4, 5]
    assert list(by_frequency(table, positives * 0 + 7)) == ["7\n(8)"]


@pytest.mark.parametrize("number", [1, 3, 20, 9605])
def test_frequency_plot(number):
    """Medians at the middle of a band, side by side, and texts that do not collide."""
    figure = draw(plot_frequency(several(number, [f"m{i}" for i in range(10)]), "AP_last"))
    (axis,) = figure.axes
    bands = min(4, number)
    assert len(texts(axis.get_xticklabels())) == bands
    assert not boxes_overlap(axis.get_xticklabels())
    places = [float(container.lines[0].get_xdata()[0]) for container in axis.containers]
    assert len(np.unique(np.round(places, 6))) == 10 * bands
    assert all(container.lines[0].get_linestyle() == "None" for container in axis.containers)
    assert plot_frequency(classes("role", 0, [1.0]), "AP_last") is None
