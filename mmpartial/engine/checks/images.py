"""Can all images be read?"""

from ...datasets.readable import check_readable
from .run import TRAIN, Run


def check_images(run: Run) -> None:
    """Open the images of datasets with ``check_images='decode'`` before the first step."""
    if run.train is not None:
        check_readable(run.train, TRAIN)
    if run.evaluation is not None:
        check_readable(run.evaluation.dataset, run.evaluation.name)
