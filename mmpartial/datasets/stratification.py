"""Dividing groups of images into parts so that each class is spread over them."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix

from ..labels.encoding import STATES
from ..labels.matrix import LabelMatrix

_ROUNDS = 5  # over all groups; later, hardly any group moves
_MANY = 20_000  # with so many groups, hardly any moves at all
_FEW = 40  # so few groups get stuck unless pairs of them are swapped
_LITTLE = 1e-9


def stratify(
    labels: LabelMatrix,
    group: np.ndarray,
    shares: Sequence[float],
    given: np.ndarray,
    keys: np.ndarray,
) -> np.ndarray:
    """Divide groups into parts that have each class's positives and negatives in equal shares.

    This is iterative stratification (Sechidis et al., 2011) of groups in place of images: the
    rarest label comes first, and each group with it goes to the part that lacks it most. Then
    groups move as long as that brings the shares nearer. In each class the most common of the three
    states is left out: it is balanced when the others are.

    Args:
        labels: The labels of N images.
        group: ``(N,)``, the group of each image, from 0 to G - 1.
        shares: ``(P,)``, the share of the images that each part should have; 0 for a part that
            gets no new group.
        given: ``(G,)``, the part of each group that has one already, else -1.
        keys: ``(G,)``, different numbers that decide between equal groups.

    Returns:
        ``(G,)``, the part of each group. No part is empty if there are enough groups.
    """
    return _Division(_counts(labels, group, len(given)), shares, given, keys).divide()


def _counts(labels: LabelMatrix, group: np.ndarray, num_groups: int) -> csr_matrix:
    """How often each group has each class in each of its rarer states, and its images, last."""
    commonest = STATES[labels.counts.argmax(0)]
    rows: list[np.ndarray] = []
    columns: list[np.ndarray] = []
    number = 0
    for state in STATES:
        classes = np.flatnonzero(commonest != state).tolist()
        image, cls = labels.select(classes).entries(int(state))
        rows.append(group[image])
        columns.append(number + cls)
        number += len(classes)
    rows.append(group)
    columns.append(np.full(len(group), number))
    row, column = np.concatenate(rows), np.concatenate(columns)
    ones: np.ndarray = np.ones(len(row), dtype=np.int64)
    return coo_matrix((ones, (row, column)), shape=(num_groups, number + 1)).tocsr()


class _Division:
    """The parts of the groups, and how much of each label each part lacks."""

    def __init__(
        self, counts: csr_matrix, shares: Sequence[float], given: np.ndarray, keys: np.ndarray
    ):
        self.counts, self.part, self.keys = counts, given.copy(), keys
        self.free = np.flatnonzero(given < 0)
        self.free = self.free[np.argsort(keys[self.free])]
        self.takes = np.asarray(shares) > 0  # other parts only have what they were given
        of_parts = [np.asarray(counts[given == n].sum(0)).ravel() for n in range(len(shares))]
        before = np.stack(of_parts, axis=1) * self.takes
        self.totals = before.sum(1) + np.asarray(counts[self.free].sum(0)).ravel()
        self.lacking = np.outer(self.totals, np.asarray(shares) / sum(shares)) - before

    def divide(self) -> np.ndarray:
        """Give each group a part."""
        self._assign()
        self._fill_empty()
        for _ in range(_ROUNDS if len(self.free) < _MANY else 0):
            moved = self._improve()
            swapped = len(self.free) <= _FEW and self._swap()
            if not moved and not swapped:
                break
        return self.part

    def _assign(self) -> None:
        left = np.asarray(self.counts[self.free].sum(0)).ravel()
        by_label = self.counts.tocsc()
        while left.any():
            label = len(left) - 1  # the images, when all labels are divided
            if left[:-1].any():
                label = int(np.argmin(np.where(left[:-1] > 0, left[:-1], np.inf)))
            start, end = by_label.indptr[label : label + 2]
            new = self.part[by_label.indices[start:end]] < 0
            groups, amounts = (x[start:end][new] for x in (by_label.indices, by_label.data))
            for group in groups[np.lexsort((self.keys[groups], -amounts))].tolist():
                lacking = self.lacking[[label, -1]].T.tolist()  # images decide between equals
                self._move(group, max(range(len(lacking)), key=lacking.__getitem__))
                labels, numbers = self._row(group)
                left[labels] -= numbers

    def _row(self, group: int) -> tuple[np.ndarray, np.ndarray]:
        """The labels of a group, and their numbers."""
        entries = slice(self.counts.indptr[group], self.counts.indptr[group + 1])
        return self.counts.indices[entries], self.counts.data[entries]

    def _move(self, group: int, number: int) -> None:
        labels, numbers = self._row(group)
        if self.part[group] >= 0:
            self.lacking[labels, self.part[group]] += numbers
        self.lacking[labels, number] -= numbers
        self.part[group] = number

    def _fill_empty(self) -> None:
        """Give each empty part a new group of the part that has most of them."""
        for number in range(self.lacking.shape[1]):
            if not (self.part == number).any() and len(self.free):
                parts = self.part[self.free]
                groups = self.free[parts == np.bincount(parts).argmax()].tolist()
                if len(groups) > 1:
                    self._move(min(groups, key=lambda group: self._cost({group: number})), number)

    def _cost(self, moves: dict[int, int]) -> float:
        """How far the shares of the labels would be from those wanted after some moves."""
        before = {group: int(self.part[group]) for group in moves}
        for group, number in moves.items():
            self._move(group, number)
        cost = float((np.abs(self.lacking).sum(1) / self.totals.clip(1)).sum())
        for group, number in before.items():
            self._move(group, number)
        return cost

    def _swap(self) -> bool:
        """Swap pairs of new groups where that brings the shares nearer."""
        swapped, cost = False, self._cost({})
        for one, other in combinations(self.free.tolist(), 2):
            moves = {one: int(self.part[other]), other: int(self.part[one])}
            if moves[one] != moves[other] and (new := self._cost(moves)) < cost - _LITTLE:
                for group, number in moves.items():
                    self._move(group, number)
                swapped, cost = True, new
        return swapped

    def _improve(self) -> bool:
        """Move each new group to the part where the shares of its labels are nearest."""
        moved, sizes = False, np.bincount(self.part, minlength=self.lacking.shape[1])
        for group in self.free.tolist():
            labels, numbers = self._row(group)
            here = self.part[group]
            if sizes[here] == 1:
                continue
            weights, lacking = 1 / self.totals[labels], self.lacking[labels]
            without, with_it = lacking.copy(), lacking - numbers[:, None]
            without[:, here] += numbers
            with_it[:, here] += numbers
            change = weights @ (np.abs(with_it) - np.abs(without))
            best = int(np.where(self.takes, change, np.inf).argmin())
            if change[best] < change[here] - _LITTLE:
                self._move(group, best)
                sizes[here] -= 1
                sizes[best] += 1
                moved = True
        return moved
