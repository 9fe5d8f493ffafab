"""A comparison of methods: its runs are made, and what they gave is written."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

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

from .configs import compose, without_validation
from .execution import execute
from .inputs import changed, data_of, inputs_of
from .plan import Plan
from .processes import in_processes
from .report import Report
from .results import read_finished, read_result, write_result
from .runs import Run
from .training import Job

FIRST = {"csl": "class_prior"}  # what a method trains before, for its class priors
_FOREVER = 1e9  # seconds: the estimate of the time left is from all runs so far


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
        self.base, self.pieces = base, pieces
        self.folder, self.held_out, self.labels = folder, held_out, labels
        for method in methods:
            for piece in (method, FIRST.get(method, method)):
                if piece not in pieces:
                    raise ValueError(
                        f"there is no method {piece!r}: choose of {', '.join(sorted(pieces))}."
                    )
        rates = list(lrs) or [base.optim_wrapper.optimizer.lr]
        if len(rates) > 1 and not held_out:
            raise ValueError(
                "learning rates are chosen on held-out images: give a share such as 0.15, or one "
                "rate alone."
            )
        self.plan = Plan(methods, settings, seeds, rates, lr_settings)
        self.report = Report(self.plan, name, folder, best=bool(held_out))

    def run(self, at_once: int) -> pd.DataFrame:
        """Do what is not done yet, so many runs at once, and write rows, table and plots.

        Returns:
            A row for each run, as in ``runs.csv``.

        Raises:
            ValueError: A finished run in the folder was made with other config, code, data or
                libraries; the message names them.
        """
        if self.folder.exists() and not self.folder.is_dir():
            raise ValueError(f"{self.folder} is a file: choose another work-dir.")
        self.folder.mkdir(parents=True, exist_ok=True)
        data = data_of(self.base)
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
        times = TimeElapsedColumn(), TimeRemainingColumn()
        with Progress(*columns, *times, speed_estimate_period=_FOREVER) as bar:
            task = bar.add_task(self.report.name, total=None)

            def say(line: str) -> None:
                bar.console.print(line, markup=False, highlight=False, soft_wrap=True)

            tried: set[Run] = set()  # what fails is not tried twice in one call
            later = self.plan.number_after_tuning
            for runs, more in ((self.plan.tuning_runs, later), (self.report.seed_runs, 0)):
                jobs = {run: self.job(run, data) for run in runs() if run not in tried}
                todo = {run: job for run, job in jobs.items() if not self._is_done(job, say)}
                bar.update(task, total=bar.tasks[task].completed + len(todo) + more)
                for run in self._make(todo, at_once):
                    tried.add(run)
                    bar.advance(task)
                    left = _duration(bar.tasks[task].time_remaining)
                    say(f"{self.report.line(run)}; {left} left")
        return self.report.write()

    def job(self, run: Run, data: Mapping[str, str]) -> Job:
        """What a run trains, on data of these hashes."""
        config = self._compose(run.method, run)
        first = None
        if run.method in FIRST:
            first = self._compose(FIRST[run.method], run)
            without_validation(first)
            del first.default_hooks["final_test"]
            config.model.head.loss.pop("prior", None)  # the temporary model's is taken
        made_of = inputs_of([c for c in (config, first) if c is not None]) | dict(data)
        return Job(self.folder / run.folder, config, first, made_of)

    def _compose(self, piece: str, run: Run) -> Config:
        return compose(self.base, self.pieces[piece], run, self.held_out, self.labels)

    def _is_done(self, job: Job, say: Callable[[str], None]) -> bool:
        """Whether there is a result of just this run.

        Raises:
            ValueError: There is one of other config, code, data or libraries.
        """
        result = read_finished(job.folder)
        if result.get("status") == "failed":
            say(f"{job.folder} is made anew: {result['error']}")
        if result.get("status") != "done":
            return False
        if not isinstance(result.get("made_of"), dict):
            raise ValueError(
                f"{job.folder} is a finished run that does not say of which code and data: choose "
                "another work-dir, or remove this one."
            )
        differs = changed(result["made_of"], job.made_of)
        if differs:
            raise ValueError(
                f"{job.folder} is a finished run, and since then this has changed: {differs}. Undo "
                "the change, choose another work-dir, or remove this one."
            )
        return True

    def _make(self, jobs: Mapping[Run, Job], at_once: int) -> Iterator[Run]:
        """Make the runs; ``runs.csv`` is up to date after each."""
        for (run, job), code in in_processes(_execute, list(jobs.items()), at_once):
            if code and read_result(job.folder).get("status") != "done":
                job.folder.mkdir(parents=True, exist_ok=True)
                error = f"its process ended with code {code}"
                write_result(job.folder, dict(status="failed", error=error))
            self._is_done(job, lambda line: None)  # another comparison may have made it
            self.report.write_rows()
            yield run


def _execute(item: tuple[Run, Job]) -> None:
    execute(item[1])


def _duration(seconds: float | None) -> str:
    return "some time" if seconds is None else str(timedelta(seconds=round(seconds)))
