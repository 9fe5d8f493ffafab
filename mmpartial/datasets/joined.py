"""Several sequences as one."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any


class Joined(Sequence):
    """Texts of all sources, each after the source's name and a ``/``, none of them copied."""

    def __init__(self, sources: Sequence[str], texts: Sequence[Sequence[str]]):
        self.sources, self.texts = sources, texts
        self.ends = list(accumulate(map(len, texts)))

    def __len__(self) -> int:
        return self.ends[-1]

    def __getitem__(self, idx: Any) -> Any:
        if isinstance(idx, slice):
            return [self[i] for i in range(*idx.indices(len(self)))]
        source, inner = locate(self.ends, idx)
        return f"{self.sources[source]}/{self.texts[source][inner]}"


def locate(ends: Sequence[int], idx: int) -> tuple[int, int]:
    """Which of several sequences an index of all falls into, and its index there."""
    idx = int(idx) + (ends[-1] if idx < 0 else 0)
    if not 0 <= idx < ends[-1]:
        raise IndexError(f"{idx} is outside the {ends[-1]} of all.")
    source = bisect_right(ends, idx)
    return source, idx - (ends[source - 1] if source else 0)
