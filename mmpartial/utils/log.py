"""Lines in the log of the run, or on the screen where there is no run."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from mmengine.logging import MMLogger, print_log

_NOTED: set[tuple[str, str]] = set()  # runs and messages


def note(message: str) -> None:
    """Log something that a user may want to know."""
    print_log(message, logger="current")


def note_once(message: str) -> None:
    """Log something once in a run, however often it is found out."""
    if _is_new(message):
        note(message)


def warn(message: str) -> None:
    """Log something that is most often a mistake."""
    print_log(message, logger="current", level=logging.WARNING)


def warn_once(message: str) -> None:
    """Log something that is most often a mistake, once in a run."""
    if _is_new(message):
        warn(message)


def _is_new(message: str) -> bool:
    """Whether a message has not been logged in this run."""
    noted = (MMLogger.get_current_instance().instance_name, message)
    is_new = noted not in _NOTED
    _NOTED.add(noted)
    return is_new


@contextmanager
def without_notes() -> Iterator[None]:
    """Log warnings only, such as while a model names each of its tensors."""
    logger = MMLogger.get_current_instance()
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)
