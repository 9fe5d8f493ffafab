import re

import cv2
import numpy as np
import pandas as pd

from mmpartial.labels import NEGATIVE, POSITIVE, UNKNOWN
from mmpartial.reports.class_charts import class_charts
from mmpartial.reports.curves import best_evaluation, curves_of
from mmpartial.reports.pictures import label_texts, pixels
from mmpartial.reports.predicted import Predicted
from mmpartial.reports.run import frequent_classes, run_page
from mmpartial.reports.run_files import RunFiles, read_run
from tests.reports.runs import CLASSES, evaluation, table, training, write_run


class Photos:
    """Two images: one in memory, and one as a file."""

    metainfo = dict(classes=CLASSES)

    def __init__(self, folder):
        self.path = folder / "owl.jpg"
        cv2.imwrite(str(self.path), np.zeros((8, 8, 3), np.uint8))

    def get_data_info(self, row):
        in_memory = dict(img=np.zeros((8, 8), np.uint8), img_id="drawn")
        return dict(img_path=str(self.path)) if row else in_memory


def whole_run(folder):
    hidden = dict(hidden_positives=0.5, hidden_negatives=0.1, step=1)
    evaluations = [evaluation(1, 50.0), evaluation(2, 70.0), evaluation(3, 60.0)]
    lines = [training(10), training(20), hidden, *evaluations]
    tables = {"multi-label_val_3": table(), "multi-label_test": table((81.5, 11.5, 1.5))}
    write_run(folder, lines, classes=tables)
    table().assign(threshold=0.321, of="class").to_csv(folder / "thresholds.csv")
    reliability = dict(probability=[0.2, 0.8], positive=[0.1, 0.9], labels=5, when="before")
    pd.DataFrame({"class": "(all)", **reliability}).to_csv(folder / "reliability.csv")
    return read_run(folder)


def test_page(tmp_path):
    run, photos = whole_run(tmp_path), Photos(tmp_path)
    assert frequent_classes(run).tolist() == [0, 1]
    predicted = Predicted(frequent_classes(run))
    labels = np.array([[POSITIVE, NEGATIVE, UNKNOWN], [POSITIVE, UNKNOWN, UNKNOWN]])
    predicted.add(np.array([[0.9, 0.25, 0.5], [0.1, 0.2, 0.5]]), labels)
    html = run_page(run, predicted, photos).html()
    for text in ("70.0 %", "best held-out mAP, epoch 2", "mAP of 1 head classes", "Confusion",
                 "owl.jpg", "drawn", "dog 0.25", "0.321", "81.5", "Loss in training",
                 "weight of a positive label", "Pseudo labels of hidden labels", "Calibration",
                 "The surprising images"):  # fmt: skip
        assert text in html, text
    assert html.count("data:image/jpeg") == 6  # each of two images in three galleries


def test_page_of_a_run_that_was_killed_at_once(tmp_path):
    html = run_page(read_run(write_run(tmp_path, [training(10)]))).html()
    assert "Loss in training" in html
    for title in ("Classes", "Confusion", "Calibration", "images"):
        assert f">{title}<" not in html


def test_curves(tmp_path):
    run = whole_run(tmp_path)
    found = {curves.title: curves for curves in curves_of(run)}
    assert [*found] == ["Loss in training", "Held-out mAP",
                        "Held-out mAP of frequent and rare classes", "Weights of labels",
                        "Pseudo labels of hidden labels"]  # fmt: skip
    assert found["Held-out mAP"].lines.mAP.to_dict() == {1: 50.0, 2: 70.0, 3: 60.0}
    assert [*found["Weights of labels"].lines] == ["alpha", "beta"]
    assert best_evaluation(run) == (2, 70.0)
    assert best_evaluation(RunFiles(tmp_path)) is None


def test_whole_epochs_stand_at_the_ticks(tmp_path):
    (curves,) = [found for found in curves_of(whole_run(tmp_path)) if found.title == "Held-out mAP"]
    texts = re.findall(r'text-anchor="middle">(.*?)<', curves.chart())
    assert texts == ["1", "2", "3"]


def test_charts_of_the_classes():
    (_, against), (_, lowest) = class_charts(table())
    assert against.count("<circle") == 2  # the owl has no AP
    names = re.findall(r'text-anchor="end">(.*?)<', lowest)
    assert names == ["dog (30)", "cat (120)"]
    assert "positives in the evaluation" in class_charts(table().drop(columns="train"))[0][1]


def test_class_maps_stand_beside_the_image(tmp_path):
    predicted, photos = Predicted([]), Photos(tmp_path)
    predicted.add(np.array([[0.9, 0.25, 0.5]]), np.array([[POSITIVE, NEGATIVE, UNKNOWN]]))
    for shown in predicted.kept.values():
        shown[0].maps = [(0, np.zeros((8, 8, 3), np.uint8)), (2, np.zeros((8, 8, 3), np.uint8))]
    html = run_page(RunFiles(tmp_path), predicted, photos).html()
    assert html.count("data:image/jpeg") == 9 and "There are no class maps" not in html
    assert re.findall(r'<p title="(.*?)">', html) == ["", "cat", "owl"] * 3
    predicted.no_maps = "the network has none"
    html = run_page(RunFiles(tmp_path), predicted, photos).html()
    assert html.count("There are no class maps: the network has none.") == 1


def test_calibration_of_a_run_that_was_not_calibrated(tmp_path):
    predicted, photos = Predicted([]), Photos(tmp_path)
    predicted.add(np.array([[0.9, 0.25, 0.5]]), np.array([[POSITIVE, NEGATIVE, UNKNOWN]]))
    html = run_page(RunFiles(tmp_path), predicted, photos).html()
    assert "Calibration" in html and ">last weights<" in html


def test_labels_of_a_picture():
    classes = [f"c{number}" for number in range(9)]
    labels = np.array([0, 0, 0, 0, 0, 0, -1, 1, 1])
    texts, more = label_texts(classes, labels, np.linspace(0, 0.8, 9))
    assert texts[:3] == [("c8 0.80", POSITIVE), ("c7 0.70", POSITIVE), ("c5 0.50", NEGATIVE)]
    assert texts[-1] == ("c6 0.60", UNKNOWN) and len(texts) == 7
    assert more == "2 more −"
    assert label_texts(classes[:2], np.array([0.25, 1.0]))[0] == [
        ("c1", POSITIVE), ("c0 (0.25 of it)", POSITIVE)
    ]  # fmt: skip
    assert pixels(np.zeros((2, 3, 1), np.uint8)).shape == (2, 3, 3)
