"""The choice between all pseudo labels and the largest of each image, by the memory they take."""

from typing import NamedTuple

from mmengine.dist import broadcast_object_list

from ...memory.label_table import DTYPES
from ...memory.top_table import row_bytes
from ...utils.machine import ram_bytes

ALL = "all"
DEFAULT_KEEP = 64
SHARE = 4  # all pseudo labels may take a quarter of the machine's memory


class Choice(NamedTuple):
    """The pseudo labels that a run keeps.

    Attributes:
        keep: The number of pseudo labels that are kept for each image, or None for all.
        reason: The end of a sentence that says why.
    """

    keep: int | None
    reason: str


def choose(
    keep: int | str | None,
    shape: tuple[int, int],
    dtype: str,
    copies: int,
    resumed: int | str | None = None,
) -> Choice:
    """Make the same choice in all processes.

    Args:
        keep: The user's choice: ``'all'``, a number, or None to decide by size.
        shape: (N, C).
        dtype: Type of a table of all pseudo labels.
        copies: The number of such tables in the memory of this machine.
        resumed: ``keep`` of the checkpoint to resume from; None in a new run.
    """
    if keep is None and resumed is not None:
        return _choice(resumed, shape, "as in the checkpoint")
    if keep is not None:
        return _choice(keep, shape, f"as PseudoLabelHook.keep={keep!r} says")
    needed = copies * shape[0] * shape[1] * DTYPES[dtype].itemsize
    memory = ram_bytes()
    fits = memory is None or needed <= memory / SHARE
    what = f"all of them take {gib(needed)}"
    if memory is not None:
        share = f"{'at most' if fits else 'more than'} a quarter of this machine's memory"
        what = f"all of them take {share} ({gib(needed)} of {gib(memory)})"
    decided = [_choice(ALL if fits else DEFAULT_KEEP, shape, f"because {what}")]
    broadcast_object_list(decided)  # machines may differ
    return decided[0]


def _choice(keep: int | str, shape: tuple[int, int], reason: str) -> Choice:
    return Choice(None if keep == ALL else min(int(keep), shape[1]), reason)


def size_of(keep: int | None, shape: tuple[int, int], dtype: str) -> str:
    """The size of a table, as a user reads it."""
    row = row_bytes(keep, shape[1]) if keep else shape[1] * DTYPES[dtype].itemsize
    return gib(shape[0] * row)


def gib(size: int) -> str:
    """A number of bytes in GiB or MiB.

    >>> gib(3 * 2**30), gib(2**19)
    ('3.0 GiB', '0.5 MiB')
    """
    return f"{size / 2**30:.1f} GiB" if size >= 2**30 else f"{size / 2**20:.1f} MiB"
