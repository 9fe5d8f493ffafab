"""The results of a benchmark: rows, table and plots."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..formats.common.output_paths import write_figure, write_text
from .execution import LOG
from .gain_plots import plot_frequency, plot_gains
from .plan import Plan
from .results import read_classes, read_result
from .run import Run, setting_and_ratio
from .share_plot import plot_shares
from .table import COLUMNS, markdown, rates, setting_label
from .training import BEST

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
        best: Whether held-out images choose the best epoch.
        keep_best: Whether the checkpoints of the best methods are kept.
    """

    def __init__(self, plan: Plan, name: str, folder: Path, best: bool, keep_best: bool = False):
        self.plan, self.name, self.folder = plan, name, folder
        self.values = list(TITLES) if best else list(TITLES)[:1]
        self.keep_best = keep_best

    def seed_runs(self) -> list[Run]:
        """List the runs of all seeds with the rates chosen by the runs so far."""
        rows = {run: self._row(run) for run in self.plan.tuning_runs()}
        done = {run: row["held_out_mAP"] for run, row in rows.items() if row["status"] == "done"}
        return self.plan.seed_runs({run: score for run, score in done.items() if pd.notna(score)})

    def winners(self) -> dict[str, Run]:
        """Find the best method of each setting.

        It has the best mean held-out mAP among the methods whose seeds have all finished. Each seed
        holds out other images, so the mAP of two seeds cannot be compared.

        Returns:
            The run of the best method with the first seed, by setting.
        """
        scores: dict[str, dict[str, list[float]]] = {name: {} for name in self.plan.settings}
        first: dict[tuple[str, str], Run] = {}
        for run in self.seed_runs():
            score = self._row(run)["held_out_mAP"]
            scores[run.setting].setdefault(run.method, []).append(
                np.nan if score is None else score
            )
            first.setdefault((run.setting, run.method), run)
        found = {}
        for setting, of_methods in scores.items():
            means = {name: np.mean(of_seeds) for name, of_seeds in of_methods.items()}
            done = {name: mean for name, mean in means.items() if not np.isnan(mean)}
            if done:
                found[setting] = first[setting, max(done, key=lambda name: done[name])]
        return found

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
        write_text(self.folder / "runs.csv", rows.to_csv(index=False))
        return rows

    def write(self) -> pd.DataFrame:
        """Write ``runs.csv``, ``table.md`` and the plots from the results so far."""
        rows = self.write_rows()
        write_text(self.folder / "table.md", "\n".join(self._parts(rows)))
        classes = self._classes()
        for value in self.values:
            name = value.removeprefix("test_mAP_")
            figures = {"shares": plot_shares(rows, value)}
            if len(classes):
                figures["gains"] = plot_gains(classes, f"AP_{name}")
                figures["frequency"] = plot_frequency(classes, f"AP_{name}")
            for title, figure in figures.items():
                if figure is not None:
                    write_figure(self.folder / f"{title}_{name}.png", figure, dpi=150)
        return rows

    def _parts(self, rows: pd.DataFrame) -> list[str]:
        parts = [f"{TITLES[value]}:\n\n{markdown(rows, value)}" for value in self.values]
        if self.keep_best:
            parts.append(self._checkpoints())
        if len(self.plan.lrs) > 1:
            parts.append(f"Learning rates:\n\n{rates(rows)}")
        failed = [
            f"- {row.method} {row.setting} {row.ratio} lr {row.lr:g} seed {row.seed}: {row.error}"
            for row in rows[rows.status == "failed"].itertuples()
        ]
        if failed:
            parts.append("Failed:\n\n" + "\n".join(failed) + "\n")
        return parts

    def _checkpoints(self) -> str:
        """Name the checkpoint of the best method in each setting."""
        lines = []
        for setting, run in self.winners().items():
            path = run.folder / BEST
            lost = f"whose checkpoint is gone (train again with {run.folder / 'config.py'})"
            where = path if (self.folder / path).exists() else lost
            lines.append(f"- {setting_label(**setting_and_ratio(setting))}: {run.method}, {where}")
        title = "Best method on held-out images (mean over the seeds), and its checkpoint"
        return f"{title} with the first seed:\n\n" + "\n".join(lines) + "\n"

    def _classes(self) -> pd.DataFrame:
        """Read the test AP of each class in the chosen runs that finished."""
        tables = []
        for run in self.seed_runs():
            if self._row(run)["status"] == "done":
                table = read_classes(self.folder / run.folder)
                label = setting_label(**setting_and_ratio(run.setting))
                tables.append(table.assign(method=run.method, label=label, seed=run.seed))
        return pd.concat(tables) if tables else pd.DataFrame()
