"""Keeping other runs out of the work_dir, and finding the checkpoint to resume from."""

from pathlib import Path

from mmengine.dist import barrier, is_main_process
from mmengine.hooks import Hook
from mmengine.runner import Runner

from ...registry import HOOKS
from ...utils.log import warn
from ..checkpoints import (
    check_no_folders,
    check_same_checkpoint,
    checkpoint_folder,
    checkpoint_hook,
    name_last,
    newest_whole,
)
from ..run_lock import hold_work_dir, release_work_dir


@HOOKS.register_module()
class WorkDirHook(Hook):
    """Keep other runs out of the work_dir, and resume from its newest whole checkpoint.

    MMEngine's ``--resume`` reads the file ``last_checkpoint``, which may be lost, empty or out of
    date if a run was killed. This hook corrects the file before it is read.

    Raises:
        ValueError: Another run uses the work_dir, a folder is where a checkpoint will be written,
            or there are checkpoints but none is whole.
    """

    priority = "VERY_HIGH"

    def before_run(self, runner: Runner) -> None:
        """Find the checkpoint to resume from, unless the config names one."""
        hook = checkpoint_hook(runner)
        if not runner._resume or runner._load_from is not None or hook is None:
            return
        hold_work_dir(runner)
        if is_main_process():
            name = Path(runner.work_dir) / "last_checkpoint"
            named = name.read_text(errors="replace").strip() if name.exists() else ""
            if "://" not in named + checkpoint_folder(runner):
                self._point(name, named, Path(checkpoint_folder(runner)), hook.filename_tmpl)
        barrier()
        check_same_checkpoint(runner.work_dir)

    @staticmethod
    def _point(name: Path, named: str, folder: Path, template: str) -> None:
        """Write the newest whole checkpoint into the file ``last_checkpoint``."""
        found = newest_whole(folder, template, named)
        if found is None:
            name.unlink(missing_ok=True)
        elif str(found) != named:
            names = f"last_checkpoint names {named or 'no file'}"
            warn(f"{names}: the newest whole checkpoint is {found}.")
            name_last(str(name.parent), str(found))

    def before_train(self, runner: Runner) -> None:
        """Take the work_dir before anything is written there."""
        hold_work_dir(runner)
        hook = checkpoint_hook(runner)
        if hook is not None and is_main_process():
            check_no_folders(Path(checkpoint_folder(runner)), hook.filename_tmpl)

    def after_run(self, runner: Runner) -> None:
        """Release it."""
        release_work_dir(runner)
