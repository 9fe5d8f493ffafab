"""Testing a checkpoint with its own calibration and thresholds."""

from mmengine.hooks import Hook
from mmengine.runner import Runner

from ...evaluation import PartialMultiLabelMetric
from ...memory.loss_state import LossState
from ...models.decision import Decision
from ...models.heads import QSamplingMixin
from ...models.losses.partial_loss import losses_of
from ...registry import HOOKS
from ...utils.log import note
from ..checks.run import bare_model


@HOOKS.register_module()
class DecisionHook(Hook):
    """Use the calibration and the thresholds of a checkpoint in its test.

    A checkpoint of :class:`mmpartial.CalibrationHook` or ``tools/calibrate.py`` holds a decision.
    In ``test.py`` the head then predicts calibrated probabilities, and each
    :class:`mmpartial.PartialMultiLabelMetric` whose ``thr`` is 0.5 takes the thresholds. Training
    and its validation do not use the decision of a checkpoint.
    """

    checkpoint: dict | None = None

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Keep the decision, and the constants of the losses that it needs."""
        self.checkpoint = {key: checkpoint.get(key) for key in ("decision", "loss_memory")}

    def before_train(self, runner: Runner) -> None:
        """Forget the decision, because the model will change."""
        self.checkpoint = None

    def before_test(self, runner: Runner) -> None:
        """Give the decision to the head and the thresholds to the metrics."""
        model = bare_model(runner)
        head = getattr(model, "head", None)
        found = self.checkpoint or {}
        if not found.get("decision") or not isinstance(head, QSamplingMixin):
            return
        LossState(losses_of(model)).load_state_dict(found["loss_memory"])
        head.decision = Decision.from_state(head.loss_module, found["decision"])
        thresholds = head.decision.thresholds
        ends = [f"{end:.3f}" for end in (thresholds.min(), thresholds.max())]
        which = f"threshold {ends[0]}" if ends[0] == ends[1] else f"thresholds {' to '.join(ends)}"
        note(f"the checkpoint's calibration decides, with its {which}.")
        for metric in runner.test_evaluator.metrics:
            if isinstance(metric, PartialMultiLabelMetric):
                metric.take_thresholds(thresholds.numpy())
