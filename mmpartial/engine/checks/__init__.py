"""The checks of the guard, with one file for each question.

A check is a function of a :class:`~mmpartial.engine.checks.run.Run` that raises
:class:`GuardError`, or logs a warning. A new check is a file here and an entry in ``CHECKS`` for
each moment at which it runs.
"""

from collections.abc import Callable

from .averaged import check_average, check_averaged_test
from .batch import check_batch_labels, check_loss_value
from .classes import (
    check_class_order,
    check_num_classes,
    check_same_classes,
    check_tested_classes,
)
from .evaluation import (
    check_evaluation,
    check_scorable,
    check_substitutes,
    check_tested_labels,
)
from .groups import check_groups, check_tested_groups
from .images import check_images
from .known_labels import check_distinct_rows, check_known_labels
from .method import check_batch_size, check_hooks, check_method
from .mixing import check_mixing
from .overlap import check_overlap
from .prediction import check_prediction
from .pretrained import check_pretrained
from .resumed import check_finished, check_resumed_labels, check_resumed_settings
from .run import GuardError, Run
from .schedule import check_rates, check_schedule
from .selection import check_held_out, check_selection, check_tested_selection
from .strategy import check_hooks_of_strategy, check_runner
from .transforms import check_transforms
from .weights import (
    check_complete,
    check_content,
    check_resumed_weights,
    check_tested_weights,
    report_left_out,
)

Check = Callable[[Run], None]

CHECKS: dict[str, tuple[Check, ...]] = {
    "a run begins": (check_runner, check_hooks_of_strategy),
    "a file is loaded": (check_content,),
    "training is resumed": (
        check_complete,
        check_tested_classes,
        check_resumed_labels,
        check_resumed_settings,
        check_resumed_weights,
    ),
    "training starts from weights": (report_left_out,),
    "weights are loaded for a test": (check_tested_classes, check_prediction, check_tested_weights),
    "training begins": (
        check_pretrained,
        check_distinct_rows,
        check_num_classes,
        check_class_order,
        check_hooks,
        check_batch_size,
        check_known_labels,
        check_resumed_labels,
        check_finished,
        check_method,
        check_mixing,
        check_schedule,
        check_rates,
        check_average,
        check_same_classes,
        check_held_out,
        check_overlap,
        check_groups,
        check_selection,
        check_substitutes,
        check_evaluation,
        check_transforms,
        check_scorable,
        check_images,
    ),
    "a batch comes": (check_batch_labels,),
    "a loss is computed": (check_loss_value,),
    "a test begins": (
        check_tested_classes,
        check_prediction,
        check_averaged_test,
        check_substitutes,
        check_evaluation,
        check_transforms,
        check_tested_labels,
        check_tested_selection,
        check_images,
    ),
    "a test follows training": (check_groups,),
    "a test comes alone": (check_tested_groups,),
}


def check(moment: str, run: Run) -> None:
    """Run the checks of a moment, a key of ``CHECKS``.

    Raises:
        GuardError: A check found a fault.
    """
    for function in CHECKS[moment]:
        function(run)
