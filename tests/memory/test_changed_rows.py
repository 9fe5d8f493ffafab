"""Rows that one of several processes changes in a table that they share."""

import pytest
import torch

from mmpartial.memory.changed_rows import SharedRows, TableRows, exchange
from mmpartial.memory.saved_changes import collect


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
