"""How often negatives are known, compared with positives, by the known labels of all classes."""

import numpy as np
from scipy.stats import linregress
from scipy.stats import t as student

_MOST_SPREAD = 0.2  # of the number of annotated images between classes
_SURE = 0.999
_ROUNDING = 1e-9  # of a slope that is exact


def relative_rate(positive: np.ndarray, negative: np.ndarray) -> float | None:
    r"""f, the rate at which negatives are known over that at which positives are known.

    Say that positives are known with the probability a, and negatives with b, in all classes. A
    class has a label in each of the n images, so :math:`P / a + N / b = n`, and

    .. math:: N = b n - f P, \qquad f = b / a

    is a line through the numbers of known positives and negatives of all classes. The method of
    least squares finds it. f is 1 if the known labels are a fair sample of all, and 0 if no
    negatives are known.

    Args:
        positive: P of each class, ``(C,)``.
        negative: N of each class, likewise.

    Returns:
        f in [0, 1]; it is 1 if the slope is not below 1 with 99.9 % confidence. None if the counts
        do not tell: 0 and 1 are both possible, or :math:`N + f P` differs between the classes by
        more than a fifth (standard deviation) and chance, because they were not annotated in
        equally many images.

    >>> images, positives = 1000, np.array([10, 50, 200, 400])
    >>> round(relative_rate(0.5 * positives, 0.1 * (images - positives)), 6)
    0.2
    >>> relative_rate(0.5 * positives, 0.5 * (images - positives))
    1.0
    """
    count = len(positive)
    if count < 3 or not np.ptp(positive):
        return None
    line = linregress(positive, negative)
    rate = float(np.clip(-line.slope, 0, 1))
    images = negative + rate * positive
    chance = (negative + rate**2 * positive).mean()
    if images.var() - chance > (_MOST_SPREAD * images.mean()) ** 2:
        return None
    interval = student.ppf(_SURE, count - 2) * line.stderr + _ROUNDING
    if -line.slope + interval < 1:
        return rate
    return 1.0 if -line.slope - interval > 0 else None
