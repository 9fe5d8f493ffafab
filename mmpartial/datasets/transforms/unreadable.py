"""Images that cannot be read: errors that name them, and a count of those that are skipped."""

import re

import torch

from ...utils.commands import command
from ...utils.log import warn
from ...utils.names import visible

_NAMED = 20  # skipped images that the log names; after them, it has a line for each 20
_ADVICE = (
    "; replace it, or take it out of the annotations "
    f"({command('check_images')} lists all such images). In training, "
    "train_dataloader.dataset.unreadable='skip' goes on without it."
)
# PyTorch raises a worker's exception anew with its traceback as the message.
_TRACEBACK = re.compile(r"(?s).*\n(?:[\w.]+: )?")


class UnreadableImage(ValueError):
    """An image file that cannot be read; the message is one line that names it."""

    def __init__(self, message: str):
        super().__init__(_TRACEBACK.sub("", message.strip()))

    @property
    def fault(self) -> str:
        """The message without the advice."""
        return str(self).removesuffix(_ADVICE)


class MissingImage(UnreadableImage, FileNotFoundError):
    """An image file that does not exist."""


def check_unreadable(choice: str, part: str) -> None:
    """Refuse a choice that does not exist, or one that skips images of an evaluation."""
    if choice not in ("error", "skip"):
        raise ValueError(f"unreadable={choice!r}: choose 'error' or 'skip'.")
    if choice == "skip" and part == "held_out":
        raise ValueError(
            "unreadable='skip' with part='held_out' would evaluate other images in place of those "
            "that cannot be read: set unreadable='error'."
        )


def unreadable(path: str, reason: str) -> UnreadableImage:
    """The error for a file that exists."""
    return UnreadableImage(f"the image {visible(path)} cannot be read: {reason}{_ADVICE}")


def reason_of(error: UnreadableImage) -> str:
    """The reason why a file cannot be read, without its path and the advice."""
    if isinstance(error, MissingImage):
        return "it is missing"
    return error.fault.partition(" cannot be read: ")[2] or error.fault


def missing(path: str) -> MissingImage:
    """The error for a file that does not exist."""
    return MissingImage(f"there is no image {visible(path)}{_ADVICE}")


class SkippedImages:
    """The images that were skipped; each counts once, over all workers and epochs of a process.

    Args:
        num_images: The number of all images.
    """

    def __init__(self, num_images: int):
        self._seen = torch.zeros(num_images, dtype=torch.bool).share_memory_()

    def __len__(self) -> int:
        return int(self._seen.sum())

    def add(self, row: int, error: UnreadableImage) -> None:
        """Add an image, and log it if it is one of the first."""
        if self._seen[row]:
            return
        self._seen[row] = True
        number = len(self)
        if number <= _NAMED or number % _NAMED == 0:
            warn(f"Skipped, {number} of {len(self._seen)} images so far: {error.fault}.")
