"""Groups on both sides are told."""

from types import SimpleNamespace

import numpy as np
import pytest

from mmpartial.engine.checks import CHECKS, groups
from mmpartial.engine.checks.groups import check_groups, check_tested_groups
from mmpartial.engine.checks.run import Evaluation, Run
from mmpartial.engine.checks.saved import saved_in
from mmpartial.engine.hooks import guard_hook
from mmpartial.labels.annotations import Annotations
from mmpartial.labels.groups import Groups
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.registry import DATASETS


@DATASETS.register_module(name="ListedGroups")
class Listed:
    """A dataset that reads sample by sample."""

    def __init__(self, names):
        self.names = names

    def __len__(self):
        return len(self.names)

    def get_data_info(self, idx):
        return dict(group=self.names[idx])


def read(names):
    """A dataset whose annotations are read at once."""
    labels = LabelMatrix.from_dense(np.ones((len(names), 1), dtype=np.int8))
    images = [str(number) for number in range(len(names))]
    found = Annotations(images, ["a"], labels, None, Groups.from_names(names))
    return SimpleNamespace(annotations=found, dataset=None)


@pytest.fixture
def said(monkeypatch):
    lines = []
    monkeypatch.setattr(groups, "warn", lines.append)
    return lines


def run(train, val):
    return Run(None, None, [], train, Evaluation(val, [], "val_dataloader.dataset"))


@pytest.mark.parametrize("make", [read, Listed])
def test_a_group_on_both_sides(said, make):
    check_groups(run(make(["p1", "p2", "", "p3"]), make(["p4", "p3", "", "p3", "p1"])))
    assert said == [
        "2 of the 3 groups of val_dataloader.dataset (the first is 'p3'), with 3 of its images, "
        "are trained on as well, so scores may be too good: keep each group in one part, as "
        "python tools/split.py --group and held_out do."
    ]


def test_nothing_to_say(said, monkeypatch):
    check_groups(run(Listed(["p1", "", None]), Listed(["p2", "", None])))
    monkeypatch.setattr(groups, "MOST", 1)  # too many to read one by one
    check_groups(run(Listed(["p1", "p2"]), Listed(["p1", "p2"])))
    check_groups(Run(None, None, []))
    assert said == []
    check_groups(run(read(["p1", "p2"]), read(["p1", "p2"])))
    assert len(said) == 1


def lone(names, config):
    """A test of a checkpoint alone."""
    evaluation = Evaluation(Listed(names), [], "test_dataloader.dataset")
    saved = saved_in(dict(meta=dict(cfg=config)), "mine.pth")
    return Run(None, None, [], None, evaluation, saved)


def test_a_test_alone(said, monkeypatch):
    """The config in the checkpoint names the training images."""
    trained = "dict(type='mmpartial.ListedGroups', names=['p1', 'p2', ''])"
    config = f"train_dataloader = dict(dataset={trained})"
    check_tested_groups(lone(["p1", "p3", ""], config))
    assert len(said) == 1
    assert said[0].startswith("1 of the 2 groups of test_dataloader.dataset (the first is 'p1'), ")
    check_tested_groups(lone(["p3"], config))
    check_tested_groups(lone(["p1"], None))
    gone = config.replace("['p1', 'p2', '']", "None")
    check_tested_groups(lone([""], gone))  # nothing is read for a test without groups
    monkeypatch.setattr(groups, "MOST", 0)
    check_tested_groups(lone(["p1"], config))
    assert len(said) == 1


def test_training_data_that_is_gone(said):
    config = "train_dataloader = dict(dataset=dict(type='mmpartial.ListedGroups', folder='gone'))"
    check_tested_groups(lone(["p1"], config))
    assert len(said) == 1 and said[0].startswith(
        "nobody checks whether groups of test_dataloader.dataset were trained on, because the "
        "training data of mine.pth cannot be read: "
    )


def test_when_it_is_checked(monkeypatch):
    assert check_groups in CHECKS["training begins"]
    assert check_groups in CHECKS["a test follows training"]
    assert check_tested_groups in CHECKS["a test comes alone"]
    moments = []
    monkeypatch.setattr(guard_hook, "testing", lambda runner, saved: Run(None, None, []))
    monkeypatch.setattr(guard_hook, "check", lambda moment, run: moments.append(moment))
    hook = guard_hook.GuardHook()
    hook.before_test(None)
    assert moments == ["a test begins", "a test comes alone"]
    hook.settings, hook.run = {}, Run(None, None, [])
    hook.before_test(None)
    assert moments[2:] == ["a test begins", "a test follows training"]
