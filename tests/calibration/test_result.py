"""All that a calibration finds: numbers, sentences and files."""

import numpy as np
import pandas as pd
import pytest
import torch

from mmpartial.calibration import HeldOut, calibrate
from mmpartial.calibration.reliability import reliability
from mmpartial.evaluation import PartialMultiLabelMetric
from mmpartial.models.losses import PartialBCELoss

NAMES = ["cat", "dog", "fox"]


def held_out(seed=0, images=300, shift=2.0):
    """Scores that are too high by ``shift``, and some unknown labels."""
    rng = np.random.default_rng(seed)
    z = 2 * rng.normal(size=(images, 3))
    labels = (rng.random(z.shape) < 1 / (1 + np.exp(-z))).astype(np.int8)
    labels[rng.random(z.shape) < 0.3] = -1
    return HeldOut(torch.from_numpy(z + shift).float(), labels)


def test_numbers_are_those_of_the_metric():
    found = held_out()
    result = calibrate(PartialBCELoss(), found, NAMES, least=20)
    assert list(result.summary.index) == ["score", "posterior", "chosen", "other half"]
    decision = result.decision
    calibrated = decision.probabilities(found.logits), decision.thresholds
    for row, (p, thr) in dict(score=(found.logits.sigmoid(), 0.5), chosen=calibrated).items():
        expected, per_class = PartialMultiLabelMetric.calculate(p, found.labels, thr=thr)
        for name, value in result.summary.loc[row].items():
            assert value == pytest.approx(expected[name]), name
    table = result.table
    for column in ("precision", "recall", "F1"):
        assert table[column].tolist() == pytest.approx(per_class[column].tolist())
    assert table.best_F1.tolist() == pytest.approx(table.F1.tolist())
    for column in ("threshold", "best_F1"):
        assert table[column].between(table[f"{column}_low"], table[f"{column}_high"]).all()
    assert result.summary.ECE["score"] > 15 > 8 > result.summary.ECE["other half"]
    assert result.notes == []


def test_a_class_without_a_known_positive_has_no_precision():
    found = held_out()
    found.labels[found.labels[:, 2] == 1, 2] = -1
    table = calibrate(PartialBCELoss(), found, NAMES, least=20).table
    numbers = table[["precision", "recall", "F1", "best_F1", "best_F1_low", "other_half_F1"]]
    assert numbers.isna().all(axis=1).tolist() == [False, False, True]
    assert not numbers[:2].isna().any(axis=None) and table.negative[2] > 0


def test_the_other_half_is_honest():
    """On labels that have nothing to do with the scores, a choice looks good only to itself."""
    rng = np.random.default_rng(0)
    labels = (rng.random((60, 30)) < 0.3).astype(np.int8)
    z = rng.normal(size=labels.shape) + 0.3 * labels  # a little, so that they rank
    found = HeldOut(torch.from_numpy(z).float(), labels)
    summary = calibrate(PartialBCELoss(), found, [str(i) for i in range(30)], least=5).summary
    assert summary.mean_F1["chosen"] > summary.mean_F1["other half"] + 5


def test_sentences():
    found = held_out()
    found.labels[found.labels[:, 1] == 0, 1] = -1
    found.labels[20:, 2] = -1
    result = calibrate(PartialBCELoss(), found, NAMES, criterion="precision1", least=15)
    assert result.notes[0] == (
        "Not calibrated, because these images have no known negative of them: 1 of 3 classes "
        "('dog')."
    )
    assert result.notes[1].startswith("At the threshold of all classes together (0.")
    assert result.notes[1].endswith("positives or negatives: 2 of 3 classes ('dog', 'fox').")
    assert result.table.of.tolist() == ["class", "all", "all"]
    assert result.table.threshold_low.isna().tolist() == [False, True, True]


def test_nothing_reaches_a_precision_and_nothing_is_cheapest():
    found = held_out()
    found.labels[found.logits[:, 0].argmax(), 0] = 0
    notes = calibrate(PartialBCELoss(), found, NAMES, criterion="precision1").notes
    highest = "so it is the one with the highest precision"
    assert f"No threshold of its own meets precision1, {highest}: 1 of 3 classes ('cat')." in notes
    result = calibrate(PartialBCELoss(), found, NAMES, criterion="cost1000:1")
    assert any("cost1000:1 says yes to none of these images: " in note for note in result.notes)
    assert not result.decision(found.logits)[1][:, 0].any()


def test_halves_that_are_too_small():
    found = held_out(images=12)
    found.labels[:] = -1
    found.labels[:8] = np.tile([[1], [0]], (4, 1))
    found.logits[:8] += torch.tensor([[1.0], [-1.0]]).repeat(4, 1)
    result = calibrate(PartialBCELoss(), found, NAMES, least=3)
    assert "other half" not in result.summary.index
    assert result.notes[-1].startswith(
        "One half of these images is not enough to choose thresholds for "
    )


def test_files(tmp_path):
    result = calibrate(PartialBCELoss(), held_out(), NAMES)
    table, curves, picture = result.save(tmp_path, "mine_")
    assert table.name == "mine_thresholds.csv" and picture.read_bytes()[:4] == b"\x89PNG"
    assert pd.read_csv(table)["class"].tolist() == NAMES
    assert set(pd.read_csv(curves).when) == {"before", "after"}
    whole = result.curves[result.curves["class"] == "(all)"]
    for axes, when in zip(result.figure().axes, ("before", "after"), strict=True):
        drawn = whole[whole.when == when].probability
        np.testing.assert_array_equal(axes.lines[-1].get_xdata(), drawn)


def test_reliability():
    p = np.array([[0.01, 0.99], [0.03, 0.5], [0.02, 0.2]])
    labels = np.array([[1, 1], [0, -1], [-1, 0]])
    table = reliability(p, labels, ["a", "b"])
    rows = table[["class", "labels", "probability", "positive"]].values.tolist()
    assert rows[:3] == [
        ["(all)", 2, pytest.approx(0.02), 0.5], ["(all)", 1, 0.2, 0], ["(all)", 1, 0.99, 1]
    ]  # fmt: skip
    assert rows[3:] == [["a", 2, pytest.approx(0.02), 0.5], ["b", 1, 0.2, 0], ["b", 1, 0.99, 1]]
    assert table.high.tolist() == pytest.approx((table.low + 1 / 15).tolist())
    assert table.probability.between(table.low - 1e-9, table.high).all()
