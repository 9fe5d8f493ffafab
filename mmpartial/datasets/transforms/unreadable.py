"""Images that cannot be read: the errors that name them, and counting those that are skipped."""

import re

import torch
from mmengine.logging import print_log

from ...utils.names import visible

_NAMED = 20  # skipped images whose names the log has; after them, each so many are one line
_ADVICE = (
    "; replace it, or take it out of the annotations. In training, "
    "train_dataloader.dataset.unreadable='skip' goes on without it."
)
# PyTorch raises a worker's exception anew with its traceback as the message.
_TRACEBACK = re.compile(r"(?s).*\n(?:[\w.]+: )?")
CHOICES = ("error", "skip")


class UnreadableImage(ValueError):
    """An image file cannot be read; the message is one line that names it, also from a worker."""

    def __init__(self, message: str):
        super().__init__(_TRACEBACK.sub("", message.strip()))


class MissingImage(UnreadableImage, FileNotFoundError):
    """There is no such file."""


def check_unreadable(choice: str, part: str) -> None:
    """Look at the option that says what such an image is in training.

    Raises:
        ValueError: It is none of the choices, or would skip images of an evaluation.
    """
    if choice not in CHOICES:
        raise ValueError(f"unreadable={choice!r}: choose 'error' or 'skip'.")
    if choice == "skip" and part == "held_out":
        raise ValueError(
            "unreadable='skip' with part='held_out' would evaluate other images in the place of "
            "those that cannot be read: write unreadable='error' there."
        )


def unreadable(path: str, reason: str) -> UnreadableImage:
    """The error for a file that is there."""
    return UnreadableImage(f"the image {visible(path)} cannot be read: {reason}{_ADVICE}")


def missing(path: str) -> MissingImage:
    """The error for a file that is not there."""
    return MissingImage(f"there is no image {visible(path)}{_ADVICE}")


class SkippedImages:
    """Which images were skipped, counted once over all workers and epochs of a process.

    Args:
        num_images: Images that there are.
    """

    def __init__(self, num_images: int):
        self._seen = torch.zeros(num_images, dtype=torch.bool).share_memory_()

    def __len__(self) -> int:
        return int(self._seen.sum())

    def add(self, row: int, error: UnreadableImage) -> None:
        """Note an image, and log it if it is one of the first."""
        if self._seen[row]:
            return
        self._seen[row] = True
        number = len(self)
        if number <= _NAMED or number % _NAMED == 0:
            print_log(
                f"Skipped, {number} of {len(self._seen)} images so far: "
                f"{str(error).removesuffix(_ADVICE)}.",
                logger="current",
                level=30,
            )
