import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from mmpartial.evaluation import curve_points
from mmpartial.reports.page import Page
from mmpartial.reports.ranking_curves import (
    ALL,
    RankingCurves,
    curves_section,
    draw_curves,
    extreme_classes,
    named_classes,
)
from mmpartial.reports.run_files import RunFiles
from tests.evaluation.test_calculate import random_test

NAMES = [f"class {number}" for number in range(7)]


def of_classes(folder, ap):
    classes = pd.DataFrame({"class": NAMES[: len(ap)], "AP": ap})
    return RunFiles(folder, classes=classes)


def test_lowest_and_highest_classes(tmp_path):
    run = of_classes(tmp_path, [50, 10, np.nan, 90, 70, 20, 60.0])
    assert extreme_classes(run).tolist() == [1, 5, 4, 3]
    assert extreme_classes(of_classes(tmp_path, [50, 10, 20.0])).tolist() == [1, 2, 0]
    assert extreme_classes(RunFiles(tmp_path)).tolist() == []


def test_classes_by_name(tmp_path):
    run = of_classes(tmp_path, [50.0] * 7)
    assert named_classes(run, ["class 4", "class 0"]).tolist() == [4, 0]
    with pytest.raises(ValueError, match="no class 'class 9' among the 7 classes; the nearest"):
        named_classes(run, ["class 9"])
    with pytest.raises(ValueError, match="can tell the curves of 5 classes apart: name 4 or"):
        named_classes(run, NAMES[:5])


def test_curves_are_those_of_known_labels():
    scores, labels = random_test(900)
    scores = scores.round(6)  # no differences that only float64 knows
    labels[:, 1] = np.where(labels[:, 1] == 1, -1, labels[:, 1])  # no positive
    curves = RankingCurves([4, 1])
    for rows in np.array_split(np.arange(900), 4):
        curves.add(scores[rows], labels[rows])
    points = curves.points(NAMES)
    assert [*points] == [ALL, "class 4"]
    expected = curve_points(scores[:, 4], labels[:, 4])
    pd.testing.assert_frame_equal(points["class 4"], expected)
    page = Page("Curves")
    draw_curves(page, points)
    html = page.html()
    for part, name in ((np.s_[:, 4], "class 4"), (np.s_[:], ALL)):
        s, t = scores[part], labels[part]
        s, t = s[t >= 0], t[t >= 0]
        assert f"{name}: AP {100 * average_precision_score(t, s):.1f}" in html
        assert f"{name}: AUROC {100 * roc_auc_score(t, s):.1f}" in html


def test_a_rare_class_keeps_its_corners():
    """Its positives are the first of 100,000 images: an even part of these would hide them."""
    scores = np.linspace(1, 0, 100_000)
    labels = np.zeros(len(scores), dtype=int)
    labels[:20:2] = 1
    page = Page("Curves")
    draw_curves(page, {"rare": curve_points(scores, labels)})
    html = page.html()
    assert html.count(" 28.0L") + html.count(" 28.0h") > 1  # precision 1 at the first positive
    assert len(html) < 60_000


def test_without_known_labels_there_is_no_section():
    curves = RankingCurves([0])
    curves.add(np.full((3, 2), 0.5), np.full((3, 2), -1))
    page = Page("Curves")
    curves_section(page, curves, NAMES)
    assert len(page.sections) == 1
