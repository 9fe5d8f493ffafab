"""Groups on both sides are told."""

from types import SimpleNamespace

import numpy as np
import pytest

from mmpartial.engine.checks import CHECKS, groups
from mmpartial.engine.checks.groups import check_groups
from mmpartial.engine.checks.run import Evaluation, Run
from mmpartial.labels.annotations import Annotations
from mmpartial.labels.groups import Groups
from mmpartial.labels.matrix import LabelMatrix


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
        "tools/split.py --group and held_out do."
    ]


def test_nothing_to_say(said, monkeypatch):
    check_groups(run(Listed(["p1", "", None]), Listed(["p2", "", None])))
    monkeypatch.setattr(groups, "MOST", 1)  # too many to read one by one
    check_groups(run(Listed(["p1", "p2"]), Listed(["p1", "p2"])))
    check_groups(Run(None, None, []))
    assert said == []
    check_groups(run(read(["p1", "p2"]), read(["p1", "p2"])))
    assert len(said) == 1


def test_when_it_is_checked():
    assert check_groups in CHECKS["training begins"]
    assert check_groups in CHECKS["a test follows training"]
