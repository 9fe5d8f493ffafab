"""The results of a benchmark: rows, table and plots."""

from pathlib import Path
from typing import Any

import pandas as pd

from .execution import LOG
from .gain_plots import plot_frequency, plot_gains
from .plan import Plan
from .results import read_classes, read_result, write_whole
from .run import Run, setting_and_ratio
from .share_plot import plot_shares
from .table import COLUMNS, markdown, rates, setting_label

TITLES = {
    "test_mAP_last": "mAP on the test set after the last epoch",
    "test_mAP_best": "mAP on the test set at the epoch that is best on the held-out images",
}


class Report:
    """Reads the results of the runs in a folder.

    Args:
        plan: The runs.
        name: Name of the data.
        folder: The benchmark's folder.
        best: Whether held-out images choose a best epoch.
    """

    def __init__(self, plan: Plan, name: str, folder: Path, best: bool):
        self.plan, self.name, self.folder = plan, name, folder
        self.values = list(TITLES) if best else list(TITLES)[:1]

    def seed_runs(self) -> list[Run]:
        """List the runs of all seeds with the rates chosen by the runs so far."""
        rows = {run: self._row(run) for run in self.plan.tuning_runs()}
        done = {run: row["held_out_mAP"] for run, row in rows.items() if row["status"] == "done"}
        return self.plan.seed_runs({run: score for run, score in done.items() if pd.notna(score)})

    def _row(self, run: Run) -> dict[str, Any]:
        result = read_result(self.folder / run.folder)
        row = dict.fromkeys(COLUMNS) | {k: v for k, v in result.items() if k in COLUMNS}
        row.update(dataset=self.name, method=run.method, seed=run.seed, lr=run.lr)
        row["status"] = row["status"] or "missing"
        return row | setting_and_ratio(run.setting)

    def line(self, run: Run) -> str:
        """Describe the result of a run in one line."""
        row = self._row(run)
        if row["status"] == "failed":
            return f"{run}: failed, see {self.folder / run.folder / LOG} ({row['error']})"
        return f"{run}: {row['test_mAP_last']:.1f}"

    def write_rows(self) -> pd.DataFrame:
        """Write ``runs.csv``, a row for each run; ``chosen`` marks runs with the chosen rate."""
        chosen = dict.fromkeys(self.seed_runs())
        runs = dict.fromkeys([*chosen, *self.plan.tuning_runs()])
        rows = pd.DataFrame(
            [dict(self._row(run), chosen=run in chosen) for run in runs], columns=list(COLUMNS)
        )
        write_whole(self.folder / "runs.csv", rows.to_csv(index=False))
        return rows

    def write(self) -> pd.DataFrame:
        """Write ``runs.csv``, ``table.md`` and the plots from the results so far."""
        rows = self.write_rows()
        write_whole(self.folder / "table.md", "\n".join(self._parts(rows)))
        classes = self._classes()
        for value in self.values:
            name = value.removeprefix("test_mAP_")
            plot_shares(rows, value, self.folder / f"shares_{name}.png")
            if len(classes):
                plot_gains(classes, f"AP_{name}", self.folder / f"gains_{name}.png")
                plot_frequency(classes, f"AP_{name}", self.folder / f"frequency_{name}.png")
        return rows

    def _parts(self, rows: pd.DataFrame) -> list[str]:
        parts = [f"{TITLES[value]}:\n\n{markdown(rows, value)}" for value in self.values]
        if len(self.plan.lrs) > 1:
            parts.append(f"Learning rates:\n\n{rates(rows)}")
        failed = [
            f"- {row.method} {row.setting} {row.ratio} lr {row.lr:g} seed {row.seed}: {row.error}"
            for row in rows[rows.status == "failed"].itertuples()
        ]
        if failed:
            parts.append("Failed:\n\n" + "\n".join(failed) + "\n")
        return parts

    def _classes(self) -> pd.DataFrame:
        """Read the test AP of each class in the chosen runs that finished."""
        tables = []
        for run in self.seed_runs():
            if self._row(run)["status"] == "done":
                table = read_classes(self.folder / run.folder)
                label = setting_label(**setting_and_ratio(run.setting))
                tables.append(table.assign(method=run.method, label=label, seed=run.seed))
        return pd.concat(tables) if tables else pd.DataFrame()
