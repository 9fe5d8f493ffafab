"""The best checkpoint so far in a run that resumes."""

import os
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from mmengine.runner import Runner

from ..utils.log import warn
from ..utils.torch_load import read_checkpoint
from .checkpoints import number_in
from .checks.settings import settings_of

_SCORED_BY = "best_is_scored_by"
_READ = ("val_dataloader", "val_evaluator", "default_hooks")
_SCORING = ("val_dataloader.dataset.*", "val_evaluator*", "default_hooks.checkpoint.save_best*",
            "default_hooks.checkpoint.rule*")  # fmt: skip
_MOVED = ("*data_root", "*data_prefix*", "*ann_file", "*lazy_init")  # files may be moved


def keep_comparable(runner: Runner) -> None:
    """Forget a best score if it is of other images or metrics, and note the present ones."""
    hub = runner.message_hub
    settings = settings_of({key: runner.cfg.get(key) for key in _READ})
    now = {key: settings[key] for key in settings if _any(key, _SCORING) and not _any(key, _MOVED)}
    before = hub.runtime_info.get(_SCORED_BY, now)
    if before != now:
        changed = [key for key in sorted({*before, *now}) if before.get(key) != now.get(key)]
        _forget(runner, f"validation has changed ({', '.join(changed[:4])})")
    hub.update_info(_SCORED_BY, now)


def find_best(runner: Runner, folder: str) -> None:
    """Point a copied or moved run to the best checkpoints in its own folder."""
    for key, path in list(runner.message_hub.runtime_info.items()):
        if not key.startswith("best_ckpt") or not path:
            continue
        here = os.path.join(folder, os.path.basename(path))
        if os.path.exists(here):
            runner.message_hub.update_info(key, here)
        elif not os.path.exists(path):
            _forget(runner, f"{path} is gone")
            return


def in_folder(path: str | None, folder: str) -> str | None:
    """Return a path if it is in the run's own folder, where the run may delete it."""
    inside = path is not None and Path(path).parent.resolve() == Path(folder).resolve()
    return path if inside else None


def forgotten_best(runner: Runner, best: Path, template: str) -> list[Path]:
    """Find former best checkpoints of a metric, in the folder of the best one.

    A resumed run does not know those that it saved before it went back to an older epoch.

    Args:
        runner: The run.
        best: The best checkpoint.
        template: The names of checkpoints, with ``{}`` for a number.

    Returns:
        The files, without those whose score is of other images or metrics.
    """
    head = template.partition("{}")[0]
    names = best.name.rpartition(head)[0] + template if head else template
    found = [file for file in best.parent.glob("best_*") if number_in(file, names) is not None]
    now = runner.message_hub.runtime_info[_SCORED_BY]
    return [file for file in found if file.name != best.name and _scored_by(file) == now]


def _scored_by(file: Path) -> Any:
    """The settings behind the score of a best checkpoint; None if it cannot be read."""
    try:
        return read_checkpoint(file, mmap=True)["message_hub"]["runtime_info"].get(_SCORED_BY)
    except Exception:  # of another program, or not complete
        return None


def _any(key: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(key, pattern) for pattern in patterns)


def _forget(runner: Runner, why: str) -> None:
    info = runner.message_hub.runtime_info
    for key in [key for key in info if key.startswith(("best_ckpt", "best_score"))]:
        del info[key]
    warn(f"{why}, so the best checkpoint is chosen from the epochs that follow.")
