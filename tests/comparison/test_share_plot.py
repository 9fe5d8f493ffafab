"""Where the points of the plot of shares are, and what its texts say."""

import numpy as np
import pandas as pd
import pytest

from mmpartial.comparison.share_plot import LABELS, POSITIVES, known_shares, plot_shares, shares
from mmpartial.comparison.table import with_labels
from tests.comparison.drawn import boxes_overlap, draw, texts

COUNTS = ["positives", "hidden_positives", "negatives", "unknown"]
# of 1,000 labels of fully annotated images, and of 1,000 of which 400 are annotated
FULL = {
    "FAL": (None, 100, 0, 900, 0), "PAL 0.3": (0.3, 30, 70, 270, 700),
    "SPL": (None, 50, 50, 0, 950), "PPL 0.3": (0.3, 50, 50, 0, 950),
    "PPL 0.6": (0.6, 60, 40, 0, 940), "RPS 0.2": (0.2, 80, 20, 720, 200),
}  # fmt: skip
PARTIAL = {
    "PAL 0.5": (0.5, 20, 20, 180, 800), "as-annotated": (None, 40, 0, 360, 600),
}  # fmt: skip
METHODS = [f"method_{number}" for number in range(11)]


def rows(settings, methods=("an", "role"), seeds=3):
    found = [
        (method, label.split()[0], ratio, seed, 50.0 + seed, True, "done", *counts)
        for label, (ratio, *counts) in settings.items() for method in methods
        for seed in range(seeds)
    ]  # fmt: skip
    names = ["method", "setting", "ratio", "seed", "test_mAP_last", "chosen", "status", *COUNTS]
    return pd.DataFrame(found, columns=names)


def points(axis):
    """The places of the lines with markers, method by method."""
    return [
        np.asarray(container.lines[0].get_xdata(), dtype=float) for container in axis.containers
    ]


def test_nothing_is_drawn_if_every_run_failed():
    failed = rows(PARTIAL).assign(status="failed", test_mAP_last=np.nan, **dict.fromkeys(COUNTS))
    assert shares(failed, "test_mAP_last") == {} and plot_shares(failed, "test_mAP_last") is None


def test_shares_are_counted():
    known = known_shares(with_labels(rows(FULL)))
    assert known[known["of"] == LABELS].share.to_dict() == {
        "PAL 0.3": 0.3, "RPS 0.2": 0.8, "FAL": 1.0
    }  # fmt: skip
    assert known[known["of"] == POSITIVES].share.to_dict() == {
        "SPL": 0.5, "PPL 0.3": 0.5, "PPL 0.6": 0.6
    }  # fmt: skip
    assert known.family["FAL"] == "PAL" and known.family["RPS 0.2"] == "RPS"


def test_annotations_that_are_partial_have_their_own_share():
    found = shares(rows(PARTIAL), "test_mAP_last")[LABELS]
    assert dict(zip(found.label, found.share, strict=True)) == {"PAL 0.5": 0.2, "as-annotated": 0.4}
    assert set(found.family) == {"PAL"}


def test_runs_without_counts_and_single_settings_are_not_drawn():
    table = rows(FULL)
    assert plot_shares(table.assign(unknown=np.nan), "test_mAP_last") is None
    assert plot_shares(table[table.setting.isin(["FAL", "SPL"])], "test_mAP_last") is None


def test_texts():
    figure = draw(plot_shares(rows(FULL), "test_mAP_last"))
    assert [axis.get_xlabel() for axis in figure.axes] == [LABELS, POSITIVES]
    names = [texts(axis.child_axes[0].get_xticklabels()) for axis in figure.axes]
    assert names == [["PAL 0.3", "RPS 0.2", "FAL"], ["SPL\nPPL 0.3", "PPL 0.6"]]
    assert "deviations of 3 seeds." in figure.get_supxlabel().replace("\n", " ")
    assert texts(figure.legends[0].get_texts()) == ["an", "role"]


@pytest.mark.parametrize("methods", [("an", "role"), METHODS])
def test_no_point_is_on_another_and_no_text_on_another(methods):
    ratios = (0.01, 0.02, 0.05, 0.1, 0.3, 0.6, 0.9)
    many = {f"PAL {r:g}": (r, 100 * r, 100 - 100 * r, 900 * r, 1000 - 1000 * r) for r in ratios}
    figure = draw(plot_shares(rows(FULL | many, methods), "test_mAP_last"))
    for axis in figure.axes:
        lines = [line for line in points(axis) if len(line) > 1]
        places = np.concatenate(lines)
        assert len(np.unique(places.round(6))) == len(places)
        assert not boxes_overlap(axis.get_xticklabels())
        assert not boxes_overlap(axis.child_axes[0].get_xticklabels())


def test_lines_join_settings_of_one_kind():
    """PAL 0.3 and FAL are joined; RPS is a point of its own."""
    axis = plot_shares(rows(FULL, ["an"]), "test_mAP_last").axes[0]
    assert sorted(map(len, points(axis))) == [1, 2]
