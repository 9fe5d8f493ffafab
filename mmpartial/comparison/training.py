"""Trains one run."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from mmengine.utils import import_modules_from_strings

from ..datasets import find_partial
from ..engine.hooks import FinalTestHook
from ..formats.common.output_paths import write_text

PREFIX = "multi-label"
MAP = f"{PREFIX}/mAP"
CLASSES = "classes.csv"
BEST = "best.pth"
_PRIOR = "class_prior.json"


def train_stages(job: "Job") -> dict[str, Any]:
    """Train the first model if there is one, and then the run's own.

    Returns:
        Scores of the run and the hash of its labels, by the columns of ``runs.csv``.
    """
    cfg = copy_of(job.config)
    import_own(cfg)
    if job.first is not None:
        _train(copy_of(job.first), job.folder / "first")
        cfg.model.head.loss.prior = str(job.folder / "first" / _PRIOR)
    runner = _train(cfg, job.folder)
    dataset = find_partial(runner.train_dataloader.dataset)
    assert dataset is not None
    test = next(hook for hook in runner.hooks if isinstance(hook, FinalTestHook))
    best = test.scores.get("best", {})
    write_text(job.folder / CLASSES, _classes(dataset, test).to_csv(index=False))
    info = runner.message_hub.runtime_info
    for weights in [*job.folder.rglob("*.pth")]:  # training with the config makes them again
        if job.keep_best and weights.resolve() == Path(info["best_ckpt"]).resolve():
            weights.replace(job.folder / BEST)
        else:
            weights.unlink()
    return dict(
        held_out_mAP=info.get("best_score"),
        test_mAP_last=test.scores["last"][MAP],
        test_mAP_best=best.get(MAP),
        best_epoch=best.get("epoch"),
        label_hash=dataset.label_hash,
        **_label_counts(dataset),
    )


@dataclass
class Job:
    """A run to train.

    Attributes:
        folder: The run's own folder.
        config: The run's config.
        first: Config of a model to train first, for class priors.
        made_of: Hashes of config, files and data, see :mod:`mmpartial.comparison.inputs`.
        code: Hashes of the code that the caller has loaded.
        keep_best: Whether to keep the best checkpoint on held-out images.
        train: The function that trains the run and returns its scores.
    """

    folder: Path
    config: Config
    first: Config | None = None
    made_of: dict[str, str] = field(default_factory=dict)
    code: dict[str, str] = field(default_factory=dict)
    keep_best: bool = False
    train: Callable[["Job"], dict[str, Any]] = train_stages


def copy_of(cfg: Config) -> Config:
    """Copy a config for a run to change.

    Checkpoints hold its text, and formatting that is slow.
    """
    unformatted = dict(cfg_text="composed", filename="config.py", format_python_code=False)
    return Config(cfg.to_dict(), **unformatted)


def import_own(cfg: Config) -> None:
    """Import the user's own modules; MMEngine does so only when it reads a config file."""
    if cfg.get("custom_imports"):
        import_modules_from_strings(**cfg.custom_imports)


def _train(cfg: Config, folder: Path) -> Runner:
    if not torch.cuda.is_available():
        torch.set_num_threads(1)
    cfg.work_dir, cfg.experiment_name = str(folder), folder.name
    init_default_scope(cfg.get("default_scope", "mmpretrain"))
    runner = Runner.from_cfg(cfg)
    runner.train()
    return runner


def _label_counts(dataset: Any) -> dict[str, int]:
    """Count the labels of the training part; ``unknown`` includes hidden positives."""
    unknown, negatives, positives = dataset.labels.counts.sum(1).tolist()
    hidden = int(dataset.full_counts.sum()) - positives
    return dict(positives=positives, hidden_positives=hidden, negatives=negatives, unknown=unknown)


def _classes(dataset: Any, test: FinalTestHook) -> pd.DataFrame:
    """Tabulate the positives of each class in training, including hidden ones, and its test AP."""
    table = pd.DataFrame(
        {"class": dataset.metainfo["classes"], "train_positives": dataset.full_counts}
    )
    for name, found in test.per_class.items():
        table[f"AP_{name}"] = found[PREFIX].AP
    return table
