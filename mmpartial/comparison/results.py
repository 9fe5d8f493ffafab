"""Reads and writes the result files of a run, each whole or not at all."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from ..formats.common.output_paths import write_text
from ..utils.json_objects import load_json
from ..utils.reading import shortened
from ..utils.run_tables import read_run_table
from .training import CLASSES

RESULT = "result.json"
_NUMBER, _OR_NONE = (int, float), (int, float, type(None))
_TYPES: dict[str, dict[str, Any]] = {
    "failed": dict(error=str),
    "done": dict(
        error=str, test_mAP_last=_NUMBER, test_mAP_best=_OR_NONE, held_out_mAP=_OR_NONE,
        best_epoch=_OR_NONE, label_hash=str, seconds=_NUMBER, positives=_OR_NONE,
        hidden_positives=_OR_NONE, negatives=_OR_NONE, unknown=_OR_NONE,
    ),
}  # fmt: skip


def read_result(folder: Path) -> dict[str, Any]:
    """Read the result of a run; it is empty if there is none, and failed if its file is damaged."""
    path = folder / RESULT
    try:
        result = load_json(str(path))
        _check(result)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        return dict(status="failed", error=f"{path} is damaged: {error}")
    return result


def _check(result: Any) -> None:
    status = result.get("status") if isinstance(result, dict) else None
    if status not in ("done", "failed"):
        raise ValueError("its status is neither done nor failed")
    for name, types in _TYPES[status].items():
        if not isinstance(result.get(name), types):
            raise ValueError(f"{name} is {result.get(name)!r}")


def read_finished(folder: Path) -> dict[str, Any]:
    """Read the result of a run, and check its table of classes too."""
    result = read_result(folder)
    if result.get("status") == "done":
        try:
            read_classes(folder)
        except ValueError as error:
            return dict(status="failed", error=str(error))
    return result


def read_classes(folder: Path) -> pd.DataFrame:
    """Read the test AP of each class of a finished run.

    Raises:
        ValueError: The table is missing or damaged; the message names the file.
    """
    path = folder / CLASSES
    try:
        table = read_run_table(str(path))
        numbers = table[[c for c in table if c.startswith("AP_") or c == "train_positives"]]
        if "class" not in table or not {"AP_last", "train_positives"} <= set(numbers):
            raise ValueError("it has other columns")
        numbers.astype(float)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{path} is damaged: {shortened(str(error))}. Run the benchmark again to repeat this "
            "run."
        ) from error
    return table


def write_result(folder: Path, result: dict[str, Any]) -> None:
    """Write a run's result."""
    write_text(folder / RESULT, json.dumps(result, indent=1))
