"""Many texts in two arrays."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from .shared_arrays import SharedArrays

_TOGETHER = 4096  # texts that are read at once


class PackedTexts(SharedArrays, Sequence):
    """Texts in one buffer: a text of n letters takes n + 8 bytes, as a Python text n + 57.

    Reading a text writes to no memory. So processes that were forked go on sharing the buffer,
    while a list of texts is copied page by page, because each use of a text counts its references.
    Texts can be added until the object is sent to a process that was not forked.

    >>> texts = PackedTexts(["cat", "dög"])
    >>> texts.append("")
    >>> texts[1], texts[-1], texts[:2], len(texts)
    ('dög', '', ['cat', 'dög'], 3)
    """

    def __init__(self, texts: Iterable[str] = ()):
        self._bytes, self._ends = bytearray(), array("q")
        for text in texts:
            self.append(text)

    def append(self, text: str) -> None:
        """Add a text at the end."""
        self._bytes += text.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._bytes))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, PackedTexts):
            pairs = (self._bytes, other._bytes), (self._ends, other._ends)
            return all(np.array_equal(one, two) for one, two in pairs)
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, idx: Any) -> Any:
        if isinstance(idx, slice):
            start, stop, step = idx.indices(len(self))
            return self._row(start, stop) if step == 1 else [self[i] for i in range(len(self))[idx]]
        idx = range(len(self))[idx]
        start = self._ends[idx - 1] if idx else 0
        return bytes(self._bytes[start : self._ends[idx]]).decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), _TOGETHER):
            yield from self[start : start + _TOGETHER]

    def _row(self, start: int, stop: int) -> list[str]:
        """Neighbouring texts, ten times as quickly as one by one."""
        first = self._ends[start - 1] if start else 0
        ends = (np.asarray(self._ends[start:stop]) - first).tolist()
        part = bytes(self._bytes[first : first + ends[-1]]) if ends else b""
        places = pairwise([0, *ends])
        if part.isascii():
            text = part.decode()
            return [text[one:two] for one, two in places]
        return [part[one:two].decode("utf-8", "surrogatepass") for one, two in places]
