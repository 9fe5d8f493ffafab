import numpy as np
import torch

from mmpartial.datasets import PartialLabelDataset
from mmpartial.engine.hooks import hidden_label_hook
from mmpartial.engine.hooks.hidden_label_hook import means_of_hidden
from mmpartial.labels import UNKNOWN
from tests.runs import tiny_runner


class Memory:
    """Pseudo labels in memory."""

    def __init__(self, values):
        self.values = torch.from_numpy(values)

    def lookup(self, row):
        return self.values[row]


def digits(setting, **options):
    inside = dict(type="mmpartial.ClutteredDigits", split="train", indices=40, pipeline=[])
    return PartialLabelDataset(inside, setting, **options)


def test_means_are_of_hidden_labels_alone(monkeypatch):
    monkeypatch.setattr(hidden_label_hook, "_BLOCK", 7 * 40)  # blocks of seven images
    dataset = digits("PAL", ratio=0.3)
    values = np.random.default_rng(0).random((40, 40), dtype=np.float32)
    values[3] = np.nan  # no pseudo label yet
    full, hidden = dataset.full_labels.dense(), dataset.labels.dense() == UNKNOWN
    found = means_of_hidden(Memory(values), dataset)
    for name, state in (("hidden_positives", 1), ("hidden_negatives", 0)):
        np.testing.assert_allclose(found[name], np.nanmean(values[hidden & (full == state)]), 1e-6)


def test_nothing_is_hidden():
    dataset = digits("FAL")
    assert means_of_hidden(Memory(np.zeros((40, 40), np.float32)), dataset) == {}


def test_single_positive_labels_hide_all_negatives(monkeypatch):
    monkeypatch.setattr(hidden_label_hook, "_IMAGES", 5)
    found = means_of_hidden(Memory(np.full((40, 40), 0.25, np.float32)), digits("SPL"))
    assert found["hidden_negatives"] == 0.25


def test_a_run_logs_the_means_after_each_epoch(tmp_path, said):
    runner, logged = tiny_runner(tmp_path), []
    runner.visualizer.add_scalars = lambda values, step, **_: logged.append((step, values))
    runner.train()
    found = means_of_hidden(runner.model.head.memory, runner.train_dataloader.dataset)
    means = [(step, values) for step, values in logged if "hidden_positives" in values]
    assert [step for step, _ in means] == [1, 2] and means[1][1] == found
    text = ", ".join(f"{name} {value:.3f}" for name, value in found.items())
    assert f"mean pseudo labels: {text}" in said
