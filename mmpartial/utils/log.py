"""Lines in the log of the run, or on the screen where there is no run."""

import logging

from mmengine.logging import print_log


def note(message: str) -> None:
    """Log something that a user may want to know."""
    print_log(message, logger="current")


def warn(message: str) -> None:
    """Log something that is most often a mistake."""
    print_log(message, logger="current", level=logging.WARNING)
