"""The rows of a table that a process has changed, and their exchange between processes."""

from collections.abc import Iterator

import torch
from mmengine.dist import barrier, broadcast, get_rank, get_world_size
from torch import Tensor

_CHUNK = 2**24  # bytes that travel between processes at a time


class TableRows:
    """The rows of a table, which a process reads and changes.

    In this class the process is the only one, and changes the table at once.

    Args:
        values: ``(N, W)``, the table.
    """

    writes = True

    def __init__(self, values: Tensor):
        self.values = values

    def read(self, row: Tensor) -> Tensor:
        """A copy of some rows as this process sees them."""
        return self.values[row]

    def write(self, row: Tensor, new: Tensor) -> None:
        """Change some rows; if one occurs more than once, the last counts."""
        last = _last_of_each(row)
        self.values[row[last]] = new[last]


class SharedRows(TableRows):
    """The rows of a table that several processes have, and that changes only in exchanges.

    Until then each process keeps its changes to itself. So if two processes change the same row, it
    does not matter which one is first. Two processes may have the same image if a sampler pads, or
    if a dataset repeats images.

    Args:
        values: The table.
        writes: Whether this process writes into the table. If the table is a file, only one process
            of each machine does.
    """

    def __init__(self, values: Tensor, writes: bool):
        super().__init__(values)
        self.writes = writes
        self._place = torch.full((len(values),), -1, dtype=torch.int32)  # in _own
        self._own = values.new_empty((0, values.shape[1]))
        self._used = 0

    def read(self, row: Tensor) -> Tensor:
        """A copy of some rows, with the changes of this process."""
        found, place = self.values[row], self._place[row]
        own = place >= 0
        found[own] = self._own[place[own].long()]
        return found

    def write(self, row: Tensor, new: Tensor) -> None:
        """Change some rows for this process; if one occurs more than once, the last counts."""
        last = _last_of_each(row)
        row, new = row[last], new[last]
        added = row[self._place[row] < 0]
        needed = self._used + len(added)
        if needed > len(self._own):
            longer = self._own.new_empty((max(needed, 2 * len(self._own)), self._own.shape[1]))
            longer[: self._used] = self._own[: self._used]
            self._own = longer
        self._place[added] = torch.arange(self._used, needed, dtype=torch.int32)
        self._used = needed
        self._own[self._place[row].long()] = new

    def changed(self) -> Tensor:
        """The rows that this process has changed, int64, ascending."""
        return (self._place >= 0).nonzero().flatten()

    def receive(self, row: Tensor, new: Tensor) -> None:
        """Take over rows of a process, even those that this process has changed."""
        if self.writes:
            self.values[row] = new
        self._place[row] = -1

    def clear(self) -> None:
        """Forget the changes after an exchange."""
        self._place.fill_(-1)
        self._own, self._used = self._own[:0].clone(), 0


def _last_of_each(row: Tensor) -> Tensor | slice:
    """The last place of each row, because torch writes a row that occurs twice in any order.

    If no row occurs twice, the result is a slice of all places, which copies nothing.
    """
    order = row.argsort(stable=True)
    ends = torch.ones(len(row), dtype=torch.bool)
    ends[:-1] = row[order].diff() != 0
    return slice(None) if ends.all() else order[ends]


def exchange(rows: TableRows) -> None:
    """Make a table equal in all processes: each sends the rows that it has changed, in chunks.

    If two processes have changed a row, the row of the lower rank counts.

    Args:
        rows: The table as this process sees it.
    """
    if not isinstance(rows, SharedRows):
        return
    barrier()  # nobody may read a shared table while another process writes it
    for source in range(get_world_size()):
        for row, new in sent(rows, source):
            rows.receive(row, new)
    rows.clear()
    barrier()


def sent(rows: SharedRows, source: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Send the changes of one process to all processes, in chunks."""
    step = max(1, _CHUNK // max(1, rows.values[:1].nbytes))
    mine = rows.changed() if source == get_rank() else torch.empty(0, dtype=torch.int64)
    size = torch.tensor([len(mine)])
    broadcast(size, src=source)
    for start in range(0, int(size), step):
        if source == get_rank():
            row = mine[start : start + step].clone()
            new = rows.read(row)
        else:
            row = torch.empty(min(step, int(size) - start), dtype=torch.int64)
            new = rows.values.new_empty((len(row), rows.values.shape[1]))
        broadcast(row, src=source)
        broadcast(new, src=source)
        yield row, new
