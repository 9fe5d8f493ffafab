"""The evaluation of each class, in the log and as CSV."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from mmengine.hooks import Hook
from mmengine.runner import BaseLoop, EpochBasedTrainLoop, Runner

from ...datasets import find_partial
from ...datasets.source import annotations_of
from ...evaluation import PartialMultiLabelMetric
from ...formats.common.output_paths import write_text
from ...labels import POSITIVE
from ...registry import HOOKS
from ...utils.log import note


@HOOKS.register_module()
class ClassReportHook(Hook):
    """Write the table of each :class:`mmpartial.PartialMultiLabelMetric`.

    After an evaluation the log shows the classes of the lowest average precision. The table of all
    classes is written to ``per_class/`` in the work_dir as CSV.

    The number of positives in the training dataset decides which classes are head, medium and tail.
    The numbers are in the checkpoint, so that a test needs no training data. If they are not, the
    metrics of a test do not distinguish these classes.

    Args:
        split_counts: ``'full'`` counts positives before labels were hidden, ``'observed'`` counts
            only those that stay known, as COMIC does.
        lines: Number of classes in the log.
    """

    counts: Sequence[int] | None = None
    test_name = "test"  # in the names of the files; FinalTestHook tests more than once

    def __init__(self, *, split_counts: str = "full", lines: int = 10):
        if split_counts not in ("full", "observed"):
            raise ValueError(f"split_counts={split_counts!r}: choose 'full' or 'observed'.")
        self.split_counts, self.lines = split_counts, lines

    def before_train(self, runner: Runner) -> None:
        """Count the positives of the training dataset."""
        dataset = runner.train_dataloader.dataset
        partial, read = find_partial(dataset), annotations_of(dataset)
        self.counts = None  # a checkpoint's counts may be of other training labels
        if partial is not None and self.split_counts == "full":
            self.counts = partial.full_counts.tolist()
        elif partial is not None:
            self.counts = partial.labels.count(POSITIVE).tolist()
        elif read is not None:
            self.counts = read.labels.count(POSITIVE).tolist()

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Keep the counts for tests."""
        checkpoint["train_counts"] = self.counts

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Read the counts."""
        self.counts = checkpoint.get("train_counts")

    def before_val(self, runner: Runner) -> None:
        """Give the counts to the metrics that have none."""
        self._give_counts(runner.val_evaluator)

    def before_test(self, runner: Runner) -> None:
        """Give the counts to the metrics that have none."""
        self._give_counts(runner.test_evaluator)

    def _give_counts(self, evaluator: Any) -> None:
        for metric in evaluator.metrics:
            if isinstance(metric, PartialMultiLabelMetric) and metric.train_counts is None:
                metric.train_counts = self.counts

    def after_val_epoch(self, runner: Runner, metrics: dict[str, float] | None = None) -> None:
        """Write the tables."""
        step = _step(runner)
        for name, table in per_class_tables(runner.val_evaluator):
            self._write(runner, f"{name}_val_{step}", table)

    def after_test_epoch(self, runner: Runner, metrics: dict[str, float] | None = None) -> None:
        """Write the tables."""
        for name, table in per_class_tables(runner.test_evaluator):
            self._write(runner, f"{name}_{self.test_name}", table)

    def _write(self, runner: Runner, file: str, table: pd.DataFrame) -> None:
        path = Path(runner.work_dir) / "per_class" / f"{file}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, table.to_csv(index=False, float_format="%.6g"))
        note(f"{lowest(table, self.lines)}\nall classes are in {path}")


def lowest(table: pd.DataFrame, lines: int) -> str:
    """The classes with the lowest average precision, as text.

    Args:
        table: A row for each class, as in :class:`mmpartial.evaluation.report.Report`.
        lines: Number of classes.
    """
    scored = table.dropna(subset="AP").nsmallest(lines, "AP")
    if scored.empty:
        return "no class has an AP, because none has a known positive and a known negative"
    text = scored.to_string(index=False, float_format="%.1f")
    return f"lowest AP of {len(table)} classes:\n{text}"


def _step(runner: Runner) -> int:
    loop = runner._train_loop  # runner.epoch would build it, with its dataset
    if isinstance(loop, EpochBasedTrainLoop):
        return loop.epoch
    return loop.iter if isinstance(loop, BaseLoop) else 0


def per_class_tables(evaluator: Any) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield name and table of each metric with a report; only the main process has reports."""
    for metric in evaluator.metrics:
        if isinstance(metric, PartialMultiLabelMetric) and metric.report is not None:
            yield str(metric.prefix).replace("/", "_"), metric.report.per_class
