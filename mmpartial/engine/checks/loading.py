"""May the weights of a checkpoint be taken?"""

from dataclasses import replace
from typing import Any

from mmengine.runner import BaseLoop, Runner

from . import RESUMING
from .classes import check_tested_classes
from .guard_error import GuardError
from .prediction import check_prediction
from .run import bare_model, testing, training
from .saved import Saved
from .weights import check_weights, misfits, report_left_out


def check_content(checkpoint: Any, name: str, resume: bool) -> None:
    """A file without weights, or without all that a resumed run needs."""
    if not isinstance(checkpoint, dict):
        kind = type(checkpoint).__name__
        raise GuardError(f"{name} holds a {kind} and no weights: take another file.")
    lacking = {"meta", "message_hub", "optimizer"} - set(checkpoint)
    if resume and lacking:
        raise GuardError(
            f"{name} lacks what a resumed run needs ({', '.join(sorted(lacking))}): give a "
            "checkpoint that training wrote, or start from its weights, "
            f"--cfg-options load_from={name} without --resume."
        )


def check_loading(runner: Runner, saved: Saved, checkpoint: dict[str, Any]) -> None:
    """Check a checkpoint before its weights, and the state of its optimizer, are taken.

    A resumed run and a test need all weights. A run that starts from others (``load_from``) takes
    what fits, and the log says what does not.
    """
    model = bare_model(runner)
    if isinstance(runner._train_loop, BaseLoop):
        found = misfits(model, checkpoint)
        if runner._resume:
            run = replace(training(runner, saved), resumed=True)
            for check in RESUMING:
                check(run)
            remedy = "Resume with the config of that run, or start from what fits with load_from."
            check_weights(model, found, saved.name, remedy)
        else:
            report_left_out(model, found, saved.name)
    elif isinstance(runner._test_loop, BaseLoop):
        for check in (check_tested_classes, check_prediction):
            check(testing(runner, saved))
        found = misfits(model, checkpoint, with_loss=False)
        check_weights(model, found, saved.name, "Test it with the config that trained it.")
