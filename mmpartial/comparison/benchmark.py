"""A benchmark of methods: it makes the runs and writes their results."""

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

from .code import code_now, loaded_code
from .configs import compose, without_validation
from .execution import execute
from .inputs import changed, data_of, inputs_of
from .plan import Plan
from .processes import in_processes
from .report import Report
from .results import read_finished, read_result, write_result
from .run import Run
from .training import Job, train_stages

FIRST = {"csl": "class_prior"}  # the method that is trained before another, for its class priors
_FOREVER = 1e9  # seconds: the time left is estimated from all runs so far


class Benchmark:
    """Methods compared in one folder, which holds all state.

    Every run has a folder with its config, log, result, and test AP of each class. A finished run
    is not repeated, one that was cut off starts anew, and the next call tries a failed one again.
    With several learning rates, each method tries all of them in each setting with the first seed,
    and the other seeds take the rate with the best held-out mAP. With ``lr_settings`` it tries
    them in these settings alone, and takes the rate with the best mean everywhere. Held-out images
    are never trained on, neither then nor in reported runs.

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
        train: Trains a run in a process of its own and returns its scores.

    Raises:
        ValueError: A method or setting is not known, or there are several rates but no held-out
            images to choose with.
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
        train: Callable[[Job], dict] = train_stages,
    ):
        self.base, self.pieces, self.train = base, pieces, train
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
        """Make the runs that are missing, and write rows, table and plots.

        Args:
            at_once: Number of runs at once.

        Returns:
            A row for each run, as in ``runs.csv``.

        Raises:
            ValueError: A finished run in the folder was made with another config, or with other
                code, data or libraries; the message names them.
        """
        if self.folder.exists() and not self.folder.is_dir():
            raise ValueError(f"{self.folder} is a file: choose another work-dir.")
        self.folder.mkdir(parents=True, exist_ok=True)
        data, code = data_of(self.base), loaded_code()
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
        times = TimeElapsedColumn(), TimeRemainingColumn()
        with Progress(*columns, *times, speed_estimate_period=_FOREVER) as bar:
            task = bar.add_task(self.report.name, total=None)

            def say(line: str) -> None:
                """Print a line above the bar."""
                bar.console.print(line, markup=False, highlight=False, soft_wrap=True)

            tried: set[Run] = set()  # what fails is not tried twice in one call
            later = self.plan.number_after_tuning
            for runs, more in ((self.plan.tuning_runs, later), (self.report.seed_runs, 0)):
                jobs = {run: self.job(run, data, code) for run in runs() if run not in tried}
                todo = {run: job for run, job in jobs.items() if not self._is_done(job, say)}
                bar.update(task, total=bar.tasks[task].completed + len(todo) + more)
                for run in self._make(todo, at_once):
                    tried.add(run)
                    bar.advance(task)
                    left = _duration(bar.tasks[task].time_remaining)
                    say(f"{self.report.line(run)}; {left} left")
        return self.report.write()

    def job(self, run: Run, data: dict[str, str], code: dict[str, str]) -> Job:
        """Compose what a run trains.

        Args:
            run: The run.
            data: Hashes of the data.
            code: Hashes of the code that is loaded.
        """
        config = self._compose(run.method, run)
        first = None
        if run.method in FIRST:
            first = self._compose(FIRST[run.method], run)
            without_validation(first)
            del first.default_hooks["final_test"]
            config.model.head.loss.pop("prior", None)  # the temporary model's is taken
        made_of = inputs_of([c for c in (config, first) if c is not None]) | data
        return Job(self.folder / run.folder, config, first, made_of, code, self.train)

    def _compose(self, piece: str, run: Run) -> Config:
        return compose(self.base, self.pieces[piece], run, self.held_out, self.labels)

    def _is_done(self, job: Job, say: Callable[[str], None]) -> bool:
        """Whether the run has finished, with this config, code, data and libraries.

        Raises:
            ValueError: It has finished with others.
        """
        result = read_finished(job.folder)
        if result.get("status") == "failed":
            say(f"{job.folder} is made anew: {result['error']}")
        if result.get("status") != "done":
            return False
        made_of = result.get("made_of")
        if not isinstance(made_of, dict):
            raise ValueError(
                f"{job.folder} is a finished run that does not say what code and data it used: "
                "choose another work-dir, or remove this one."
            )
        differs = changed(made_of, job.made_of | code_now(made_of))
        if differs:
            raise ValueError(
                f"{job.folder} is a finished run, and since then this has changed: {differs}. Undo "
                "the change, choose another work-dir, or remove this one."
            )
        return True

    def _make(self, jobs: Mapping[Run, Job], at_once: int) -> Iterator[Run]:
        """Make the runs; ``runs.csv`` is up to date after each."""
        runs = {job.folder: run for run, job in jobs.items()}
        for job, code in in_processes(execute, list(jobs.values()), at_once):
            if code and read_result(job.folder).get("status") != "done":
                job.folder.mkdir(parents=True, exist_ok=True)
                error = f"its process ended with code {code}"
                write_result(job.folder, dict(status="failed", error=error))
            self._is_done(job, lambda line: None)  # another benchmark may have made it
            self.report.write_rows()
            yield runs[job.folder]


def _duration(seconds: float | None) -> str:
    return "some time" if seconds is None else str(timedelta(seconds=round(seconds)))
