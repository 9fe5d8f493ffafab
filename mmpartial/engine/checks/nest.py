"""Does each image have its own row?"""

from mmengine.dataset import ConcatDataset

from ...datasets import PartialLabelDataset, find_partial
from ...utils.nested import walk
from .guard_error import GuardError
from .run import Run


def check_nest(run: Run) -> None:
    """Refuse a wrapper in which two images would have one row."""
    for dataset in walk(run.train):
        parts = getattr(dataset, "datasets", [])
        wrapped = [p for p in parts if isinstance(find_partial(p), PartialLabelDataset)]
        if isinstance(dataset, ConcatDataset) and wrapped:
            raise GuardError(
                "ConcatDataset around PartialLabelDataset gives two images one row: put the "
                "ConcatDataset inside one PartialLabelDataset."
            )
