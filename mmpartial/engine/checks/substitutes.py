"""Does an evaluation replace images that cannot be read?"""

from ...datasets import find_partial
from .guard_error import GuardError
from .run import Run


def check_substitutes(run: Run) -> None:
    """Refuse to skip images of an evaluation."""
    partial = None if run.evaluation is None else find_partial(run.evaluation.dataset)
    if run.evaluation is not None and partial is not None and partial.unreadable == "skip":
        raise GuardError(
            f"{run.evaluation.name}.unreadable='skip' would score other images in place of those "
            f"that cannot be read: set {run.evaluation.name}.unreadable='error', and take these "
            "images out of the annotations."
        )
