"""Reading the numbers of a table from a checkpoint, without a run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .saved_changes import changes_in, merge
from .table_copies import read_copy
from .top_table import check_rows, spread


def stored_numbers(state: dict[str, Any], folder: Path) -> Callable[[slice], Tensor]:
    """Make a function that gives the numbers ``(N, C)``, float32, of some rows of a table.

    Args:
        state: The result of :meth:`mmpartial.memory.row_table.RowTable.state_dict`.
        folder: The folder of the checkpoint.

    Raises:
        FileNotFoundError: The table's file is not beside the checkpoint.
        ValueError: The table is damaged.
    """
    values = read_copy(folder, state["file"]) if "file" in state else state["values"]
    merge(values, changes_in(state, values))
    keep, num_classes = state.get("keep"), state["shape"][1]
    if keep is not None:
        check_rows(values, keep, num_classes)
        return lambda rows: spread(values[rows], keep, num_classes)
    highest = 255 if values.dtype == torch.uint8 else 1
    return lambda rows: values[rows].float() / highest
