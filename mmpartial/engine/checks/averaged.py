"""Are averaged weights (EMAHook) those of the training?"""

from mmengine.hooks import EMAHook
from mmengine.model import BaseTTAModel, ExponentialMovingAverage

from .guard_error import GuardError
from .run import Run, warn

_SHARE = 0.05  # of the first weights in the average, above which a warning is due


def check_average(run: Run) -> None:
    """An average so slow that it still holds the weights of the start when training ends."""
    for hook in _averaging(run):
        average = hook.ema_model
        if type(average) is not ExponentialMovingAverage:  # others begin faster
            continue
        share = (1 - average.momentum) ** (run.length // average.interval)
        if share > _SHARE:
            warn(
                f"after the {run.length} iterations of this training, the averaged weights, which "
                f"are validated, tested and saved, still hold {100 * share:.0f} % of the first "
                f"ones: set momentum={5 / run.length:.1g} in the EMAHook, which averages over the "
                "last fifth of the training."
            )


def check_averaged_test(run: Run) -> None:
    """Test-time augmentation, for which an EMAHook does not find the weights."""
    for hook in _averaging(run):
        if isinstance(hook.src_model, BaseTTAModel):
            raise GuardError(
                "with test-time augmentation, an EMAHook tests weights that are not the "
                "checkpoint's: test without it (--cfg-options default_hooks.ema=None). The "
                "weights in the checkpoint are the averaged ones already."
            )


def _averaging(run: Run) -> list[EMAHook]:
    return [hook for hook in run.hooks if isinstance(hook, EMAHook)]
