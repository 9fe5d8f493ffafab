"""Reads the numbers that a run wrote into its work_dir, as tables."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ..utils.run_tables import read_run_table
from ..utils.text_files import read_lines

LOG = "*/vis_data/scalars.json"  # of MMEngine's LocalVisBackend, one for each start of the run
TRAINING = "loss"  # only lines about training have this key
_TABLE = re.compile(r"(?P<metric>.+)_val_(?P<step>\d+)\.csv")


@dataclass
class RunFiles:
    """The numbers of a run; a part that the run did not write is empty.

    Attributes:
        folder: The work_dir.
        training: A row for each logged iteration, with its number as the index.
        evaluations: A row for each evaluation during training, with all numbers of that epoch. The
            index is the epoch, or the iteration in a training without epochs.
        unit: The unit of this index, ``epoch`` or ``iteration``.
        classes: The newest table of the classes in validation.
        classes_step: The epoch or iteration of this table.
        tested: The tables of tests, by their names.
        thresholds: The table of a calibration.
        reliability: Its reliability curves.
    """

    folder: Path
    training: pd.DataFrame = field(default_factory=pd.DataFrame)
    evaluations: pd.DataFrame = field(default_factory=pd.DataFrame)
    unit: str = "epoch"
    classes: pd.DataFrame = field(default_factory=pd.DataFrame)
    classes_step: int = 0
    tested: dict[str, pd.DataFrame] = field(default_factory=dict)
    thresholds: pd.DataFrame = field(default_factory=pd.DataFrame)
    reliability: pd.DataFrame = field(default_factory=pd.DataFrame)


def read_run(work_dir: str | Path) -> RunFiles:
    """Read a work_dir, even if the run was killed or is not finished.

    Raises:
        FileNotFoundError: There is no such folder, or no run wrote into it.
    """
    folder = Path(work_dir)
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder}: give the work_dir of a run.")
    files = sorted(folder.glob(LOG))
    if not files:
        raise FileNotFoundError(
            f"{folder} has no numbers of a run ({LOG}): give the work_dir of a "
            "training whose config has MMEngine's LocalVisBackend, as by default."
        )
    lines = _lines_of_last_run(files)
    training = [line for line in lines if TRAINING in line]
    run = RunFiles(folder, _table(training), _table([x for x in lines if TRAINING not in x]))
    run.unit = "epoch" if "epoch" in run.training else "iteration"
    for file in sorted((folder / "per_class").glob("*.csv")):
        if (found := _TABLE.fullmatch(file.name)) is None:
            run.tested[file.stem] = read_run_table(str(file))
            continue
        step = int(found["step"])
        if step > run.classes_step and (run.unit == "iteration" or step in run.evaluations.index):
            run.classes, run.classes_step = read_run_table(str(file)), step
    for name in ("thresholds", "reliability"):
        if (file := folder / f"{name}.csv").is_file():
            setattr(run, name, read_run_table(str(file)))
    return run


def _lines_of_last_run(files: list[Path]) -> list[dict]:
    """The lines of the last run in a work_dir, with its resumed parts, without earlier runs."""
    lines: list[dict] = []
    first = 0  # logged iteration of the run
    for file in files:
        new = list(_lines(file))
        start = min((line["step"] for line in new if TRAINING in line), default=None)
        if start is not None and start <= first:  # a resumed run begins later
            lines = []
        first = first if start is None else min(start, first or start)
        lines += new
    return lines


def _lines(file: Path) -> Iterator[dict]:
    """The lines of a file; the last line of a killed run may be cut off."""
    for line in read_lines(str(file), "give the work_dir of a training."):
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict) and type(found.get("step")) is int:
            yield found


def _table(lines: list[dict]) -> pd.DataFrame:
    """A row for each step; if a resumed run has repeated a step, its numbers count."""
    steps: dict[int, dict] = {}
    for line in lines:
        steps.setdefault(line.pop("step"), {}).update(line)
    return pd.DataFrame.from_dict(steps, orient="index").sort_index()
