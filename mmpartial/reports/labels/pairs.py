"""Counts how often two classes are positive in the same image."""

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

_CLASSES = 10_000  # the most frequent classes, whose pairs take 400 MB
_BLOCK = 2**22  # pairs that are sorted together


class Pairs:
    """Counts of images in which two classes are positive together.

    Args:
        positives: ``(C,)``, the positives of each class. If there are more than 10,000 classes,
            only the most frequent are counted.
    """

    def __init__(self, positives: np.ndarray):
        self.positives = positives
        self.classes = np.sort(np.argsort(-positives, kind="stable")[:_CLASSES])
        self._place: np.ndarray = np.full(len(positives), -1)
        self._place[self.classes] = np.arange(len(self.classes))
        self.together: np.ndarray = np.zeros((len(self.classes),) * 2, dtype=np.int32)

    def add(self, image: np.ndarray, cls: np.ndarray, num_images: int) -> None:
        """Count the positive labels of some images.

        Args:
            image: ``(M,)``, the image of each positive label.
            cls: ``(M,)``, its class.
            num_images: The number of the images.
        """
        place = self._place[cls]
        image, place = image[place >= 0], place[place >= 0]
        ones: np.ndarray = np.ones(len(image), dtype=np.int32)
        shown = csr_array((ones, (image, place)), shape=(num_images, len(self.classes)))
        found = (shown.T @ shown).tocoo()
        self.together[found.row, found.col] += found.data

    def most_frequent(self, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The most frequent pairs: two classes, and the number of images of each pair."""
        best: list[tuple[np.ndarray, ...]] = [(np.zeros(0, np.int64),) * 3]
        step = max(1, _BLOCK // max(1, len(self.classes)))
        for start in range(0, len(self.classes), step):
            times = np.triu(self.together[start : start + step], start + 1).ravel()
            chosen = np.argsort(-times, kind="stable")[:number] if len(times) <= 4 * number else (
                np.argpartition(-times, number)[:number]
            )  # fmt: skip
            chosen = chosen[times[chosen] > 0]
            one, other = np.divmod(chosen, len(self.classes))
            best.append((one + start, other, times[chosen]))
        one, other, times = (np.concatenate(parts) for parts in zip(*best, strict=True))
        order = np.lexsort((other, one, -times))[:number]
        return self.classes[one[order]], self.classes[other[order]], times[order]

    def table(self, names: np.ndarray, num_images: int, number: int = 500) -> pd.DataFrame:
        """The most frequent pairs by name, with their lift.

        Args:
            names: The names of the classes.
            num_images: The number of all images.
            number: The number of pairs.
        """
        one, other, times = self.most_frequent(number)
        expected = self.positives[one] * (self.positives[other] / max(1, num_images))
        return pd.DataFrame(
            {
                "class": names[one],
                "and": names[other],
                "images with both": times,
                "of the first": times / self.positives[one],
                "of the second": times / self.positives[other],
                "lift": times / expected,
            }
        )

    def shares(self, number: int = 40) -> tuple[np.ndarray, np.ndarray]:
        """The most frequent classes, and the shares of their images that show another one.

        Returns:
            K classes in their order, and ``(K, K)`` percent: the share of the images with the row's
            class that also have the column's. The diagonal is NaN.
        """
        chosen = np.sort(np.argsort(-self.positives, kind="stable")[:number])
        chosen = chosen[self.positives[chosen] > 0]
        place = self._place[chosen]
        shares = 100 * self.together[np.ix_(place, place)] / self.positives[chosen][:, None]
        np.fill_diagonal(shares, np.nan)
        return chosen, shares
