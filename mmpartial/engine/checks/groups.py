"""Are there images of one group, such as a patient, on both sides?"""

from mmengine.dist import is_main_process

from ...datasets.sample_groups import group_sizes
from ...datasets.source import annotations_of
from .overlap import MOST
from .run import Run, warn


def check_groups(run: Run) -> None:
    """Warn of groups of evaluation images that have training images as well.

    Groups are compared by their names. Large datasets whose annotations are not read at once are
    left out, because that would take minutes.
    """
    if run.train is None or run.evaluation is None or not is_main_process():
        return
    datasets = run.partial or run.train, run.evaluation.dataset
    if any(annotations_of(dataset) is None and len(dataset) > MOST for dataset in datasets):
        return
    trained, evaluated = map(group_sizes, datasets)
    both = [group for group in evaluated if group in trained]
    if both:
        warn(
            f"{len(both)} of the {len(evaluated)} groups of {run.evaluation.name} (the first is "
            f"{both[0]!r}), with {sum(evaluated[group] for group in both)} of its images, are "
            "trained on as well, so scores may be too good: keep each group in one part, as "
            "tools/split.py --group and held_out do."
        )
