"""The changes of several processes, which a checkpoint keeps apart."""

import pytest
import torch

from mmpartial.memory import saved_changes
from mmpartial.memory.changed_rows import TableRows
from mmpartial.memory.saved_changes import changes_in, collect, restore
from tests.memory.test_changed_rows import shared


def changes_of(*rows):
    """The changes of processes, which have written -1, -2, ... into some rows."""
    found = []
    for rank, row in enumerate(rows):
        one = shared()
        one.write(torch.tensor(row), torch.full((len(row), 2), -1.0 - rank))
        found += collect(one)
    return found


def test_a_checkpoint_between_exchanges_keeps_the_changes_of_each_process(monkeypatch):
    changes = changes_of([1, 3], [3, 5])
    monkeypatch.setattr(saved_changes, "get_world_size", lambda: 2)
    monkeypatch.setattr(saved_changes, "get_rank", lambda: 1)
    rows, before = shared(), shared().values
    restore(rows, changes)
    assert torch.equal(rows.values, before) and rows.changed().tolist() == [3, 5]
    assert rows.read(torch.tensor([1, 3, 5]))[:, 0].tolist() == [2, -2, -2]


@pytest.mark.parametrize("rows", [TableRows(torch.zeros(6, 2)), shared(writes=True)])
def test_another_number_of_processes_takes_all_changes(rows):
    restore(rows, changes_of([1, 3], [3, 5]))
    assert rows.values[[1, 3, 5], 0].tolist() == [-1, -1, -2]
    other = shared(writes=False)
    restore(other, changes_of([1, 3], [3, 5]))
    assert torch.equal(other.values, shared().values)


@pytest.mark.parametrize("changes", [
    5, [5], [(torch.tensor([0]),)], [(torch.tensor([0]), 1.0)], [([0], torch.zeros(1, 2))],
    *([(row, new)] for row, new in (
        (torch.tensor([6]), torch.zeros(1, 2)), (torch.tensor([-1]), torch.zeros(1, 2)),
        (torch.tensor([0]), torch.zeros(1, 3)), (torch.tensor([0]), torch.zeros(2, 2)),
        (torch.tensor([0.0]), torch.zeros(1, 2)), (torch.tensor([0]), torch.zeros(1, 2).half()),
    )),
])  # fmt: skip
def test_refuses_changes_that_do_not_fit(changes):
    with pytest.raises(ValueError, match="damaged: the rows that a process has changed do not fit"):
        changes_in(dict(changes=changes), torch.zeros(6, 2))
    assert changes_in({}, torch.zeros(6, 2)) == []
