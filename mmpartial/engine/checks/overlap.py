"""Are there training images among the evaluation images?"""

import os
from collections.abc import Iterable

from mmengine.dist import is_main_process

from ...datasets.copies import quick_hash
from ..trained_on import images_of
from .run import TRAIN, Run, warn

MOST = 200_000  # images; comparing more would take minutes


def check_overlap(run: Run) -> None:
    """Warn of evaluation images that are training images as well, or copies of them.

    Files with the same size, first bytes and last bytes count as copies. A file is opened only if
    its size occurs in both datasets. Images without a file are not compared.
    """
    if run.train is None or run.evaluation is None or not is_main_process():
        return
    datasets = run.train, run.evaluation.dataset
    if sum(map(len, datasets)) > MOST:
        warn(
            f"{TRAIN} and {run.evaluation.name} have more than {MOST:,} images and are not "
            "compared: make sure that no image is in both."
        )
        return
    trained, evaluated = (list(dict.fromkeys(images_of(dataset))) for dataset in datasets)
    both = in_both(trained, evaluated)
    if both:
        name, other = next(iter(both.items()))
        warn(
            f"{len(both)} of the {len(evaluated)} images of {run.evaluation.name} are trained on "
            f"as well, so scores are too good (the first is {name!r}, which {TRAIN} has as "
            f"{other!r}): take them out of one of the two."
        )


def in_both(files: Iterable[str], others: Iterable[str]) -> dict[str, str]:
    """Find the files of one list that are in another one, or have a copy there.

    Args:
        files: Paths; files that do not exist, or are on a server, are left out.
        others: More paths.

    Returns:
        For each path of ``others`` that is or has a copy in ``files``, the path there, in order.
    """
    sizes, other_sizes = (
        {path: os.path.getsize(path) for path in paths if os.path.isfile(path)}
        for paths in (files, others)
    )
    common = set(sizes.values()) & set(other_sizes.values())
    known = {quick_hash(path): path for path, size in sizes.items() if size in common}
    found = {path: quick_hash(path) for path, size in other_sizes.items() if size in common}
    return {path: known[content] for path, content in found.items() if content in known}
