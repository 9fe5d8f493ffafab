"""Is the best checkpoint chosen on images that are not used otherwise?"""

from pathlib import Path
from typing import Any

import numpy as np
from mmengine.hooks import CheckpointHook

from ...datasets import find_partial
from .run import GuardError, Run, warn


def check_held_out(run: Run) -> None:
    """Refuse to train on images that are held out."""
    train = run.partial
    other = find_partial(run.evaluation.dataset) if run.evaluation else None
    if train is None or other is None or other.part != "held_out":
        return
    both = np.intersect1d(train.annotations.name_hashes, other.annotations.name_hashes)
    if both.size:
        raise GuardError(
            f"{both.size} of the {other.num_rows} held-out images of val_dataloader.dataset "
            "are trained on: give train_dataloader.dataset the same held_out "
            f"({other.held_out}, not {train.held_out}) and seed ({other.seed}, not "
            f"{train.seed}), and part='train'."
        )


def check_selection(run: Run) -> None:
    """Warn of a run that chooses a checkpoint on the test set, and tests it there."""
    tests_best = any(type(hook).__name__ == "FinalTestHook" for hook in run.hooks)
    selects = any(isinstance(h, CheckpointHook) and h.save_best for h in run.hooks)
    if run.evaluation is not None and tests_best and selects and _one_set(run.cfg):
        _warn_of_choice("the best checkpoint is chosen")


def check_tested_selection(run: Run) -> None:
    """Warn of a test of a checkpoint that was chosen on the same images."""
    name = Path(run.cfg.get("load_from") or "").name
    if name.startswith("best_") and _one_set(run.cfg):
        _warn_of_choice(f"{name} was chosen")


def _one_set(cfg: Any) -> bool:
    val, test = (cfg.get(f"{part}_dataloader") or {} for part in ("val", "test"))
    return bool(val) and val.get("dataset") == test.get("dataset")


def _warn_of_choice(chosen: str) -> None:
    """Warn that the score of a checkpoint is too good."""
    warn(
        f"validation and test set are the same, so {chosen} on the test set: report the last "
        "one, or hold out a part of the training set (train_dataloader.dataset.held_out)."
    )
