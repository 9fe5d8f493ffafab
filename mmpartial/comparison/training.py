"""One run in a process of its own."""

import contextlib
import hashlib
import json
import os
import shutil
import sys
import time
import traceback
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from filelock import FileLock
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.runner import Runner

from ..datasets import find_partial
from ..engine.hooks import FinalTestHook
from .code import code_of
from .configs import MAP, PREFIX

RESULT, CLASSES, LOG = "result.json", "classes.csv", "output.log"
_PRIOR = "class_prior.json"


@dataclass
class Job:
    """A run that is to be made.

    Attributes:
        folder: The run's own folder.
        config: Its config.
        first: Config of a temporary model that is trained before, and gives class priors.
    """

    folder: Path
    config: Config
    first: Config | None = None

    @cached_property
    def digest(self) -> str:
        """Names what is trained, config and code: two jobs with one digest are the same."""
        configs = [config for config in (self.config, self.first) if config]
        what = [(config.to_dict(), code_of(config)) for config in configs]
        text = json.dumps(what, sort_keys=True, default=str)
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def read_result(folder: Path) -> dict[str, Any]:
    """What a run left, or nothing."""
    try:
        return json.loads((folder / RESULT).read_text())
    except FileNotFoundError:
        return {}


def write_result(folder: Path, result: dict[str, Any]) -> None:
    """Write a run's result, whole or not at all."""
    partial = folder / f"{RESULT}.partial"
    partial.write_text(json.dumps(result, indent=1))
    partial.replace(folder / RESULT)


def execute(job: Job) -> None:
    """Train, and leave a result, or the error; a run that was cut off starts anew.

    One process at a time works in a folder: another comparison that is there already is waited
    for, and its result taken.
    """
    job.folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{job.folder}.lock"):
        if read_result(job.folder).get("status") == "done":
            return
        shutil.rmtree(job.folder, ignore_errors=True)
        job.folder.mkdir()
        start = time.monotonic()
        with _output_to(job.folder / LOG):
            try:
                result = dict(status="done", error="", **train_stages(job))
            except Exception as error:
                with (job.folder / LOG).open("a") as log:
                    traceback.print_exc(file=log)
                result = dict(status="failed", error=f"{type(error).__name__}: {error}")
        seconds = round(time.monotonic() - start, 1)
        write_result(job.folder, dict(result, seconds=seconds, digest=job.digest))


@contextlib.contextmanager
def _output_to(path: Path) -> Any:
    """Send all that this process and its workers print to a file."""
    with path.open("ab") as file:
        kept = [os.dup(1), os.dup(2)]
        try:
            for number in (1, 2):
                os.dup2(file.fileno(), number)
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, old in zip((1, 2), kept, strict=True):
                os.dup2(old, number)
                os.close(old)


def train_stages(job: Job) -> dict[str, Any]:
    """Train, after the temporary model if there is one; what the run gave."""
    cfg = copy_of(job.config)
    if job.first is not None:
        _train(copy_of(job.first), job.folder / "first")
        cfg.model.head.loss.prior = str(job.folder / "first" / _PRIOR)
    runner = _train(cfg, job.folder)
    dataset = find_partial(runner.train_dataloader.dataset)
    assert dataset is not None
    test = next(hook for hook in runner.hooks if isinstance(hook, FinalTestHook))
    best = test.scores.get("best", {})
    _classes(dataset, test).to_csv(job.folder / CLASSES, index=False)
    for weights in job.folder.rglob("*.pth"):  # the config makes them again
        weights.unlink()
    return dict(
        held_out_mAP=runner.message_hub.runtime_info.get("best_score"),
        test_mAP_last=test.scores["last"][MAP],
        test_mAP_best=best.get(MAP),
        best_epoch=best.get("epoch"),
        label_hash=dataset.label_hash,
    )


def copy_of(cfg: Config) -> Config:
    """A config that a run may change; each checkpoint has its text, which takes long to format."""
    what = dict(cfg_text="composed", filename="config.py", format_python_code=False)
    return Config(cfg.to_dict(), **what)


def _train(cfg: Config, folder: Path) -> Runner:
    if not torch.cuda.is_available():
        torch.set_num_threads(1)
    cfg.work_dir, cfg.experiment_name = str(folder), folder.name
    init_default_scope(cfg.get("default_scope", "mmpretrain"))
    runner = Runner.from_cfg(cfg)
    runner.train()
    return runner


def _classes(dataset: Any, test: FinalTestHook) -> pd.DataFrame:
    """For each class its positives in the training set, hidden ones included, and test AP."""
    table = pd.DataFrame(
        {"class": dataset.metainfo["classes"], "train_positives": dataset.full_counts}
    )
    for name, found in test.per_class.items():
        table[f"AP_{name}"] = found[PREFIX].AP
    return table
