"""The labels of a whole dataset; those in the most common state take no memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from ..utils.shared_arrays import SharedArrays
from . import encoding
from .encoding import STATES
from .states import NEGATIVE, POSITIVE, UNKNOWN, check


class LabelMatrix(SharedArrays):
    """``(N, C)`` labels of three states; the most common state is not stored.

    This default state is "unknown" in sparse annotations and "negative" in full ones. Any other
    label takes two bytes (four if there are more than 32,768 classes), and each row eight more.
    Indexing gives dense int8 labels: ``labels[3]`` is ``(C,)``, ``labels[[3, 5]]`` is ``(2, C)``.

    Args:
        indptr: ``(N + 1,)`` int64, the offsets of the rows in ``codes``.
        codes: The code of each stored label, ascending in each row; see ``encoding.py``.
        num_classes: C.
        default_state: The state of the labels that are not stored.
        counts: As the property ``counts``, if they are known already.

    >>> labels = LabelMatrix.from_dense(np.array([[1, 0, -1], [-1, -1, -1]]))
    >>> labels[0].tolist(), labels.count(UNKNOWN).tolist(), labels.codes.tolist()
    ([1, 0, -1], [1, 1, 2], [1, 2])
    """

    def __init__(
        self,
        indptr: np.ndarray,
        codes: np.ndarray,
        num_classes: int,
        default_state: int,
        counts: np.ndarray | None = None,
    ):
        self.indptr, self.codes, self.default_state = indptr, codes, int(default_state)
        self.shape = (len(indptr) - 1, num_classes)
        self.stored: np.ndarray = STATES[default_state != STATES]
        self._counts = counts

    @classmethod
    def from_keys(
        cls, keys: np.ndarray, shape: tuple[int, int], default_state: int
    ) -> "LabelMatrix":
        """Labels from keys; ``encode_keys`` of ``labels/encoding.py`` sorts them."""
        return cls(*encoding.encode_keys(keys, shape), shape[1], default_state)._compact()

    @classmethod
    def from_entries(
        cls,
        image: np.ndarray,
        classes: np.ndarray,
        positive: np.ndarray,
        shape: tuple[int, int],
        default_state: int = UNKNOWN,
    ) -> "LabelMatrix":
        """Labels from M known ones, in any order.

        Args:
            image: ``(M,)``, the image of each.
            classes: ``(M,)``, its class.
            positive: ``(M,)`` bool, or one bool for all.
            shape: (N, C).
            default_state: The state of all other labels, ``UNKNOWN`` or ``NEGATIVE``.

        Raises:
            ValueError: A class is both positive and negative in one image.

        >>> LabelMatrix.from_entries([1, 0], [0, 1], [True, False], (2, 2)).dense()
        array([[-1,  0],
               [ 1, -1]], dtype=int8)
        """
        keys = encoding.keys_of_entries(image, classes, positive, shape[1])
        arrays = encoding.encode_keys(keys, shape, drop_negatives=default_state == NEGATIVE)
        return cls(*arrays, shape[1], default_state)._compact()

    @classmethod
    def from_dense(
        cls, labels: np.ndarray, name: Callable[[int], str] = "sample {}".format
    ) -> "LabelMatrix":
        """Labels from an ``(N, C)`` array of 1, 0 and -1.

        Raises:
            ValueError: There is another value; the message names image, class and value.
        """
        labels = check(np.asarray(labels), name)
        totals = np.bincount(labels.ravel() + 1, minlength=3)
        return cls.from_blocks([labels], labels.shape[1], totals)

    @classmethod
    def from_blocks(
        cls, blocks: Iterable[np.ndarray], num_classes: int, totals: np.ndarray
    ) -> "LabelMatrix":
        """Labels from dense blocks of rows; ``totals`` of them are unknown, negative, positive."""
        default = int(STATES[np.argmax(totals)])
        return cls(*encoding.encode_dense(blocks, num_classes, default), num_classes, default)

    def _compact(self) -> "LabelMatrix":
        """The same labels, stored without the state that is the most common now."""
        totals = self.counts.sum(1)
        if STATES[np.argmax(totals)] == self.default_state:
            return self
        return self.from_blocks((self[rows] for rows in self.row_blocks()), self.shape[1], totals)

    def row_blocks(self) -> Iterator[np.ndarray]:
        """The numbers of all rows in blocks whose dense labels fit into memory."""
        step = max(1, encoding.CHUNK // max(1, self.shape[1]))
        for start in range(0, len(self), step):
            yield np.arange(start, min(start + step, len(self)))

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any) -> np.ndarray:
        if isinstance(rows, int | np.integer):
            row = range(len(self))[rows]
            code = self.codes[self.indptr[row] : self.indptr[row + 1]]
            labels: np.ndarray = np.full(self.shape[1], self.default_state, dtype=np.int8)
            labels[code >> 1] = self.stored[code & 1]
            return labels
        number, entry, lengths = encoding.entries_of_rows(self.indptr, rows)
        code = self.codes[entry]
        labels = np.full((len(lengths), self.shape[1]), self.default_state, dtype=np.int8)
        labels[number, code >> 1] = self.stored[code & 1]
        return labels

    def dense(self) -> np.ndarray:
        """All labels, ``(N, C)`` int8."""
        return self[:]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return self.dense() if dtype is None else self.dense().astype(dtype)

    def __eq__(self, other: Any) -> Any:
        """``(N, C)`` bool, as for an array; :meth:`count` needs less memory."""
        return self.dense() == np.asarray(other)

    def __ne__(self, other: Any) -> Any:
        return self.dense() != np.asarray(other)

    __hash__ = None  # type: ignore[assignment]

    @property
    def counts(self) -> np.ndarray:
        """``(3, C)`` int64, the numbers of unknown, negative and positive labels of each class."""
        if self._counts is None:
            both = encoding.count_codes(self.codes, self.shape[1])
            self._counts = np.insert(both, self.default_state + 1, len(self) - both.sum(0), axis=0)
        return self._counts

    def count(self, state: int) -> np.ndarray:
        """``(C,)`` int64, how many images have each class in this state."""
        return self.counts[state + 1].copy()

    def entries(self, state: int) -> tuple[np.ndarray, np.ndarray]:
        """Image and class of every label of a state, in the order of images, then classes."""
        if state == self.default_state:
            image, cls, _ = self._search(lambda labels: labels == state)
            return image, cls
        chosen = (self.codes & 1) == (state == self.stored[1])
        return self._image()[chosen], (self.codes[chosen] >> 1).astype(np.int64)

    def known(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Image and class of every known label, and whether it is positive."""
        if self.default_state == UNKNOWN:
            return self._image(), (self.codes >> 1).astype(np.int64), (self.codes & 1) == 1
        image, cls, state = self._search(lambda labels: labels != UNKNOWN)
        return image, cls, state == POSITIVE

    def _image(self) -> np.ndarray:
        """The image of each stored label."""
        return np.repeat(np.arange(len(self)), np.diff(self.indptr))

    def _search(self, wanted: Callable[[np.ndarray], np.ndarray]) -> tuple[np.ndarray, ...]:
        """Image, class and state of the wanted labels among all, stored or not."""
        found: list[tuple[np.ndarray, ...]] = [(np.empty(0, np.int64),) * 2 + (STATES[:0],)]
        for rows in self.row_blocks():
            labels = self[rows]
            image, cls = np.nonzero(wanted(labels))
            found.append((image + rows[0], cls, labels[image, cls]))
        return tuple(np.concatenate(parts) for parts in zip(*found, strict=True))

    def select(self, classes: Sequence[int]) -> "LabelMatrix":
        """The labels of some classes, in this order, each at most once."""
        place: np.ndarray = np.full(self.shape[1], -1, dtype=np.int64)
        place[np.asarray(classes, dtype=np.int64)] = np.arange(len(classes))
        new = place[self.codes >> 1]
        keys = 2 * (self._image() * len(classes) + new) + (self.codes & 1)
        return self.from_keys(keys[new >= 0], (len(self), len(classes)), self.default_state)

    def take(self, rows: Any) -> "LabelMatrix":
        """The labels of some images, in this order."""
        _, entry, lengths = encoding.entries_of_rows(self.indptr, rows)
        indptr = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
        return LabelMatrix(indptr, self.codes[entry], self.shape[1], self.default_state)._compact()
