"""The labels of a whole dataset, in as many bytes as they hold information."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
import torch

from ..utils.counter_rng import hash_ints
from .states import NEGATIVE, POSITIVE, UNKNOWN, check

_STATES = np.array([UNKNOWN, NEGATIVE, POSITIVE], dtype=np.int8)  # a state is its index - 1
_CHUNK = 2**22  # entries that are looked at together


class ConflictError(ValueError):
    """A class is both positive and negative in one image.

    Attributes:
        image: The first image's number.
        cls: The class there.
    """

    def __init__(self, image: int, cls: int):
        super().__init__(f"image {image} has class {cls} as positive and as negative.")
        self.image, self.cls = image, cls


class LabelMatrix:
    """``(N, L)`` labels of three states, stored but for the most common state.

    A row lists its classes of the two other states, two bytes each (four if L is above 32,768);
    N + 1 offsets of eight bytes say where rows begin. The most common state is "unknown" in
    sparse annotations, and "negative" in full ones, so that neither is ever written down.
    Indexing gives dense int8 labels: ``labels[3]`` is ``(L,)``, ``labels[[3, 5]]`` is ``(2, L)``.

    Args:
        indptr: ``(N + 1,)`` int64, the offsets of the rows in ``codes``.
        codes: 2 * class + state for each stored entry, ascending in each row; state is 0 for the
            lower and 1 for the higher of the two stored states (-1, 0, 1 without ``unlisted``).
        num_classes: L.
        unlisted: The state that is not stored.
        counts: ``(3, L)`` labels of each class that are -1, 0 and 1, if they are known already.

    >>> labels = LabelMatrix.from_dense(np.array([[1, 0, -1], [-1, -1, -1]]))
    >>> labels[0].tolist(), labels.count(UNKNOWN).tolist(), labels.codes.tolist()
    ([1, 0, -1], [1, 1, 2], [1, 2])
    """

    def __init__(
        self,
        indptr: np.ndarray,
        codes: np.ndarray,
        num_classes: int,
        unlisted: int,
        counts: np.ndarray | None = None,
    ):
        self.indptr, self.codes, self.unlisted = indptr, codes, int(unlisted)
        self.shape = (len(indptr) - 1, num_classes)
        self.stored: np.ndarray = np.delete(_STATES, self.unlisted + 1)
        self._counts = counts

    @classmethod
    def from_keys(cls, keys: np.ndarray, shape: tuple[int, int], unlisted: int) -> "LabelMatrix":
        """Labels from an int64 key for each listed one, which is sorted in place.

        Args:
            keys: 2 * (image * L + class) + state, the state as in ``codes``. Equal keys are one.
            shape: (N, L).
            unlisted: The state of what is not listed.

        Raises:
            ConflictError: An image has a class in both states.
        """
        keys.sort()
        if len(keys) and len(again := np.flatnonzero((keys[1:] >> 1) == (keys[:-1] >> 1))):
            unlike = again[keys[again] != keys[again + 1]]
            if len(unlike):
                raise ConflictError(*map(int, divmod(int(keys[unlike[0]]) >> 1, shape[1])))
            keys = np.delete(keys, again)
        image: np.ndarray = keys // (2 * shape[1])
        indptr: np.ndarray = np.zeros(shape[0] + 1, dtype=np.int64)
        np.cumsum(np.bincount(image, minlength=shape[0]), out=indptr[1:])
        codes = np.subtract(keys, np.multiply(image, 2 * shape[1], out=image), out=image)
        return cls(indptr, codes.astype(_code_type(shape[1])), shape[1], unlisted)._canonical()

    @classmethod
    def from_entries(
        cls,
        image: np.ndarray,
        classes: np.ndarray,
        positive: np.ndarray,
        shape: tuple[int, int],
        unlisted: int = UNKNOWN,
    ) -> "LabelMatrix":
        """Labels from the known ones, in any order.

        Args:
            image: ``(M,)``, the image of each.
            classes: ``(M,)``, its class.
            positive: ``(M,)`` bool, or one bool for all.
            shape: (N, L).
            unlisted: What is not listed, ``UNKNOWN`` or ``NEGATIVE``.

        Raises:
            ConflictError: A class is both positive and negative in one image.

        >>> LabelMatrix.from_entries([1, 0], [0, 1], [True, False], (2, 2)).dense()
        array([[-1,  0],
               [ 1, -1]], dtype=int8)
        """
        keys = np.asarray(image, dtype=np.int64) * shape[1] + classes
        keys = 2 * keys + np.asarray(positive, dtype=bool)
        if unlisted == NEGATIVE:  # a listed negative is what is not listed, but for conflicts
            keys.sort()
            both = np.flatnonzero((keys[1:] ^ keys[:-1]) == 1)
            if len(both):
                raise ConflictError(*map(int, divmod(int(keys[both[0]]) >> 1, shape[1])))
            keys = keys[keys & 1 == 1]
        return cls.from_keys(keys, shape, unlisted)

    @classmethod
    def from_lists(
        cls,
        positive: Sequence[Sequence[int]],
        negative: Sequence[Sequence[int]],
        num_classes: int,
        unlisted: int,
        name: Callable[[int], str] = "sample {}".format,
    ) -> "LabelMatrix":
        """Labels from lists of class indices.

        Args:
            positive: For each image the classes that are present.
            negative: For each image the classes that are known to be absent.
            num_classes: L.
            unlisted: What a class in neither list is, ``NEGATIVE`` or ``UNKNOWN``.
            name: Gives the name of an image for error messages.

        Raises:
            ValueError: A class index outside [0, L), or a class that is positive and negative.
        """
        parts = [_flatten(positive), _flatten(negative)]
        for image, classes in parts:
            wrong = np.flatnonzero((classes < 0) | (classes >= num_classes))
            if wrong.size:
                raise ValueError(
                    f"{name(int(image[wrong[0]]))} has the class index {classes[wrong[0]]}, but "
                    f"there are {num_classes} classes: indices go from 0 to {num_classes - 1}."
                )
        image, classes = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        is_positive = np.arange(len(image)) < len(parts[0][0])
        try:
            return cls.from_entries(
                image, classes, is_positive, (len(positive), num_classes), unlisted
            )
        except ConflictError as conflict:
            raise ValueError(
                f"{name(conflict.image)} lists class {conflict.cls} as positive and as negative: "
                "remove it from one of the lists, or from both if nobody knows."
            ) from None

    @classmethod
    def from_dense(
        cls, labels: np.ndarray, name: Callable[[int], str] = "sample {}".format
    ) -> "LabelMatrix":
        """Labels from an ``(N, L)`` array of 1, 0 and -1.

        Raises:
            ValueError: Another value; the message names image, class and value.
        """
        labels = check(np.asarray(labels), name)
        return cls._from_blocks([labels], labels.shape, _most_common(labels))

    @classmethod
    def _from_blocks(cls, blocks: Any, shape: tuple[int, int], unlisted: int) -> "LabelMatrix":
        """Labels from dense blocks of rows, stored but for ``unlisted``."""
        higher = max(state for state in (UNKNOWN, NEGATIVE, POSITIVE) if state != unlisted)
        codes: list[np.ndarray] = []
        lengths: list[np.ndarray] = [np.zeros(1, dtype=np.int64)]
        for block in blocks:
            listed = block != unlisted
            _, classes = np.nonzero(listed)
            code = 2 * classes + (block[listed] == higher)
            codes.append(code.astype(_code_type(shape[1])))
            lengths.append(listed.sum(1))
        empty: np.ndarray = np.empty(0, dtype=_code_type(shape[1]))
        indptr = np.cumsum(np.concatenate(lengths))
        return cls(indptr, np.concatenate([*codes, empty]), shape[1], unlisted)

    def _canonical(self) -> "LabelMatrix":
        """The same labels, stored but for the state that is the most common."""
        totals = self.counts.sum(1)
        best = int(_STATES[np.argmax(totals)])
        if best == self.unlisted:
            return self
        blocks = (self[rows] for rows in self.row_blocks())
        return self._from_blocks(blocks, self.shape, best)

    def row_blocks(self) -> Iterator[np.ndarray]:
        """The numbers of all rows, so many at a time that few of them are dense at once."""
        step = max(1, _CHUNK // max(1, self.shape[1]))
        for start in range(0, self.shape[0], step):
            yield np.arange(start, min(start + step, self.shape[0]))

    def _image(self) -> np.ndarray:
        """The image of each stored entry."""
        return np.repeat(np.arange(self.shape[0]), np.diff(self.indptr))

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any) -> np.ndarray:
        if isinstance(rows, int | np.integer):
            row = range(self.shape[0])[rows]
            code = self.codes[self.indptr[row] : self.indptr[row + 1]]
            labels: np.ndarray = np.full(self.shape[1], self.unlisted, dtype=np.int8)
            labels[code >> 1] = self.stored[code & 1]
            return labels
        rows = np.arange(self.shape[0])[rows]
        labels = np.full((len(rows), self.shape[1]), self.unlisted, dtype=np.int8)
        number, entry = _expand(self.indptr, rows)
        code = self.codes[entry]
        labels[number, code >> 1] = self.stored[code & 1]
        return labels

    def dense(self) -> np.ndarray:
        """All labels, ``(N, L)`` int8."""
        return self[:]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return self.dense() if dtype is None else self.dense().astype(dtype)

    def __eq__(self, other: Any) -> Any:
        """``(N, L)`` bool, as of an array; :meth:`count` needs no such memory."""
        return self.dense() == np.asarray(other)

    def __ne__(self, other: Any) -> Any:
        return self.dense() != np.asarray(other)

    __hash__ = None  # type: ignore[assignment]

    @property
    def counts(self) -> np.ndarray:
        """``(3, L)`` int64: labels of each class that are unknown, negative, positive."""
        if self._counts is None:
            both: np.ndarray = np.zeros(2 * self.shape[1], dtype=np.int64)
            for start in range(0, len(self.codes), _CHUNK):
                both += np.bincount(self.codes[start : start + _CHUNK], minlength=len(both))
            self._counts = np.empty((3, self.shape[1]), dtype=np.int64)
            self._counts[self.stored + 1] = both.reshape(-1, 2).T
            self._counts[self.unlisted + 1] = self.shape[0] - both.reshape(-1, 2).sum(1)
        return self._counts

    def count(self, state: int) -> np.ndarray:
        """``(L,)`` int64, the images that have each class in this state."""
        return self.counts[state + 1].copy()

    def entries(self, state: int) -> tuple[np.ndarray, np.ndarray]:
        """Image and class of every label of a state, by image and then by class."""
        if state == self.unlisted:
            image, cls, _ = self._search(lambda labels: labels == state)
            return image, cls
        chosen = (self.codes & 1) == int(self.stored[1] == state)
        return self._image()[chosen], (self.codes[chosen] >> 1).astype(np.int64)

    def known(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Image, class and whether it is positive, of every known label."""
        if self.unlisted == UNKNOWN:
            return self._image(), (self.codes >> 1).astype(np.int64), (self.codes & 1) == 1
        image, cls, state = self._search(lambda labels: labels != UNKNOWN)
        return image, cls, state == POSITIVE

    def _search(self, wanted: Callable[[np.ndarray], np.ndarray]) -> tuple[np.ndarray, ...]:
        """Image, class and state of the entries of dense rows that are wanted."""
        found: list[tuple[np.ndarray, ...]] = [(np.empty(0, np.int64),) * 2 + (_STATES[:0],)]
        for rows in self.row_blocks():
            labels = self[rows]
            image, cls = np.nonzero(wanted(labels))
            found.append((image + rows[0], cls, labels[image, cls]))
        return tuple(np.concatenate(parts) for parts in zip(*found, strict=True))

    def part_of(self, other: "LabelMatrix") -> bool:
        """Whether every known label here is the same in ``other``."""
        ours, theirs = (
            2 * (image * self.shape[1] + cls) + positive
            for image, cls, positive in (self.known(), other.known())
        )
        return self.shape == other.shape and bool(np.isin(ours, theirs, assume_unique=True).all())

    def select(self, classes: Sequence[int]) -> "LabelMatrix":
        """The labels of some classes, in this order, each at most once."""
        place: np.ndarray = np.full(self.shape[1], -1, dtype=np.int64)
        place[np.asarray(classes, dtype=np.int64)] = np.arange(len(classes))
        new = place[self.codes >> 1]
        keys = 2 * (self._image() * len(classes) + new) + (self.codes & 1)
        return self.from_keys(keys[new >= 0], (self.shape[0], len(classes)), self.unlisted)

    def take(self, rows: Any) -> "LabelMatrix":
        """The labels of some images, in this order."""
        rows = np.arange(self.shape[0])[rows]
        _, entry = _expand(self.indptr, rows)
        lengths = self.indptr[rows + 1] - self.indptr[rows]
        indptr = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
        part = LabelMatrix(indptr, self.codes[entry], self.shape[1], self.unlisted)
        return part._canonical()

    def parts(self, known: int = 2**20) -> Iterator["LabelMatrix"]:
        """The images in their order, in parts of about so many known labels."""
        of_each = int(self.counts[1:].sum()) // max(1, len(self)) + 1
        step = max(1, known // of_each)
        for start in range(0, max(1, len(self)), step):
            indptr = self.indptr[start : start + step + 1]
            codes = self.codes[indptr[0] : indptr[-1]]
            yield LabelMatrix(indptr - indptr[0], codes, self.shape[1], self.unlisted)

    def digest(self, names: np.ndarray) -> str:
        """A hash of the labels, whatever the order of the images and however they are stored.

        Args:
            names: ``(N,)`` int64, a hash that names each image.
        """
        total = int(hash_ints(self.shape[1], self.unlisted))
        for start in range(0, self.shape[0], _CHUNK):
            name = torch.from_numpy(np.array(names[start : start + _CHUNK]))
            total += int(hash_ints(name).sum())
        image_of = np.searchsorted(self.indptr, np.arange(0, len(self.codes), _CHUNK), "right") - 1
        for start, first in zip(range(0, len(self.codes), _CHUNK), image_of, strict=True):
            stop = min(start + _CHUNK, len(self.codes))
            last = int(np.searchsorted(self.indptr, stop, "left"))
            ends = np.clip(self.indptr[first : last + 1], start, stop)
            image: np.ndarray = np.repeat(np.arange(first, last), np.diff(ends))
            code = torch.from_numpy(self.codes[start:stop].astype(np.int64))
            total += int(hash_ints(torch.from_numpy(np.array(names[image])), code).sum())
        return f"{total % 2**64:016x}"


def stack(parts: Sequence[LabelMatrix]) -> LabelMatrix:
    """The rows of several matrices of the same classes, one after the other."""
    width, unlisted = parts[0].shape[1], parts[0].unlisted
    if all(part.unlisted == unlisted for part in parts):
        lengths = np.concatenate([np.zeros(1, dtype=np.int64), *(np.diff(p.indptr) for p in parts)])
        codes = np.concatenate([part.codes for part in parts])
        return LabelMatrix(np.cumsum(lengths), codes, width, unlisted)
    blocks = (part[rows] for part in parts for rows in part.row_blocks())
    totals = np.sum([part.counts.sum(1) for part in parts], axis=0)
    height = sum(len(part) for part in parts)
    return LabelMatrix._from_blocks(blocks, (height, width), int(_STATES[np.argmax(totals)]))


def _most_common(labels: np.ndarray) -> int:
    return int(_STATES[np.argmax(np.bincount(labels.ravel() + 1, minlength=3))])


def _code_type(num_classes: int) -> type:
    return np.uint16 if num_classes <= 2**15 else np.uint32


def _flatten(lists: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Lists of classes as two index arrays (image, class)."""
    lengths = np.fromiter(map(len, lists), dtype=np.int64, count=len(lists))
    image: np.ndarray = np.repeat(np.arange(len(lists)), lengths)
    cls = np.fromiter(chain.from_iterable(lists), dtype=np.int64, count=int(lengths.sum()))
    return image, cls


def _expand(indptr: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each stored entry of some rows, the row's place in ``rows`` and the entry's."""
    start = indptr[rows]
    lengths = indptr[rows + 1] - start
    number: np.ndarray = np.repeat(np.arange(len(rows)), lengths)
    offset = np.arange(len(number)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return number, np.repeat(start, lengths) + offset
