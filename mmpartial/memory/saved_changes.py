"""The rows that each process has changed, in a checkpoint between two exchanges."""

from collections.abc import Sequence
from typing import Any

import torch
from mmengine.dist import barrier, get_rank, get_world_size, is_main_process
from torch import Tensor

from .changed_rows import SharedRows, TableRows, sent

Changes = Sequence[tuple[Tensor, Tensor]]  # rows and their new numbers, of each process


def collect(rows: TableRows) -> Changes:
    """The changes of each process, for a checkpoint between two exchanges.

    Args:
        rows: The table as this process sees it.

    Returns:
        The changes by rank in the main process, empty ones in the others; nothing if the process is
        alone.
    """
    if not isinstance(rows, SharedRows):
        return []
    found = []
    for source in range(get_world_size()):
        kept = [part for part in sent(rows, source) if is_main_process()]
        row = torch.cat([torch.empty(0, dtype=torch.int64), *(row for row, _ in kept)])
        found.append((row, torch.cat([rows.values[:0], *(new for _, new in kept)])))
    return found


def changes_in(state: dict[str, Any], values: Tensor) -> Changes:
    """The changes in a checkpoint; none if it was written after an exchange.

    Args:
        state: The state of a table.
        values: The table.

    Raises:
        ValueError: The changes do not fit the table.
    """
    changes = state.get("changes", [])
    try:
        fits = all(_fits(row, new, values) for row, new in changes)
    except (TypeError, ValueError):  # no pairs
        fits = False
    if not fits:
        raise ValueError(
            "the checkpoint's pseudo labels are damaged: the rows that a process has changed do "
            f"not fit a table of {len(values)}."
        )
    return changes


def _fits(row: Any, new: Any, values: Tensor) -> bool:
    if not (isinstance(row, Tensor) and isinstance(new, Tensor)):
        return False
    shapes = row.dim() == 1 and new.shape == (len(row), values.shape[1])
    if not shapes or (row.dtype, new.dtype) != (torch.int64, values.dtype):
        return False
    return not len(row) or bool(0 <= row.min() <= row.max() < len(values))


def restore(rows: TableRows, changes: Changes) -> None:
    """Give each process its changes of :func:`collect`; all processes call it together.

    If the number of processes is another one, all of them take all changes, as in :func:`exchange`.
    """
    if isinstance(rows, SharedRows) and len(changes) == get_world_size():
        rows.write(*changes[get_rank()])
    elif rows.writes:
        merge(rows.values, changes)
    barrier()


def merge(values: Tensor, changes: Changes) -> None:
    """Write the changes of several processes into a table; those of a lower rank win."""
    for row, new in reversed(changes):
        values[row] = new
