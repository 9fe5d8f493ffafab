"""The rows of ``against_mlcpl.py`` for metrics."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from mmpartial.evaluation import PartialMultiLabelMetric, confusion_matrices, curve_points
from mmpartial.evaluation.named_metrics import NAMES

IMAGES, CLASSES = 500, 8
AT = {"precision_at_fixed_recall": "precision_at_recall0.9",
      "recall_at_fixed_precision": "recall_at_precision0.9",
      "sensitivity_at_specificity": "sensitivity_at_specificity0.9",
      "specificity_at_sensitivity": "specificity_at_sensitivity0.9"}  # fmt: skip
# Of mlcpl, the averages macro, micro, weighted and none; '-' where this package has no number.
AVERAGED = {
    "average_precision": ("mAP", "micro_AP", "weighted_mAP", "AP"),
    "auroc": ("auroc", "micro_auroc", "-", "auroc"),
    "f1_score": ("mean_F1", "OF1", "-", "F1"),
    "precision": ("CP", "OP", "-", "precision"),
    "recall": ("CR", "OR", "-", "recall"),
    "sensitivity": ("sensitivity", "micro_sensitivity", "-", "sensitivity"),
    "specificity": ("specificity", "micro_specificity", "-", "specificity"),
    "accuracy": ("accuracy", "micro_accuracy", "-", "accuracy"),
    "cohen_kappa": ("cohen_kappa", "micro_cohen_kappa", "-", "cohen_kappa"),
    "hamming_distance": ("hamming", "micro_hamming", "-", "hamming"),
    "jaccard_index": ("jaccard", "micro_jaccard", "-", "jaccard"),
    "hinge_loss": ("hinge", "-", "-", "hinge"),
    "expected_calibration_error": ("ECE", "-", "-", "ECE"),
    "maximum_calibration_error": ("mce", "-", "-", "mce"),
}
Row = tuple[str, str, float]


def inputs() -> tuple[Tensor, Tensor]:
    """Logits, and labels of which 40 % are unknown (-1)."""
    generator = torch.Generator().manual_seed(0)
    labels = torch.randint(0, 2, (IMAGES, CLASSES), generator=generator)
    noise = torch.randn(labels.shape, generator=generator, dtype=torch.float64)
    hidden = torch.rand(labels.shape, generator=generator) < 0.4
    return 2 * noise + labels - 0.5, labels.masked_fill(hidden, -1)


def as_nan(labels: Tensor) -> Tensor:
    """Labels as mlcpl has them."""
    return labels.double().masked_fill(labels < 0, torch.nan)


def difference(theirs: Any, ours: Any) -> float:
    """The largest absolute difference."""
    a, b = (np.asarray(x, dtype=float).ravel() for x in (theirs, ours))
    return float(np.abs(a - b).max())


def metric_rows(theirs: Any) -> Iterator[Row]:
    """Each metric of mlcpl whose result can be compared."""
    logits, labels = inputs()
    target, scores = as_nan(labels), logits.sigmoid()
    found, table = PartialMultiLabelMetric.calculate(scores, labels, further_metrics=NAMES)

    def their(name: str, **options: Any) -> Any:
        return getattr(theirs, f"partial_multilabel_{name}")(logits, target, **options)

    def our(name: str) -> Any:
        return found[name] / (1 if name == "hinge" else 100)

    for name, names in AVERAGED.items():
        macro, micro, weighted, each = names
        of_class = table[each] / (1 if each == "hinge" else 100)
        pairs = [(their(name, average="none"), of_class)]
        averages = dict(macro=macro, micro=micro, weighted=weighted)
        pairs += [(their(name, average=a), our(n)) for a, n in averages.items() if n != "-"]
        yield name, ", ".join(dict.fromkeys(n for n in names if n != "-")), max(
            difference(*pair) for pair in pairs
        )  # fmt: skip
    fbeta = their("fbeta_score", beta=2.0), their("fbeta_score", beta=2.0, average="micro")
    yield "fbeta_score", "f2, micro_f2", difference(fbeta, (our("f2"), our("micro_f2")))
    for name, option in AT.items():
        best = their(name, **{f"min_{name.rpartition('_')[2]}": 0.9})[0]
        yield name, option, difference(best, table[option] / 100)
    for norm, name in (("l1", "ECE"), ("l2", "rms_calibration_error"), ("max", "mce")):
        error = difference(their("calibration_error", norm=norm), our(name))
        yield f"calibration_error ({norm})", name, error
    ace = their("average_calibration_error")
    yield (
        "average_calibration_error",
        "the same name",
        difference(ace, our("average_calibration_error")),
    )
    matrices = difference(their("confusion_matrix"), confusion_matrices(scores, labels))
    yield "confusion_matrix", "`confusion_matrices`", matrices
    yield "matthews_corrcoef", "micro_mcc", difference(their("matthews_corrcoef"), our("micro_mcc"))
    for name, ours in (("exact_match", "exact_match"), ("ranking_loss", "ranking_loss"),
                       ("ranking_average_precision", "label_ranking_ap")):  # fmt: skip
        yield name, ours, difference(their(name), our(ours))
    yield from curve_rows(their, scores, labels)


def curve_rows(their: Callable, scores: Tensor, labels: Tensor) -> Iterator[Row]:
    """Precision-recall and ROC curves, point by point."""
    points = [curve_points(s, t) for s, t in zip(scores.T, labels.T, strict=True)]
    (precision, recall, _), (fpr, tpr, _) = their("precision_recall_curve"), their("roc")
    at = range(CLASSES)
    pairs = [(precision[c].flip(0), points[c].precision) for c in at]
    pairs += [(recall[c].flip(0), points[c].recall) for c in at]
    error = max(difference(*pair) for pair in pairs)
    yield "precision_recall_curve", "`curve_points`", error
    pairs = [(fpr[c], points[c].false_positive_rate) for c in at]
    pairs += [(tpr[c], points[c].recall) for c in at]
    yield "roc", "`curve_points`", max(difference(*pair) for pair in pairs)
