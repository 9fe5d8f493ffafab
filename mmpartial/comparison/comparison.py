"""Methods x settings x seeds, with a learning rate for each method and setting."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from mmengine.config import Config
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from .configs import compose, read_data, without_validation
from .plots import plot_gains, plot_shares
from .processes import in_processes
from .runs import AS_ANNOTATED, Run, parse_setting
from .table import COLUMNS, choose_rates, markdown, rates, setting_labels
from .training import CLASSES, LOG, Job, execute, read_result, write_result

FIRST = {"csl": "class_prior"}  # what a method trains before, for its class priors
_FOREVER = 1e9  # seconds: the estimate of the time left is from all runs so far
TITLES = {
    "test_mAP_last": "mAP on the test set after the last epoch",
    "test_mAP_best": "mAP on the test set, of the epoch that is best on the held-out images",
}


class Comparison:
    """A comparison in one folder, which is all that it remembers.

    Every run has a folder with its config, its log, its result, and its test AP of each class;
    what has finished is not repeated, what was cut off starts anew, and what failed is tried
    again by the next call. With several learning rates all of them are tried with the first seed,
    for each method in each setting, and the one with the best held-out mAP is taken for the other
    seeds; or they are tried in some settings, and the one with the best mean is the method's
    everywhere. Held-out images are never trained on, neither then nor in reported runs.

    Args:
        base: Config of data, network and schedule.
        name: What the data are called.
        pieces: The config pieces of the methods, and of what they train before.
        methods: Those that are compared.
        settings: Label settings, as :func:`mmpartial.comparison.parse_setting` reads them.
        seeds: Seeds of network, hidden labels and held-out part.
        lrs: Learning rates to choose from; none for the base config's.
        lr_settings: Settings that choose a method's rate for all; none for each its own.
        folder: Where everything is written.
        held_out: Share of the training images that chooses rates and epochs, 0 for none.
        labels: ``'full'`` or ``'observed'``, their labels.

    Raises:
        ValueError: A method or setting that is not known, or rates without held-out images.
    """

    def __init__(
        self,
        base: Config,
        name: str,
        pieces: Mapping[str, Config],
        methods: Sequence[str],
        settings: Sequence[str],
        seeds: Sequence[int],
        folder: Path,
        lrs: Sequence[float] = (),
        held_out: float = 0.15,
        labels: str = "full",
        lr_settings: Sequence[str] = (),
    ):
        self.base, self.name, self.pieces = base, name, pieces
        self.methods, self.settings, self.seeds = methods, settings, seeds
        self.lrs = list(lrs) or [base.optim_wrapper.optimizer.lr]
        self.lr_settings = lr_settings
        self.folder, self.held_out, self.labels = folder, held_out, labels
        for method in methods:
            for piece in (method, FIRST.get(method, method)):
                if piece not in pieces:
                    raise ValueError(
                        f"there is no method {piece!r}: choose of {', '.join(sorted(pieces))}."
                    )
        for setting in (*settings, *lr_settings):
            parse_setting(setting)
        if len(self.lrs) > 1 and not held_out:
            raise ValueError(
                "learning rates are chosen on held-out images: give a share such as 0.15, or one "
                "rate alone."
            )

    def run(self, at_once: int) -> pd.DataFrame:
        """Do what is not done yet, so many runs at once, and write rows, table and plots.

        Returns:
            A row for each run, as in ``runs.csv``.

        Raises:
            ValueError: The folder has runs of another base config, or of other code of a method.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
        times = TimeElapsedColumn(), TimeRemainingColumn()
        with Progress(*columns, *times, speed_estimate_period=_FOREVER) as bar:
            task = bar.add_task(self.name, total=None)
            known = len(set(self.lr_settings or self.settings) & set(self.settings))
            later = len(self.methods) * (len(self.settings) * len(self.seeds) - known)
            tried: set[Run] = set()  # what fails is not tried twice in one call
            for runs, more in ((self.tuning_runs, later), (self.seed_runs, 0)):
                jobs = self._not_done([run for run in runs() if run not in tried])
                bar.update(task, total=bar.tasks[task].completed + len(jobs) + more)
                for run in self._make(jobs, at_once):
                    tried.add(run)
                    bar.advance(task)
                    left = _duration(bar.tasks[task].time_remaining)
                    line = f"{self._line(run)}; {left} left"
                    bar.console.print(line, markup=False, highlight=False, soft_wrap=True)
        return self.report()

    def tuning_runs(self) -> list[Run]:
        """All rates with the first seed, if there is a choice."""
        if len(self.lrs) == 1:
            return []
        return [
            Run(method, setting, self.seeds[0], lr)
            for setting in self.lr_settings or self.settings
            for method in self.methods
            for lr in self.lrs
        ]

    def seed_runs(self) -> list[Run]:
        """All seeds with the chosen rates."""
        rate = self._rates()
        return [
            Run(method, setting, seed, rate[method, setting])
            for seed in self.seeds
            for setting in self.settings
            for method in self.methods
            if (method, setting) in rate
        ]

    def _rates(self) -> dict[tuple[str, str], float]:
        pairs = [(method, setting) for method in self.methods for setting in self.settings]
        if len(self.lrs) == 1:
            return dict.fromkeys(pairs, self.lrs[0])
        rows = pd.DataFrame([self._row(run) for run in self.tuning_runs()])
        if self.lr_settings:
            chosen = choose_rates(rows, self.seeds[0], by=["method"])
            return {(m, s): chosen[m,] for m, s in pairs if (m,) in chosen}
        label = dict(zip(self.settings, setting_labels(self._settings_table()), strict=True))
        chosen = choose_rates(rows, self.seeds[0])
        return {(m, s): chosen[m, label[s]] for m, s in pairs if (m, label[s]) in chosen}

    def job(self, run: Run) -> Job:
        """What a run trains."""
        config = self._compose(run.method, run)
        first = None
        if run.method in FIRST:
            first = self._compose(FIRST[run.method], run)
            without_validation(first)
            del first.default_hooks["final_test"]
        return Job(self.folder / run.folder, config, first)

    def _compose(self, piece: str, run: Run) -> Config:
        return compose(self.base, self.pieces[piece], run, self.held_out, self.labels)

    def _not_done(self, runs: Sequence[Run]) -> dict[Run, Job]:
        jobs = {}
        for run in runs:
            job = self.job(run)
            result, digest = read_result(job.folder), job.digest  # of the code as it is now
            if result.get("status") != "done":
                jobs[run] = job
            elif result["digest"] != digest:
                raise ValueError(
                    f"{job.folder} is a run of another config, or of other code of {run.method}: "
                    "choose another work-dir, or remove this one."
                )
        return jobs

    def _make(self, jobs: Mapping[Run, Job], at_once: int) -> Iterator[Run]:
        """Make the runs; ``runs.csv`` is up to date after each."""
        if jobs:
            read_data(self.base)  # runs are forks, and inherit what datasets keep in memory
        for (run, job), code in in_processes(_execute, list(jobs.items()), at_once):
            if code:
                job.folder.mkdir(parents=True, exist_ok=True)
                error = f"its process ended with code {code}"
                write_result(job.folder, dict(status="failed", error=error, digest=job.digest))
            self.rows().to_csv(self.folder / "runs.csv", index=False)
            yield run

    def rows(self) -> pd.DataFrame:
        """A row for each run; those with the chosen rate are ``chosen``."""
        chosen = self.seed_runs()
        runs = dict.fromkeys([*chosen, *self.tuning_runs()])
        taken = set(chosen)
        rows = [dict(self._row(run), chosen=run in taken) for run in runs]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def _row(self, run: Run) -> dict[str, Any]:
        result = read_result(self.folder / run.folder)
        row = dict.fromkeys(COLUMNS) | {k: v for k, v in result.items() if k in COLUMNS}
        row.update(dataset=self.name, method=run.method, seed=run.seed, lr=run.lr)
        row["status"] = row["status"] or "missing"
        return row | _setting_and_ratio(run.setting)

    def _settings_table(self) -> pd.DataFrame:
        return pd.DataFrame([_setting_and_ratio(setting) for setting in self.settings])

    def _line(self, run: Run) -> str:
        row = self._row(run)
        what = f"{run.method} {run.setting} lr {run.lr:g} seed {run.seed}"
        if row["status"] == "failed":
            return f"{what}: failed, see {self.folder / run.folder / LOG} ({row['error']})"
        return f"{what}: {row['test_mAP_last']:.1f}"

    def report(self) -> pd.DataFrame:
        """Write ``runs.csv``, ``table.md`` and the plots of what there is."""
        rows = self.rows()
        rows.to_csv(self.folder / "runs.csv", index=False)
        values = list(TITLES) if self.held_out else list(TITLES)[:1]
        parts = [f"{TITLES[value]}:\n\n{markdown(rows, value)}" for value in values]
        if len(self.lrs) > 1:
            parts.append(f"Learning rates:\n\n{rates(rows)}")
        failed = [
            f"- {row.method} {row.setting} {row.ratio} lr {row.lr:g} seed {row.seed}: {row.error}"
            for row in rows[rows.status == "failed"].itertuples()
        ]
        if failed:
            parts.append("Failed:\n\n" + "\n".join(failed) + "\n")
        (self.folder / "table.md").write_text("\n".join(parts))
        classes = self._classes()
        for value in values:
            name = value.removeprefix("test_mAP_")
            plot_shares(rows, value, self.folder / f"shares_{name}.png")
            if len(classes):
                plot_gains(classes, f"AP_{name}", self.folder / f"gains_{name}.png")
        return rows

    def _classes(self) -> pd.DataFrame:
        """Test AP of each class in the chosen runs that finished."""
        label = dict(zip(self.settings, setting_labels(self._settings_table()), strict=True))
        tables = [
            pd.read_csv(self.folder / run.folder / CLASSES).assign(
                method=run.method, label=label[run.setting], seed=run.seed
            )
            for run in self.seed_runs()
            if self._row(run)["status"] == "done"
        ]
        return pd.concat(tables) if tables else pd.DataFrame()


def _execute(item: tuple[Run, Job]) -> None:
    execute(item[1])


def _setting_and_ratio(name: str) -> dict[str, Any]:
    setting, *ratio = parse_setting(name).values()
    return dict(setting=setting or AS_ANNOTATED, ratio=ratio[0] if ratio else None)


def _duration(seconds: float | None) -> str:
    return "some time" if seconds is None else str(timedelta(seconds=round(seconds)))
