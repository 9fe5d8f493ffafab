"""Are images of one group, such as a patient, both trained on and evaluated?"""

from dataclasses import replace

from mmengine.dist import is_main_process

from ...datasets.sample_groups import group_sizes
from ...datasets.source import annotations_of
from ...registry import DATASETS
from ...utils.commands import command
from ...utils.log import without_notes
from ...utils.saved_config import saved_config
from .overlap import MOST
from .run import Run, warn


def check_groups(run: Run) -> None:
    """Warn of groups of evaluation images that have training images as well.

    Groups are compared by their names. Large datasets whose annotations are not loaded at the start
    are left out, because reading them would take minutes.
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
            f"{command('split', '--group')} and held_out do."
        )


def check_tested_groups(run: Run) -> None:
    """Warn of groups of test images that a checkpoint was trained on, as its config says.

    If the test has groups, the training data is read again, provided that it is still there.
    """
    if not (run.saved and run.saved.config and run.evaluation and is_main_process()):
        return
    dataset = run.evaluation.dataset
    if (annotations_of(dataset) is None and len(dataset) > MOST) or not group_sizes(dataset):
        return
    try:
        with without_notes():
            loader = saved_config(run.saved.config, run.saved.name).train_dataloader
            train = DATASETS.build(loader["dataset"])
    except Exception as error:  # the test does not need the training data
        warn(
            f"nobody checks whether groups of {run.evaluation.name} were trained on, because the "
            f"training data of {run.saved.name} cannot be read: {error}"
        )
        return
    check_groups(replace(run, train=train))
