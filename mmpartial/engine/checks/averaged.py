"""Does an EMAHook average over the right weights, and are the averaged weights tested?"""

from mmengine.hooks import EMAHook
from mmengine.model import BaseTTAModel, ExponentialMovingAverage

from .run import GuardError, Run, warn

_SHARE = 0.05  # warn if the average holds more of the first weights


def check_average(run: Run) -> None:
    """Warn of an average that is so slow that it still contains the first weights at the end."""
    for hook in _averaging(run):
        average = hook.ema_model
        if type(average) is not ExponentialMovingAverage:  # others begin faster
            continue
        share = (1 - average.momentum) ** (run.length // average.interval)
        if share > _SHARE:
            warn(
                f"after the {run.length} iterations of this training, the averaged weights, which "
                f"are tested and saved, still hold {100 * share:.0f} % of the first ones: set "
                f"momentum={5 / run.length:.1g} in the EMAHook to average over the last fifth of "
                "the training."
            )


def check_averaged_test(run: Run) -> None:
    """Refuse test-time augmentation with an EMAHook, which then finds no weights."""
    for hook in _averaging(run):
        if isinstance(hook.src_model, BaseTTAModel):
            raise GuardError(
                "with test-time augmentation, an EMAHook tests weights other than those of the "
                "checkpoint, which are averaged already: test without it (--cfg-options "
                "default_hooks.ema=None)."
            )


def _averaging(run: Run) -> list[EMAHook]:
    return [hook for hook in run.hooks if isinstance(hook, EMAHook)]
