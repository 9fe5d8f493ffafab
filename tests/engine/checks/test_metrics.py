"""What the guard finds out about a metric by asking it."""

import numpy as np
import pytest
import torch
from mmengine.evaluator import BaseMetric, DumpResults
from mmengine.structures import BaseDataElement
from mmpretrain.evaluation import (
    Accuracy,
    AveragePrecision,
    MultiLabelMetric,
    SingleLabelMetric,
    VOCAveragePrecision,
    VOCMultiLabelMetric,
)

from mmpartial.engine.checks.metrics import fault_of
from mmpartial.evaluation import PartialMultiLabelMetric

DATASET = [dict(inputs=torch.zeros(3, 8, 8), data_samples=BaseDataElement(metainfo=dict(id="a")))]


class Own(BaseMetric):
    """A user's metric: a function of scores and labels."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def process(self, data_batch, data_samples):
        self.results += [(s["pred_score"].numpy(), s["gt_score"].numpy()) for s in data_samples]

    def compute_metrics(self, results):
        scores, labels = (np.stack(part) for part in zip(*results, strict=True))
        return dict(value=self.function(scores, labels))


class Reader(Own):
    """One that needs a field which the model gives."""

    def process(self, data_batch, data_samples):
        self.results += [(s["gt_score"], s["attention"]) for s in data_samples]


@pytest.mark.parametrize("classes", [1, 2, 3, 40])
@pytest.mark.parametrize("metric", [
    AveragePrecision(),
    AveragePrecision(average=None),
    MultiLabelMetric(thr=0.4, items=("precision", "recall", "f1-score", "support")),
    MultiLabelMetric(thr=0.8, average="micro"),
    PartialMultiLabelMetric(),
    PartialMultiLabelMetric(protocol="unknown_negative"),
    Own(lambda scores, labels: float(len(scores))),
    Own(lambda scores, labels: float(((scores - labels)[labels >= 0] ** 2).mean())),
    Own(lambda scores, labels: "no number"),
    Own(lambda scores, labels: scores[999]),  # it wants more images than the guard makes up
    Reader(None),
])  # fmt: skip
def test_fine(metric, classes):
    assert fault_of(metric, DATASET, classes) is None
    assert metric.results == []


def test_top_predictions_are_those_of_known_labels():
    assert fault_of(MultiLabelMetric(topk=1), DATASET, 40) is None


@pytest.mark.parametrize("classes", [1, 2, 3, 40])
@pytest.mark.parametrize("metric, fault", [
    (Accuracy(), "cannot score them (KeyError: 'gt_label')"),
    (SingleLabelMetric(), "cannot score them (KeyError: 'gt_label')"),
    (VOCMultiLabelMetric(thr=0.5), "cannot score them (KeyError: 'gt_label')"),
    (VOCAveragePrecision(), "cannot score them (KeyError: 'gt_label')"),
    (Own(lambda scores, labels: ((scores - labels) ** 2).mean()), "counts them: its value changes"),
    (Own(lambda scores, labels: [float(scores[labels < 1].mean())]), "counts them: its value"),
    (Own(lambda scores, labels: np.eye(2)[labels + (labels < 0) * 9]), "cannot score them (Index"),
])  # fmt: skip
def test_at_fault(metric, fault, classes):
    assert (fault_of(metric, DATASET, classes) or "fine").startswith(fault)
    assert metric.results == []


def test_what_reads_no_label_writes_nothing(tmp_path):
    assert fault_of(DumpResults(str(tmp_path / "out.pkl")), DATASET, 3) is None
    assert not list(tmp_path.iterdir())
