"""The parts of a run that the checks look at, and the two ways to report a fault."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from mmengine.model import BaseTTAModel, is_model_wrapper
from mmengine.runner import BaseLoop, Runner
from torch.distributed.fsdp import FullyShardedDataParallel

from ...datasets import PartialLabelDataset, find_partial
from ...datasets.source import annotations_of
from ...labels.matrix import LabelMatrix
from ...registry import MODELS
from ...utils import log
from .saved import Saved

TRAIN = "train_dataloader.dataset"


@dataclass
class Evaluation:
    """A dataset to evaluate on, its metrics, and its key in the config."""

    dataset: Any
    metrics: Sequence[Any]
    name: str


@dataclass
class Run:
    """Config, data, model and checkpoint of a run together.

    Attributes:
        model: The model, without the wrapper of distributed training.
        cfg: The config.
        hooks: The hooks.
        train: The training dataset; None in a test.
        evaluation: Validation in training, or the test; None in training without validation.
        saved: The checkpoint's notes about the run that wrote it; None without a checkpoint.
        checkpoint: The content of a checkpoint that is being loaded.
        resumed: Whether training goes on from the checkpoint.
        done: The number of iterations that are done.
        length: The number of iterations of the training.
        batch: The batch of this iteration.
        outputs: The outputs of this iteration, with ``loss``.
        runner: The class of the runner.
        strategy: How a FlexibleRunner spreads the run over processes; None with a Runner.
    """

    model: Any
    cfg: Any
    hooks: Sequence[Any]
    train: Any = None
    evaluation: Evaluation | None = None
    saved: Saved | None = None
    checkpoint: Any = None
    resumed: bool = False
    done: int = 0
    length: int = 0
    batch: Any = None
    outputs: Any = None
    runner: type = Runner
    strategy: Any = None

    @property
    def partial(self) -> PartialLabelDataset | None:
        """The wrapper in the training dataset, if there is one."""
        return None if self.train is None else find_partial(self.train)

    @property
    def train_labels(self) -> LabelMatrix | None:
        """The known training labels; None for a stock dataset without a wrapper."""
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
        resumed=runner.iter > 0,
        done=runner.iter,
        length=runner.max_iters,
    )


def testing(runner: Runner, saved: Saved | None) -> Run:
    """The parts of a test."""
    dataset, metrics = runner.test_dataloader.dataset, runner.test_evaluator.metrics
    evaluation = Evaluation(dataset, metrics, "test_dataloader.dataset")
    return Run(bare_model(runner), runner.cfg, runner.hooks, None, evaluation, saved)


def loading(runner: Runner, name: str, checkpoint: Any) -> Run:
    """The parts of a run that is about to take the weights of a checkpoint."""
    if isinstance(runner._train_loop, BaseLoop):
        run = replace(training(runner, None), resumed=runner._resume)
    elif isinstance(runner._test_loop, BaseLoop):
        run = testing(runner, None)
    else:
        run = Run(bare_model(runner), runner.cfg, runner.hooks)
    if isinstance(runner.model, FullyShardedDataParallel):  # has only some weights
        run.model = MODELS.build(deepcopy(runner.cfg.model))
    return replace(run, saved=Saved(name=name), checkpoint=checkpoint)


class GuardError(ValueError):
    """A run would go wrong unnoticed."""

    def __init__(self, message: str):
        super().__init__(f"mmpartial guard: {message}")


def warn(message: str) -> None:
    """Log a warning."""
    log.warn(f"mmpartial guard: {message}")
