"""Leaving a machine that a scheduler takes back, with a checkpoint."""

from typing import Any

from mmengine.dist import barrier
from mmengine.hooks import Hook
from mmengine.optim import OptimWrapper
from mmengine.runner import BaseLoop, Runner

from ...registry import HOOKS
from ...utils.log import warn
from ..checkpoints import PREEMPTED, checkpoint_hook
from ..preemption import EX_TEMPFAIL, Preemption, outlive_signals
from .label_memory_hook import LabelMemoryHook
from .resumable_checkpoint_hook import ResumableCheckpointHook


@HOOKS.register_module()
class PreemptionHook(Hook):
    """Save a checkpoint and leave with exit status 75 at SIGTERM or SIGUSR1.

    After the step in which a signal comes, the run saves ``preempted.pth``, even in the middle of
    an epoch, and all its processes leave. A resumed run then ends like one that never stopped. If
    gradients are accumulated, the run first goes on to the step that updates the weights. With
    several processes it leaves one step later, and it is enough that one of them gets the signal.

    During validation and the test after training, a single process leaves at once if the checkpoint
    of the epoch is written, because a resumed run does these first. Several processes finish them.
    A second signal, more than three seconds after the first one, ends the process at once. So does
    the first one in a run that only tests.

    Raises:
        SystemExit: A signal came.
    """

    priority = "LOWEST"  # all other hooks have finished the step

    _preemption: Preemption
    _saved: int | None = None  # the iteration of the last checkpoint to resume from

    def before_run(self, runner: Runner) -> None:
        """Catch the signals, unless the run only tests: they end it, because nothing is lost."""
        self._preemption = Preemption(runner)
        if isinstance(runner._train_loop, BaseLoop):  # it is a dict if nobody trains
            self._preemption.watch()

    def before_train(self, runner: Runner) -> None:
        """Keep workers alive when a scheduler sends the signal to all processes."""
        outlive_signals(runner.train_dataloader)
        if runner.val_loop is not None:
            outlive_signals(runner.val_dataloader)

    def before_test(self, runner: Runner) -> None:
        """Keep the workers of the test alive as well, as long as this process lives."""
        outlive_signals(runner.test_dataloader)

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Note how far the checkpoint is."""
        if "optimizer" in checkpoint:  # the best checkpoint does not have this number
            self._saved = checkpoint["meta"]["iter"]

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Note how far the checkpoint is."""
        if runner._resume and "optimizer" in checkpoint:
            self._saved = checkpoint["meta"]["iter"]

    def after_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any = None, outputs: Any = None
    ) -> None:
        """Save and leave if a signal has come."""
        asked = self._preemption.agreed()
        ends = runner.iter + 1 == runner.max_iters  # the last checkpoint is about to be written
        if asked and not ends and _weights_are_updated(runner):
            self._leave(runner, _save(runner))

    def after_val_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any = None, outputs: Any = None
    ) -> None:
        """Leave if a signal has come, if this is the only process, and if nothing is lost."""
        if self._preemption.caught and not self._preemption.several and self._saved == runner.iter:
            self._leave(runner, "the checkpoint of this epoch is written")

    after_test_iter = after_val_iter  # of the test after training

    def _leave(self, runner: Runner, state: str) -> None:
        came = self._preemption.caught
        warn(
            f"{came.name if came else 'a signal to another process'}: {state}. The run leaves with "
            f"exit status {EX_TEMPFAIL}, and --resume goes on."
        )
        barrier()  # a launcher ends the others when the first one has left
        self._preemption.restore()
        raise SystemExit(EX_TEMPFAIL)

    def after_run(self, runner: Runner) -> None:
        """Restore the handlers of the signals."""
        self._preemption.restore()


def _weights_are_updated(runner: Runner) -> bool:
    """Whether no accumulated gradient is left, which a checkpoint could not hold."""
    wrapper = runner.optim_wrapper
    return not isinstance(wrapper, OptimWrapper) or wrapper.should_update()


def _save(runner: Runner) -> str:
    """Save a checkpoint after the present step, and describe it."""
    for hook in runner.hooks:
        if isinstance(hook, LabelMemoryHook):
            hook.memory.collect()
    hook = checkpoint_hook(runner)
    if not isinstance(hook, ResumableCheckpointHook):
        return "there is no checkpoint of it, because the config has no ResumableCheckpointHook"
    hook.save_preempted(runner)
    return f"{PREEMPTED} holds iteration {runner.iter + 1}"
