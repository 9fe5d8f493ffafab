"""Log lines in each epoch, even a short one."""

from mmengine.hooks import LoggerHook
from mmengine.runner import Runner

from ...progress import pass_length
from ...registry import HOOKS

LINES = 10  # of a pass over the data
LINES_OF_RUN = 100


@HOOKS.register_module()
class RegularLoggerHook(LoggerHook):
    """MMEngine's LoggerHook with ten lines for each pass over the data, or fewer in a long run.

    With a line every 50 iterations, an epoch of 40 would have none, and the run would seem to hang.
    A run of many passes has about a hundred lines, and at least one for each pass.

    Args:
        interval: Iterations between two lines, if an epoch is long enough.
        **kwargs: Other arguments of MMEngine's LoggerHook.
    """

    interval: int

    def before_train(self, runner: Runner) -> None:
        """Shorten the interval if an epoch is short."""
        length = pass_length(runner)
        lines = min(LINES, max(1, LINES_OF_RUN * length // runner.max_iters))
        self.interval = min(self.interval, max(1, length // lines))
        super().before_train(runner)
