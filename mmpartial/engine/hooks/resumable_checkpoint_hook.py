"""Checkpoints from which a run resumes exactly, whenever it was killed."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mmengine.dist import is_main_process
from mmengine.hooks import CheckpointHook
from mmengine.runner import EpochBasedTrainLoop, IterBasedTrainLoop, Runner

from ...registry import HOOKS
from ...utils.log import note, warn
from ..best_checkpoint import find_best, forgotten_best, in_folder, keep_comparable
from ..checkpoints import PREEMPTED, name_last
from ..whole_file_backend import WHOLE_FILES

_VALIDATED = "iter_of_last_validation"  # a name that begins with val would be logged


@HOOKS.register_module()
class ResumableCheckpointHook(CheckpointHook):
    """MMEngine's CheckpointHook for runs that may be killed, with the same arguments.

    A checkpoint is written whole or not at all. Old checkpoints, including the best one, are
    deleted only after the new one is written. If a run was killed between a checkpoint and its
    validation, the resumed run validates first. So it has the same best checkpoint as an
    uninterrupted run.
    """

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._previous_best: dict[str, str | None] = {}
        self._resumed = False
        local = "://" not in str(self.out_dir)
        if local and (self.backend_args or self.file_client_args) is None:
            self.backend_args: dict | None = dict(backend=WHOLE_FILES)

    def before_train(self, runner: Runner) -> None:
        """Validate the checkpoint if the killed run did not."""
        super().before_train(runner)
        self._take_over_best(runner)
        self._resumed = runner.iter > 0
        if not self._resumed:
            self._warn_of_overwriting()
            return
        self.last_ckpt = runner.message_hub.runtime_info.get("last_ckpt")
        if _validation_due(runner):
            note(f"the checkpoint of iteration {runner.iter} was not validated: it is now.")
            runner.val_loop.run()

    def _take_over_best(self, runner: Runner) -> None:
        """Go on with the best checkpoint so far, but never delete one of another run."""
        if not self.save_best or not self.key_indicators:
            return
        if self._local:
            find_best(runner, self.out_dir)
        keep_comparable(runner)
        info = runner.message_hub.runtime_info
        paths = {key: info.get(f"best_ckpt_{key}" if key else "best_ckpt") for key in self._best()}
        if self._local:
            paths = {key: in_folder(path, self.out_dir) for key, path in paths.items()}
        self._set_best(paths)

    def _warn_of_overwriting(self) -> None:
        """Warn that this run will overwrite the checkpoints of an earlier run."""
        if not self._local:
            return
        patterns = self.filename_tmpl.format("*"), PREEMPTED
        earlier = sorted(file for name in patterns for file in Path(self.out_dir).glob(name))
        if earlier:
            warn(
                f"{self.out_dir} holds {len(earlier)} checkpoints of an earlier run, such as "
                f"{earlier[0].name}, and this run writes over them: stop it, and give --resume to "
                "go on, or another --work-dir to keep them."
            )

    def after_val_epoch(self, runner: Runner, metrics: dict[str, float]) -> None:
        """Note in the checkpoint that it was validated.

        Raises:
            ValueError: ``save_best`` names a metric that the evaluators do not give.
        """
        wanted = [] if self.save_best is None else self.key_indicators or []
        for key in wanted:
            if metrics and key not in {"auto", *metrics}:
                raise ValueError(
                    f"default_hooks.checkpoint.save_best={key!r} is not a result of val_evaluator, "
                    f"which gives {', '.join(metrics)}: set save_best to one of these, or to None."
                )
        runner.message_hub.update_info(_VALIDATED, runner.iter)
        super().after_val_epoch(runner, metrics)

    def _save_best_checkpoint(self, runner: Runner, metrics: dict[str, float]) -> None:
        """Save, and only then delete the previous best."""
        if not self.save_best:
            return
        before = self._previous_best = self._best()
        self._set_best(dict.fromkeys(before))  # MMEngine would delete these before it saves
        super()._save_best_checkpoint(runner, metrics)
        self._set_best({key: path or before[key] for key, path in self._best().items()})
        self._delete_previous_best()

    @property
    def _local(self) -> bool:
        """Whether checkpoints are files, and not on a server."""
        return self.file_backend.name == "WholeFileBackend"

    def _best(self) -> dict[str, str | None]:
        """Paths of the best checkpoints by metric; with one metric, its name is empty."""
        several = len(self.key_indicators) > 1
        return dict(self.best_ckpt_path_dict) if several else {"": self.best_ckpt_path}

    def _set_best(self, paths: dict[str, str | None]) -> None:
        if len(self.key_indicators) > 1:
            self.best_ckpt_path_dict = paths
        else:
            self.best_ckpt_path = paths[""]

    def _delete_previous_best(self) -> None:
        """Delete the best checkpoints that better ones have replaced."""
        before, self._previous_best = self._previous_best, {}
        now = self._best() if before else {}
        self._delete(path for key, path in before.items() if path and now[key] not in (None, path))

    def _save_checkpoint_with_step(self, runner: Runner, step: int, meta: dict) -> None:
        """Save, and only then delete the oldest checkpoint, and that of a preemption."""
        self._delete_previous_best()  # MMEngine has saved the new one
        outdated = [PREEMPTED]
        if 0 < self.max_keep_ckpts == len(self.keep_ckpt_ids) and self.keep_ckpt_ids[-1] != step:
            outdated.append(self.filename_tmpl.format(self.keep_ckpt_ids.popleft()))
        super()._save_checkpoint_with_step(runner, step, meta)
        self._delete(self.file_backend.join_path(self.out_dir, name) for name in outdated)

    def after_train(self, runner: Runner) -> None:
        """Delete former best checkpoints that a resumed run has forgotten."""
        super().after_train(runner)
        if self._resumed and self.save_best and self._local:
            for path in filter(None, self._best().values()):
                self._delete(map(str, forgotten_best(runner, Path(path), self.filename_tmpl)))

    def save_preempted(self, runner: Runner) -> None:
        """Save a checkpoint after the present step, which may be in the middle of an epoch."""
        meta = dict(epoch=runner.epoch, iter=runner.iter + 1)
        runner.save_checkpoint(
            self.out_dir,
            PREEMPTED,
            self.file_client_args,
            meta=meta,
            by_epoch=False,
            backend_args=self.backend_args,
            **self.args,
        )
        if is_main_process():
            name_last(runner.work_dir, self.file_backend.join_path(self.out_dir, PREEMPTED))

    def _delete(self, files: Iterable[str]) -> None:
        """Delete those of the files that exist."""
        for file in files if is_main_process() else ():
            if self.file_backend.isfile(file):
                self.file_backend.remove(file)


def _validation_due(runner: Runner) -> bool:
    """Whether the run was killed when a validation was due."""
    loop = runner.train_loop
    if runner.val_loop is None or not isinstance(loop, EpochBasedTrainLoop | IterBasedTrainLoop):
        return False
    if runner.message_hub.runtime_info.get(_VALIDATED) == runner.iter:
        return False
    done, last = runner.iter, loop.max_iters
    if isinstance(loop, EpochBasedTrainLoop):
        if runner.iter != runner.epoch * len(loop.dataloader):  # within an epoch
            return False
        done, last = runner.epoch, loop.max_epochs
    loop._decide_current_val_interval()
    return bool(done >= loop.val_begin and (done % loop.val_interval == 0 or done == last))
