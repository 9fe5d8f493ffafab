"""The points of precision-recall and ROC curves, over known labels."""

from typing import Any

import numpy as np
import pandas as pd

from .evaluation import check_scores


def curve_points(scores: Any, labels: Any) -> pd.DataFrame:
    """Compute the points of both curves of one class, or of all labels in one ranking.

    Args:
        scores: Scores of a class, ``(N,)``, or of all classes, ``(N, C)``.
        labels: Labels in the same shape, 1, 0 or -1; unknown ones do not count.

    Returns:
        A row for each ``threshold``, from none to all as positive predictions, with ``precision``,
        ``recall`` (which is sensitivity) and ``false_positive_rate`` (1 - specificity).

    Raises:
        ValueError: No known label is positive, or none is negative; or the arrays do not fit.

    >>> curve_points([0.9, 0.8, 0.7, 0.6], [1, 0, -1, 1]).round(2).to_dict("list")
    {'threshold': [inf, 0.9, 0.8, 0.6], 'precision': [1.0, 1.0, 0.5, 0.67], \
'recall': [0.0, 0.5, 0.5, 1.0], 'false_positive_rate': [0.0, 0.0, 1.0, 1.0]}
    """
    # Here, because scikit-learn takes half a second.
    from sklearn.metrics import precision_recall_curve, roc_curve

    scores, labels = check_scores(np.reshape(scores, (-1, 1)), np.reshape(labels, (-1, 1)))
    score, label = scores[labels >= 0], labels[labels >= 0]
    if label.all() or not label.any():
        raise ValueError(
            f"of {len(label)} known labels {label.sum()} are positive: curves need a positive and "
            "a negative one."
        )
    false_positive_rate, recall, threshold = roc_curve(label, score, drop_intermediate=False)
    precision = precision_recall_curve(label, score)[0][::-1]
    return pd.DataFrame(
        dict(
            threshold=threshold,
            precision=precision,
            recall=recall,
            false_positive_rate=false_positive_rate,
        )
    )
