"""Data of a checkpoint that is elsewhere now."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def data_of(checkpoint: Any, config: Any) -> Iterator[None]:
    """Say what to do if the data that the config in a checkpoint names is missing.

    Args:
        checkpoint: The checkpoint.
        config: The user's config, or None for the one in the checkpoint.

    Raises:
        FileNotFoundError: Data is missing.
    """
    try:
        yield
    except FileNotFoundError as error:
        if config is not None:
            raise
        raise FileNotFoundError(
            f"{error} The config in {checkpoint} has this path: if the data is elsewhere now, give "
            "the config that you have with --config."
        ) from error
