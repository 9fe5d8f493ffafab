"""Does a metric leave unknown labels out?"""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from mmengine.evaluator import BaseMetric
from mmengine.structures import BaseDataElement

from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...utils.local_seed import kept_generators

# The levels of the known scores of each image; they mix the images in the ranking of each class.
_LEVELS = (3, 7, 1, 5, 0, 8, 2, 6, 4)
_LABELS = "gt_"  # the beginning of the names of labels


class _Sample(dict):
    """A sample that notes which fields are read."""

    def __init__(self, fields: Mapping[str, Any], asked: set[str]):
        super().__init__(fields)
        self.asked = asked

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return super().__contains__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """The field, or the default."""
        self.asked.add(key)
        return super().get(key, default)


def fault_of(metric: Any, dataset: Any, num_classes: int) -> str | None:
    """Score made-up predictions, some of them for unknown labels, with a copy of a metric.

    The score must not depend on predictions for unknown labels. A metric that reads no labels
    passes, and so does one with its own ``evaluate``, which cannot be tried in this way. Returns a
    description of the metric's fault, or None.
    """
    if not isinstance(metric, BaseMetric) or type(metric).evaluate is not BaseMetric.evaluate:
        return None
    asked: set[str] = set()
    results = []
    for high in (False, True):
        try:
            results.append(_scored(metric, dataset, num_classes, high, asked))
        except Exception as error:
            lacking = str(error.args[0]) if isinstance(error, KeyError) else None
            # Only the model of the run can give fields other than labels.
            of_model = lacking is not None and not lacking.startswith(_LABELS)
            if of_model or not _reads_labels(asked):
                return None
            if lacking is None and not _scores_known(metric, dataset, num_classes):
                return None  # it fails on made-up predictions, not on unknown labels
            return f"cannot score them ({type(error).__name__}: {error})"
        if not _reads_labels(asked):
            return None
    for key, value in results[0].items():
        if not _same(value, results[1].get(key)):
            return f"counts them: its {key} changes with the predictions of unknown labels alone"
    return None


def _scored(
    metric: Any,
    dataset: Any,
    num_classes: int,
    high: bool,
    asked: set[str],
    unknown: int = UNKNOWN,
) -> Mapping[str, Any]:
    batch, samples = _batch(dataset, num_classes, high, asked, unknown)
    scoring = copy.deepcopy(metric)
    scoring.process(batch, samples)
    return scoring.compute_metrics(scoring.results) if _reads_labels(asked) else {}


def _scores_known(metric: Any, dataset: Any, num_classes: int) -> bool:
    """Whether a metric can score the same predictions if all labels are known."""
    try:
        _scored(metric, dataset, num_classes, False, set(), NEGATIVE)
    except Exception:
        return False
    return True


def _reads_labels(asked: set[str]) -> bool:
    return any(key.startswith(_LABELS) for key in asked)


def _batch(
    dataset: Any, num_classes: int, high: bool, asked: set[str], unknown: int
) -> tuple[dict[str, Any], list[_Sample]]:
    """Copies of the dataset's first sample, with labels of each state in each class.

    The scores of unknown labels are below the known scores of their image, so the top scores of the
    image stay the same. With ``high`` they exceed thresholds, and known scores of other images.
    """
    with kept_generators():
        first = dataset[0]
    element = first.get("data_samples")
    element = element[0] if isinstance(element, Sequence) else element  # of augmented views
    fields = element.to_dict() if isinstance(element, BaseDataElement) else {}
    image: np.ndarray
    cls: np.ndarray
    image, cls = np.indices((len(_LEVELS), num_classes))
    labels = np.choose((image + cls) % 3, [POSITIVE, NEGATIVE, unknown])
    level = 0.35 + 0.06 * np.array(_LEVELS)[image]
    share = (5 * cls + 3 * image) % 11 / 11
    below = level - 0.02 + 0.01 * share if high else 0.02 + 0.1 * share
    scores = np.where((image + cls) % 3 == 2, below, level + 0.04 * share)
    samples = [
        _Sample(
            dict(
                fields,
                gt_score=torch.from_numpy(label),
                pred_score=torch.from_numpy(score).float(),
                pred_label=torch.from_numpy(np.flatnonzero(score >= 0.5)),
                num_classes=num_classes,
            ),
            asked,
        )
        for label, score in zip(labels, scores, strict=True)
    ]
    return dict(inputs=[first.get("inputs")] * len(samples), data_samples=samples), samples


def _same(a: Any, b: Any) -> bool:
    """Whether two results are equal; results that are not numbers count as equal."""
    try:
        x, y = (np.asarray(v.tolist() if hasattr(v, "tolist") else v, dtype=float) for v in (a, b))
    except (TypeError, ValueError):
        return True
    return x.shape == y.shape and np.allclose(x, y, rtol=0, atol=1e-6, equal_nan=True)
