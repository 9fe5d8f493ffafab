"""Validation labels of which no mAP can be computed."""

from types import SimpleNamespace

import numpy as np
import pytest
from mmengine.logging import MMLogger

from mmpartial.engine.checks.evaluation import check_scorable
from mmpartial.engine.checks.run import Evaluation, Run
from mmpartial.evaluation import PartialMultiLabelMetric
from mmpartial.labels.annotations import Annotations
from mmpartial.labels.matrix import LabelMatrix


def warnings(labels, caplog, **options):
    matrix = LabelMatrix.from_dense(np.array(labels, dtype=np.int8))
    images = [f"{number}.jpg" for number in range(len(labels))]
    classes = [f"class {number}" for number in range(matrix.shape[1])]
    dataset = SimpleNamespace(annotations=Annotations(images, classes, matrix))
    metric = PartialMultiLabelMetric(**options)
    evaluation = Evaluation(dataset, [metric], "val_dataloader.dataset")
    logger = MMLogger.get_current_instance()
    logger.addHandler(caplog.handler)
    try:
        check_scorable(Run(None, {}, [], evaluation=evaluation))
    finally:
        logger.removeHandler(caplog.handler)
    return caplog.text


@pytest.mark.parametrize(
    "labels, sentence",
    [
        ([[1, -1], [1, -1]], "has no known negative, so mAP will be nan"),
        ([[0, -1], [-1, 0]], "has no known positive, so mAP will be nan"),
        ([[-1, -1], [-1, -1]], "has no known positive and no known negative, so"),
        ([[1, 0], [1, 0]], "has no class with a known positive and a known negative, so"),
    ],
)
def test_what_makes_map_nan_is_reported(labels, sentence, caplog):
    text = warnings(labels, caplog)
    assert "val_dataloader.dataset " + sentence in text
    scores = np.random.default_rng(0).random(np.shape(labels))
    assert np.isnan(PartialMultiLabelMetric.calculate(scores, labels).metrics["mAP"])


@pytest.mark.parametrize(
    "labels, options", [([[1, 0], [0, -1]], {}), ([[1, -1], [-1, -1]], dict(protocol="miil"))]
)
def test_labels_that_can_be_scored_are_fine(labels, options, caplog):
    assert "mAP will be nan" not in warnings(labels, caplog, **options)
