"""The parts of a run that checks look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mmengine.logging import print_log
from mmengine.model import BaseTTAModel, is_model_wrapper
from mmengine.runner import Runner

from ...datasets import PartialLabelDataset, find_partial
from ...datasets.source import annotations_of
from ...labels.matrix import LabelMatrix
from .saved import Saved

TRAIN = "train_dataloader.dataset"


@dataclass
class Evaluation:
    """A dataset that is evaluated on, and what scores it.

    Attributes:
        dataset: The dataset.
        metrics: The metrics.
        name: The dataset's key in the config.
    """

    dataset: Any
    metrics: Sequence[Any]
    name: str


@dataclass
class Run:
    """Config, data and model of a run together.

    Attributes:
        model: The model, without the wrapper of distributed training.
        cfg: The config.
        hooks: The hooks.
        train: The training dataset; None in a test.
        evaluation: Validation in training, or the test; None in training without validation.
        saved: What the checkpoint that was loaded says of its run; None without one.
        resumed: Whether training goes on from the checkpoint.
        done: Iterations that were trained.
        length: Iterations that training takes.
    """

    model: Any
    cfg: Any
    hooks: Sequence[Any]
    train: Any = None
    evaluation: Evaluation | None = None
    saved: Saved | None = None
    resumed: bool = False
    done: int = 0
    length: int = 0

    @property
    def partial(self) -> PartialLabelDataset | None:
        """The wrapper in the training dataset, if there is one."""
        return None if self.train is None else find_partial(self.train)

    @property
    def train_labels(self) -> LabelMatrix | None:
        """What is known of the training images; None of a stock dataset without a wrapper."""
        read = self.partial or annotations_of(self.train)
        return None if read is None else read.labels


def bare_model(runner: Runner) -> Any:
    """The model without the wrappers of distributed training and test-time augmentation."""
    model = runner.model
    while is_model_wrapper(model) or isinstance(model, BaseTTAModel):
        model = model.module
    return model


def training(runner: Runner, saved: Saved | None) -> Run:
    """The parts of a training run."""
    evaluation = None
    if runner.val_loop is not None:
        metrics = runner.val_evaluator.metrics
        evaluation = Evaluation(runner.val_dataloader.dataset, metrics, "val_dataloader.dataset")
    return Run(
        bare_model(runner),
        runner.cfg,
        runner.hooks,
        runner.train_dataloader.dataset,
        evaluation,
        saved,
        runner.iter > 0,
        runner.iter,
        runner.max_iters,
    )


def testing(runner: Runner, saved: Saved | None) -> Run:
    """The parts of a test."""
    dataset, metrics = runner.test_dataloader.dataset, runner.test_evaluator.metrics
    evaluation = Evaluation(dataset, metrics, "test_dataloader.dataset")
    return Run(bare_model(runner), runner.cfg, runner.hooks, None, evaluation, saved)


def warn(message: str) -> None:
    """Log what is worth knowing and no reason to stop."""
    print_log(f"mmpartial guard: {message}", logger="current", level=30)
