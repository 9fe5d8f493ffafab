"""Is the best checkpoint chosen on images that are nowhere else?"""

import numpy as np
from mmengine.hooks import CheckpointHook

from ...datasets import find_partial
from .guard_error import GuardError
from .run import Run, warn


def check_held_out(run: Run) -> None:
    """What is held out must not be trained on."""
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
    """Report a checkpoint that is chosen on the test set: its score is no estimate."""
    if run.evaluation is None:
        return
    selects = any(isinstance(h, CheckpointHook) and h.save_best for h in run.hooks)
    val, test = (run.cfg.get(f"{part}_dataloader") or {} for part in ("val", "test"))
    if selects and val and test and val.get("dataset") == test.get("dataset"):
        warn(
            "validation and test set are the same, and so the best checkpoint is chosen on the "
            "test set: report the last one, or hold out a part of the training set (held_out of "
            "PartialLabelDataset)."
        )
