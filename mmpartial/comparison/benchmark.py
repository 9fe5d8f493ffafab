"""A benchmark of methods, which trains the runs and writes their results."""

import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pandas as pd
from mmengine.config import Config
from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn

from ..launch.missing_features import compute_missing_features
from .code import code_now, loaded_code
from .configs import compose, without_validation
from .execution import execute
from .inputs import changed, data_of, inputs_of
from .plan import Plan
from .processes import in_processes
from .report import Report
from .results import read_finished, read_result, write_result
from .run import Run
from .training import BEST, Job, train_stages

FIRST = {"csl": "class_prior"}  # CSL needs class priors from a model that is trained first
_FOREVER = 1e9  # seconds, so that the estimate of the time left uses all runs so far


class Benchmark:
    """A comparison of methods in one folder, which holds all state.

    Every run has a folder with its config, log, result, and test AP of each class. The next call
    keeps finished runs, and starts failed and interrupted ones anew. If the plan has several
    learning rates, held-out mAP chooses among them. No run trains on held-out images.

    Args:
        base: Config of data, network and schedule.
        name: Name of the data.
        pieces: Config pieces of the methods, and of the models to train before them.
        plan: The methods, settings, seeds and learning rates.
        folder: The folder of all files.
        held_out: Share of the training images that chooses rates and epochs, 0 for none.
        labels: Labels of the held-out images, ``'full'`` or ``'observed'``.
        keep_best: Whether to keep the checkpoint of the best method in each setting, see
            :meth:`~mmpartial.comparison.report.Report.winners`.
        train: The function that trains a run in its own process and returns its scores.

    Raises:
        ValueError: A method is not known, or there are no held-out images to choose a rate or the
            best method.
    """

    def __init__(
        self,
        base: Config,
        name: str,
        pieces: Mapping[str, Config],
        plan: Plan,
        folder: Path,
        held_out: float = 0.15,
        labels: str = "full",
        keep_best: bool = False,
        train: Callable[[Job], dict] = train_stages,
    ):
        self.base, self.pieces, self.train = base, pieces, train
        self.folder, self.held_out, self.labels = folder, held_out, labels
        for method in plan.methods:
            for piece in (method, FIRST.get(method, method)):
                if piece not in pieces:
                    raise ValueError(
                        f"there is no method {piece!r}: choose from {', '.join(sorted(pieces))}."
                    )
        self.plan = plan if plan.lrs else replace(plan, lrs=[base.optim_wrapper.optimizer.lr])
        if len(self.plan.lrs) > 1 and not held_out:
            raise ValueError(
                "held-out images choose the learning rate: give --held-out a share such as 0.15, "
                "or give one rate."
            )
        if keep_best and not held_out:
            raise ValueError(
                "held-out images choose the best method: give --held-out a share such as 0.15, or "
                "leave out --keep-best."
            )
        self.keep_best = keep_best
        self.report = Report(self.plan, name, folder, bool(held_out), keep_best)

    def run(self, at_once: int) -> pd.DataFrame:
        """Train the missing runs, and write rows, table and plots.

        Args:
            at_once: Number of runs at once.

        Returns:
            A row for each run, as in ``runs.csv``.

        Raises:
            ValueError: A finished run in the folder used another config, or other code, data or
                libraries; the message names them.
        """
        if self.folder.exists() and not self.folder.is_dir():
            raise ValueError(f"{self.folder} is a file: choose another --work-dir.")
        self.folder.mkdir(parents=True, exist_ok=True)
        compute_missing_features(self.base)
        data, code = data_of(self.base), loaded_code()
        columns = *Progress.get_default_columns(), MofNCompleteColumn(), TimeElapsedColumn()
        with Progress(*columns, speed_estimate_period=_FOREVER) as bar:
            task = bar.add_task(self.report.name, total=None)
            say = partial(bar.console.out, highlight=False)
            tried: set[Run] = set()  # one call does not try a failed run twice
            later = self.plan.number_after_tuning
            for runs, more in ((self.plan.tuning_runs, later), (self.report.seed_runs, 0)):
                jobs = {run: self._job(run, data, code) for run in runs() if run not in tried}
                todo = {run: job for run, job in jobs.items() if not self._is_done(job, say)}
                bar.update(task, total=bar.tasks[task].completed + len(todo) + more)
                for run in self._make(todo, at_once):
                    tried.add(run)
                    bar.advance(task)
                    left = _duration(bar.tasks[task].time_remaining)
                    say(f"{self.report.line(run)}; {left} left")
                self._drop_losers(self.report.seed_runs())
        self._drop_losers(self.report.winners().values())
        return self.report.write()

    def _job(self, run: Run, data: dict[str, str], code: dict[str, str]) -> Job:
        """Compose the configs of a run, with hashes of the data and of the loaded code."""
        config = self._compose(run.method, run)
        first = None
        if run.method in FIRST:
            first = self._compose(FIRST[run.method], run)
            without_validation(first)
            del first.default_hooks["final_test"]
            config.model.head.loss.pop("prior", None)  # it comes from the first model
        made_of = inputs_of([c for c in (config, first) if c is not None]) | data
        keep = self.keep_best and run.seed == self.plan.seeds[0]
        return Job(self.folder / run.folder, config, first, made_of, code, keep, self.train)

    def _drop_losers(self, winners: Iterable[Run]) -> None:
        """Delete the checkpoints of this benchmark's other runs."""
        if self.keep_best:
            for run in {*self.plan.tuning_runs(), *self.report.seed_runs()} - {*winners}:
                (self.folder / run.folder / BEST).unlink(missing_ok=True)

    def _compose(self, piece: str, run: Run) -> Config:
        return compose(self.base, self.pieces[piece], run, self.held_out, self.labels)

    def _is_done(self, job: Job, say: Callable[[str], None]) -> bool:
        """Say whether the run has finished; refuse a run with other code or data."""
        result = read_finished(job.folder)
        if result.get("status") == "failed":
            say(f"{job.folder} starts anew: {result['error']}")
        if result.get("status") != "done":
            return False
        made_of = result.get("made_of")
        if not isinstance(made_of, dict):
            raise ValueError(
                f"{job.folder} is a finished run that does not name its code and data: choose "
                "another --work-dir, or remove this folder."
            )
        differs = changed(made_of, job.made_of | code_now(made_of))
        if differs:
            raise ValueError(
                f"{job.folder} is a finished run, but this has changed since: {differs}. Undo the "
                "change, choose another --work-dir, or remove this folder."
            )
        return True

    def _make(self, jobs: Mapping[Run, Job], at_once: int) -> Iterator[Run]:
        """Train the runs, and update ``runs.csv`` after each."""
        runs = {job.folder: run for run, job in jobs.items()}
        for job, code in in_processes(execute, list(jobs.values()), at_once):
            if code and read_result(job.folder).get("status") != "done":
                job.folder.mkdir(parents=True, exist_ok=True)
                write_result(job.folder, dict(status="failed", error=_ending(code)))
            self._is_done(job, lambda line: None)  # another benchmark may have trained it
            self.report.write_rows()
            yield runs[job.folder]


def _ending(code: int) -> str:
    """How a process ended, by its exit code; a signal is below 0."""
    if code > 0:
        return f"its process ended with code {code}"
    full = ", perhaps because the memory was full" if code == -signal.SIGKILL else ""
    return f"its process was ended by {signal.Signals(-code).name}{full}"


def _duration(seconds: float | None) -> str:
    return "some time" if seconds is None else str(timedelta(seconds=round(seconds)))
