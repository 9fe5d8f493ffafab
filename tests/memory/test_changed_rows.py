"""Rows that one of several processes changes in a table that they share."""

import pytest
import torch

from mmpartial.memory import changed_rows
from mmpartial.memory.changed_rows import (
    SharedRows,
    TableRows,
    check_changes,
    collect,
    exchange,
    restore,
)


def shared(writes=True):
    return SharedRows(torch.arange(12.0).view(6, 2), writes)


def test_changes_are_private_until_the_exchange():
    rows = shared()
    before = rows.values.clone()
    for number in range(1, 4):
        rows.write(torch.tensor([4, 1, number]), torch.full((3, 2), float(-number)))
    assert torch.equal(rows.values, before)
    expected = before.clone()
    expected[[1, 3, 4]], expected[2] = -3.0, -2.0
    assert torch.equal(rows.read(torch.arange(6)), expected)
    assert rows.changed().tolist() == [1, 2, 3, 4]


def test_a_lower_rank_counts():
    for writes in (True, False):
        rows = shared(writes)
        before = rows.values.clone()
        rows.write(torch.tensor([1, 3]), torch.full((2, 2), -1.0))
        rows.receive(torch.tensor([3]), torch.full((1, 2), -9.0))
        assert rows.changed().tolist() == [1]
        assert rows.read(torch.tensor([1]))[0, 0] == -1
        assert (rows.values[3, 0] == -9) == writes
        rows.clear()
        assert torch.equal(rows.read(torch.tensor([1])), before[[1]]) and len(rows.changed()) == 0


def test_one_process_copies_nothing():
    """Its table needs no exchange, so none of its rows is even looked at."""

    class Untouched(TableRows):
        def __init__(self):
            pass

        def __getattr__(self, name):
            raise AssertionError(name)

    exchange(Untouched())
    assert collect(Untouched()) == []


@pytest.mark.parametrize("rows", [TableRows(torch.zeros(6, 2)), shared()])
def test_the_last_of_equal_rows_counts(rows):
    rows.write(torch.tensor([4, 1, 4, 0, 1]), torch.arange(5.0)[:, None].expand(5, 2))
    assert rows.read(torch.tensor([0, 1, 4]))[:, 0].tolist() == [3, 4, 2]


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
    monkeypatch.setattr(changed_rows, "get_world_size", lambda: 2)
    monkeypatch.setattr(changed_rows, "get_rank", lambda: 1)
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


@pytest.mark.parametrize("row, new", [
    (torch.tensor([6]), torch.zeros(1, 2)), (torch.tensor([-1]), torch.zeros(1, 2)),
    (torch.tensor([0]), torch.zeros(1, 3)), (torch.tensor([0]), torch.zeros(2, 2)),
    (torch.tensor([0.0]), torch.zeros(1, 2)), (torch.tensor([0]), torch.zeros(1, 2).half()),
])  # fmt: skip
def test_refuses_changes_that_do_not_fit(row, new):
    with pytest.raises(ValueError, match="damaged: the rows that a process has changed do not fit"):
        check_changes(row, new, torch.zeros(6, 2))
