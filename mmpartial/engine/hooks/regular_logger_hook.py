"""Log lines in each epoch, even a short one."""

from mmengine.hooks import LoggerHook
from mmengine.runner import Runner

from ...registry import HOOKS
from ...schedules import pass_length

LINES = 10


@HOOKS.register_module()
class RegularLoggerHook(LoggerHook):
    """MMEngine's LoggerHook, with at least ten lines for each pass over the data.

    With a line every 50 iterations an epoch of 40 would have none, and the run would look hung.

    Args:
        interval: Iterations between two lines where an epoch is long enough.
        **kwargs: Other arguments of MMEngine's LoggerHook.
    """

    interval: int

    def before_train(self, runner: Runner) -> None:
        """Shorten the interval if an epoch is short."""
        self.interval = min(self.interval, max(1, pass_length(runner) // LINES))
        super().before_train(runner)
