"""What the guard asks of a run, one file a question.

A check is a function of a :class:`~mmpartial.engine.checks.run.Run` that raises
:class:`GuardError`, or logs what is no reason to stop.
"""

from collections.abc import Callable

from .averaged import check_average, check_averaged_test
from .classes import (
    check_class_order,
    check_num_classes,
    check_same_classes,
    check_tested_classes,
)
from .evaluation import check_evaluation
from .guard_error import GuardError
from .known_labels import check_known_labels
from .method import check_hooks, check_method
from .nest import check_nest
from .overlap import check_overlap
from .prediction import check_prediction
from .pretrained import check_pretrained
from .resumed import check_finished, check_resumed_labels, check_resumed_settings
from .run import Run
from .schedule import check_rates, check_schedule
from .scorable import check_scorable
from .selection import check_held_out, check_selection, check_tested_selection
from .substitutes import check_substitutes

Check = Callable[[Run], None]

# Before the first step, when all is loaded.
TRAINING: tuple[Check, ...] = (
    check_pretrained,
    check_nest,
    check_num_classes,
    check_class_order,
    check_hooks,
    check_known_labels,
    check_resumed_labels,
    check_finished,
    check_method,
    check_schedule,
    check_rates,
    check_average,
    check_same_classes,
    check_held_out,
    check_overlap,
    check_selection,
    check_substitutes,
    check_evaluation,
    check_scorable,
)
# Before the state of a checkpoint is taken.
RESUMING: tuple[Check, ...] = (check_tested_classes, check_resumed_labels, check_resumed_settings)
# Before a test.
TESTING: tuple[Check, ...] = (
    check_tested_classes,
    check_prediction,
    check_averaged_test,
    check_substitutes,
    check_evaluation,
    check_tested_selection,
)

__all__ = ["RESUMING", "TESTING", "TRAINING", "Check", "GuardError", "Run"]
